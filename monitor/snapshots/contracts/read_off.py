"""The column contracts of frames that are read off the rows of a snapshot when they are asked for, and not stored."""

from typing import Final

from monitor.snapshots.contracts.columns import PLACES, DerivedFrame, counts, dates, numbers, texts

COMING: Final = DerivedFrame(
    "coming",
    (
        *dates("on"),
        *texts("kind", "what"),
        *texts("crn", optional=True),
        *PLACES,
        *texts("area_code"),
        *texts("tier", "rosh", optional=True),
        *numbers("reports, or hours a week", "quantity", optional=True),
    ),
    key=("on", "kind", "what", "crn", "om_code", "team_code"),
    archived=False,
    derived=False,
)
"""What is known to come in the weeks after a snapshot."""

BENCHMARK_PLANS: Final = DerivedFrame(
    "benchmark_plans",
    (
        *dates("month"),
        *texts("spo_code"),
        *texts("second_spo_code", optional=True),
        *texts("crn"),
        *PLACES,
        *texts("area_code"),
        *texts("rosh", optional=True),
        *texts("kind"),
        *dates("completed_on", "countersigned_on"),
        *counts("plans", "drawn", "countersigned"),
    ),
    key=("team_code", "crn", "kind", "completed_on", "countersigned_on"),
    archived=False,
    derived=False,
)
"""The countersigned plans that a second SPO reads again."""
