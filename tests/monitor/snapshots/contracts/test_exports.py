"""Every table that can be exported."""

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.contracts.follow_through import CONCERNS, DECISION_OUTCOMES, DECISIONS, OUTCOMES
from monitor.snapshots.contracts.frames import FRAMES


def test_every_exported_column_is_one_of_its_frame() -> None:
    frames = {**FRAMES, **{frame.name: frame for frame in (CONCERNS, DECISIONS, OUTCOMES, DECISION_OUTCOMES)}}
    for name, export in EXPORTS.items():
        assert set(export.columns) <= set(export.frame.column_names), name
        assert frames[export.frame.name] is export.frame
