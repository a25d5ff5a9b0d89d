"""A little service through six months, one snapshot in each, in which team T3 grows in the last."""

from pathlib import Path

import pytest

from monitor.extracts import Insistence
from tests.monitor.conftest import AS_AT, NOBODY, WEEK, Home, Template, little_london, shared_folder
from tests.monitor.extracts.small import a_case, write_csv

DAYS = tuple(AS_AT - weeks * WEEK for weeks in (25, 20, 15, 10, 5, 0))
GROWN = [a_case(f"X0005{number:02}", om_code="M3", team_code="T3") for number in range(10)]


REBASE = "starts_on,ends_on,level,code,kind,quantity,note\n2026-10-01,,office,O3,rebase,,two teams merged\n"
"""An event known for the office of T4, from which its lines are drawn anew."""


def take_half_a_year(home: Home) -> None:
    """Take a snapshot in each of the months."""
    folder = Path(home.extract).parent
    folder.mkdir()
    events = folder.parent / "known_events.csv"
    events.write_text(REBASE, encoding="utf-8")
    home.settings.people_file.write_text(NOBODY, encoding="utf-8")
    # The little service's assessments and reviews lie in the autumn: for earlier dates they are rejected.
    home.settings = home.with_settings(rejected_share=1, events=events)
    for place, day in enumerate(DAYS):
        # Every other month has a case more, so that the limits leave room for one case and not for ten.
        cases = GROWN if day == AS_AT else GROWN[: place % 2]
        extract = write_csv(folder / day.isoformat(), little_london(cases=cases))
        home.take(extract, day, insistence=Insistence(swing=True), proposes=False)


@pytest.fixture(scope="session")
def six_months(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The service after these months, made once for all tests that ask for it."""
    return Template(shared_folder(tmp_path_factory, "six_months"), take_half_a_year)
