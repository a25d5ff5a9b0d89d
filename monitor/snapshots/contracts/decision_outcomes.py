"""The column contract of what came of decisions, in the style of ``monitor.snapshots.contracts.frames``."""

from typing import Final

from monitor.snapshots.contracts.columns import DerivedFrame, counts, dates, numbers, texts

DECISION_OUTCOMES: Final = DerivedFrame(
    "decision_outcomes",
    (
        *dates("as_at"),
        *texts("episode"),
        *counts("place among the decisions about the episode, from 1", "number"),
        *texts("rule", "level", "code", "name", "kind"),
        *dates("decided_on", "since"),
        *counts("weeks", "weeks"),
        *numbers("per cent of capacity", "capacity_then", "capacity_now"),
        *counts("assessments", "high_risk_overdue_then", "high_risk_overdue_now", optional=True),
        *counts("persons", "offender_managers_over_then", "offender_managers_over_now", optional=True),
        *counts("units", "like_units"),
        *numbers("percentage points", "like_low", "like_middle", "like_high", optional=True),
        *texts("judgement"),
    ),
    key=("episode",),
    archived=False,
    derived=False,
)
"""What came of decisions up to a snapshot: it changes with every decision, so it is not stored and not one of
``FRAMES``."""
