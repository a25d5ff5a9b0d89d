"""A thing that is known to come has in the API the columns of its export, and the name of the person."""

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.web.api.coming_row import ComingRow


def test_the_answer_has_every_exported_column_and_the_name() -> None:
    assert set(ComingRow.model_fields) == {*EXPORTS["due"].columns, "om_name"}
