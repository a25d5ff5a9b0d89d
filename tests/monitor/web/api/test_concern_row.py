"""A count of concerns has in the API the columns of the table behind it."""

from monitor.web.api.concern_row import ConcernCountRow
from monitor.web.pages.follow_through.concerns import COUNTS


def test_the_answer_has_every_column_of_the_counts() -> None:
    assert set(ConcernCountRow.model_fields) == set(COUNTS)
