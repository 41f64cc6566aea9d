"""Real bots under seeded blows; what the stand-ins have logged says whether anything was lost.

python -m tests.journeys.chaos --help
"""
