"""Every table that can be exported."""

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.contracts.follow_through import (
    CONCERNS,
    DECISION_OUTCOMES,
    DECISIONS,
    OUTCOMES,
    SECOND_READINGS,
)
from monitor.snapshots.contracts.frames import FRAMES


def test_every_exported_column_is_one_of_its_frame() -> None:
    of_the_home = (CONCERNS, DECISIONS, OUTCOMES, DECISION_OUTCOMES, SECOND_READINGS)
    frames = {**FRAMES, **{frame.name: frame for frame in of_the_home}}
    for name, export in EXPORTS.items():
        assert set(export.columns) <= set(export.frame.column_names), name
        assert frames[export.frame.name] is export.frame
