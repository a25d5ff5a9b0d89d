"""The week after the three of the little service, in which some cases changed, and some ended."""

from pathlib import Path
from typing import Any

from monitor.extracts import Insistence
from tests.monitor.conftest import AS_AT, WEEK, Home, little_london
from tests.monitor.extracts.small import a_case, a_duty, write_csv


def take_next_week(home: Home, **changes: dict[str, Any] | None) -> None:
    """Take the week; changes: what changed about a case, by its CRN, None where it ended."""
    tables = little_london(
        cases=[a_case("X000109", om_code="M3", team_code="T3")],
        duties=[a_duty(om_code="M3", team_code="T3", quantity=2.0)],
    )
    cases = [case | (changes.get(case["crn"]) or {}) for case in tables["cases"]]
    tables["cases"] = [case for case in cases if changes.get(case["crn"], {}) is not None]
    day = AS_AT + WEEK
    home.take(write_csv(Path(home.extract).parent / day.isoformat(), tables), day, insistence=Insistence(swing=True))


def take_three_kinds_of_change(home: Home) -> None:
    """Take a week in which a case ended, one changed its tier and one its team."""
    take_next_week(home, X000001=None, X000002={"tier": "1"}, X000007={"om_code": "M3", "team_code": "T3"})
