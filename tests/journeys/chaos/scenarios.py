"""The rows of the table "Must hold", each as a plan; and the short ones that every test run has."""

from tests.journeys.chaos.plan import Bound, Plan

END_ONLY = {"MILESTONES": "none"}
FAST = {"POLL_RATE": "100", **END_ONLY}
"""So many tasks at once are more than the usual rate can look at in time."""

# Six kills are too few for a share, and a kill may come between a 429 and its record.
FEW = {"repeated lines a kill": Bound(most=1.5), "before retry_after": Bound(most=1)}

SHORT: dict[str, Plan] = {
    "short-postgresql": Plan(
        "short: PostgreSQL, 2 processes, 6 kills, a restart, weather on both sides",
        watches=60,
        people=20,
        groups=1,
        asking=25,
        life=(8, 30),
        span=40,
        kills=6,
        restarts=1,
        telegram_weather={"lost": 0.03, "429": 0.03, "500": 0.03, "502-html": 0.02},
        provider_weather={"500": 0.03, "502-html": 0.03, "429": 0.02, "garbage": 0.02},
        must=FEW,
    ),
    "short-sqlite": Plan(
        "short: SQLite, 6 kills, 3 SIGTERM, 60 commands and presses, weather",
        engine="sqlite",
        bots=1,
        watches=40,
        people=14,
        asking=8,
        life=(62, 75),
        errands=60,
        span=45,
        kills=6,
        terms=3,
        telegram_weather={"lost": 0.02, "429": 0.02, "500": 0.02, "reset": 0.02},
        must=FEW,
    ),
}

LONG: dict[str, Plan] = {
    "postgresql-kills": Plan(
        "PostgreSQL, 2 processes, 2,000 watches, 50 kill -9, 2 of 35 s SIGSTOP",
        watches=2_000,
        people=400,
        groups=10,
        asking=200,
        failing=0.3,
        span=240,
        kills=50,
        freezes=2,
        settings=FAST,
        patience=180,
    ),
    "sqlite-kills": Plan(
        "SQLite, 500 watches, 100 kill -9",
        engine="sqlite",
        bots=1,
        watches=500,
        people=125,
        groups=4,
        asking=220,
        span=300,
        kills=100,
        settings=END_ONLY,
        patience=120,
        must={"slowest first poll": Bound(most=5)},
    ),
    "commands": Plan(
        "PostgreSQL, 2 processes, 1,000 commands and presses, 20 kill -9, 10 SIGTERM",
        watches=150,
        people=75,
        asking=20,
        life=(
            235,
            260,
        ),  # an errand may wait for the lease of a dead process, and comes before the end
        errands=1_000,
        span=150,
        kills=20,
        terms=10,
        settings={"POLL_RATE": "100"},
    ),
    "telegram-weather": Plan(
        "Telegram: 3 % done but lost, 1 % hang, 5 % 429, 3 % 5xx, 2 % HTML; 400 watches",
        watches=400,
        people=100,
        groups=4,
        asking=60,
        life=(10, 40),
        telegram_weather={"lost": 0.03, "hang": 0.01, "429": 0.05, "500": 0.03, "502-html": 0.02},
        settings=FAST,
        patience=120,
        must={"calls per need": Bound(most=1.2)},
    ),
    "telegram-down": Plan(
        "Telegram down for 75 s (1 h scaled 1:48), 2,000 ends meanwhile",
        watches=2_000,
        people=500,
        asking=95,
        failing=0.5,
        ends_at=130,
        telegram_down=(115, 75),
        settings=FAST,
        patience=300,
        must={"ends a second afterwards": Bound(least=20), "card edits afterwards": Bound(most=1)},
    ),
    "provider-down": Plan(
        "provider down for 75 s (1 h scaled 1:48), 150 watches",
        watches=150,
        people=75,
        asking=20,
        life=(170, 200),
        provider_down=(60, 75),
        settings=END_ONLY,
        must={
            "requests while down, per normal": Bound(most=0.1),
            "peak afterwards, per cap": Bound(most=1.2),
        },
    ),
    "postgresql-restarts": Plan(
        "PostgreSQL restarts 12 times in 84 s (immediate), 2 processes, 300 watches",
        watches=300,
        people=100,
        groups=2,
        asking=70,
        life=(10, 30),
        span=84,
        restarts=12,
        settings=FAST,
        patience=120,
    ),
}
