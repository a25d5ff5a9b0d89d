"""Capacity against overdue assessments."""

from tests.alerts.digest.charts.drawn import quadrant


def test_the_alternative_text_of_the_offices_names_the_worst() -> None:
    assert quadrant().alternative_text == (
        "Scatter chart of 24 offices: capacity percentage against high RoSH assessments overdue. 4 are over 110% "
        "and late: Stratford (118.9%, 17 overdue), Mare Street (124.6%, 14 overdue) and Tottenham Hale (119.4%, 5 "
        "overdue). Those named are the worst."
    )
