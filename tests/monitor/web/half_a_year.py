"""A little service through six months, one snapshot in each, in which team T3 grows in the last."""

from pathlib import Path

from monitor.extracts import Insistence
from tests.monitor.conftest import AS_AT, WEEK, Home, little_london
from tests.monitor.extracts.small import a_case, write_csv

DAYS = tuple(AS_AT - weeks * WEEK for weeks in (25, 20, 15, 10, 5, 0))
GROWN = [a_case(f"X0005{number:02}", om_code="M3", team_code="T3") for number in range(10)]


def take_half_a_year(home: Home, folder: Path) -> None:
    """Take a snapshot in each of the months."""
    # The little service's assessments and reviews lie in the autumn: for earlier dates they are rejected.
    settings = home.settings
    home.settings = home.with_settings(rejected_share=1)
    for place, day in enumerate(DAYS):
        # Every other month has a case more, so that the limits leave room for one case and not for ten.
        cases = GROWN if day == AS_AT else GROWN[: place % 2]
        extract = write_csv(folder / day.isoformat(), little_london(cases=cases))
        home.take(extract, day, insistence=Insistence(swing=True), proposes=False)
    home.settings = settings
