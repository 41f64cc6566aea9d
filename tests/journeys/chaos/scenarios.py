"""The rows of the table "Must hold", each as a plan; and the short ones that every test run has."""

from tests.journeys.chaos.plan import Bound, Plan

END_ONLY = {"MILESTONES": "none"}
FAST = {"POLL_RATE": "100", **END_ONLY}

SHORT: dict[str, Plan] = {
    "short-postgresql": Plan(
        "PostgreSQL, 2 processes, short",
        watches=60,
        people=20,
        groups=1,
        asking=25,
        life=(8, 30),
        kills=6,
        restarts=1,
        span=40,
        telegram_weather={"lost": 0.03, "429": 0.03, "500": 0.03, "502-html": 0.02},
        provider_weather={"500": 0.03, "502-html": 0.03, "429": 0.02, "garbage": 0.02},
    ),
}
