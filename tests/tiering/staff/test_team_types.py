"""Types of team compared: load, spare capacity and lateness, for each cluster and area and for the whole service."""

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alerts.detection.overdue import count_late
from tests.oracle.strategies import caseloads, to_frames
from tests.oracle.team_types import team_types
from tests.tiering.rows import FRIDAY, LONDON, case, caseload, post, team, weigh
from tests.tiering.test_against_the_oracle import POLICIES, policy_of
from tiering.caseload import Caseload
from tiering.policies.policy import Policy
from tiering.staff.team_types import COLUMNS, compare_team_types
from tiering.timeliness.assessments import assessment_items, due_soon_items, overdue_items
from tiering.workload import weigh_units

from ...longer import examples

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
EXACT = ("teams", "cases", "overdue", "high_risk_overdue")


def compared(known: Caseload, policy: Policy, as_at: Any) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The rows by level, code and type of team, None where a figure is missing."""
    weighed = weigh(known, policy)
    items = assessment_items(known, weighed, policy, as_at)
    units = weigh_units(known, weighed, policy, as_at)
    units = count_late(units, overdue_items(items, as_at), due_soon_items(items, policy, as_at))
    frame = compare_team_types(units, known.organisation)
    assert list(frame.columns) == COLUMNS
    assert frame.equals(frame.sort_values(["level", "code", "team_type"], ignore_index=True))
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {(row["level"], row["code"], row["team_type"]): row for row in rows}


def two_types() -> Caseload:
    """Two ordinary teams and a substance misuse team in one office, and an ordinary one in another area."""
    return caseload(
        *(case(f"A{number}", om_code="P1", tier="4") for number in range(20)),
        *(case(f"B{number}", om_code="P3", team_code="T3", tier="4") for number in range(10)),
        case("U1", om_code=None, team_code="T3"),
        organisation=[
            team(),
            team("T2"),
            team("T3", team_type="substance_misuse"),
            team("T4", "F4", "C4", "A4"),
        ],
        offender_managers=[
            post("P1"),
            post("P1", "T2", hours=18.5),
            post("P2", "T2"),
            post("P3", "T3"),
            post("P4", "T4"),
        ],
    )


def test_the_teams_of_a_type_are_added_up_and_each_person_counts_once() -> None:
    rows = compared(two_types(), LONDON, FRIDAY)
    omu, misuse = rows["cluster", "C1", "omu"], rows["cluster", "C1", "substance_misuse"]
    assert (omu["teams"], omu["offender_managers"], omu["cases"]) == (2, 2, 20)
    assert (omu["total_points"], omu["available_points"]) == (2400, 2.5 * 2176)
    # The first post of P1 has nothing left; what is free is the second one and the whole of P2's.
    assert omu["spare_points"] == 1.5 * 2176
    assert (misuse["cases"], misuse["total_points"], misuse["spare_points"]) == (11, 1225, 2176 - 1200)
    assert misuse["capacity_percentage"] == 100 * 1225 / 2176
    assert misuse["overdue_per_100_cases"] == 100 * misuse["overdue"] / 11


def test_the_whole_service_has_the_teams_of_every_area() -> None:
    rows = compared(two_types(), LONDON, FRIDAY)
    assert rows["area", "A1", "omu"]["teams"] + rows["area", "A4", "omu"]["teams"] == rows["all", "all", "omu"]["teams"]
    assert {key for key in rows if key[0] in ("team", "office")} == set()


def test_a_type_without_cases_or_capacity_has_no_shares() -> None:
    empty = caseload(organisation=[team()], offender_managers=[post("S", grade="SPO")])
    row = compared(empty, LONDON, FRIDAY)["all", "all", "omu"]
    assert {row["capacity_percentage"], row["overdue_per_100_cases"], row["high_risk_overdue_per_100_cases"]} == {None}
    assert (row["cases"], row["spare_points"], row["offender_managers"]) == (0, 0, 0)


def test_a_team_without_a_post_has_its_unallocated_cases() -> None:
    teams = [team(), team("T2", team_type="court")]
    alone = caseload(case(om_code=None), organisation=teams, offender_managers=[post()])
    rows = compared(alone, LONDON, FRIDAY)
    assert (rows["all", "all", "court"]["teams"], rows["all", "all", "court"]["offender_managers"]) == (1, 0)
    assert rows["all", "all", "omu"]["cases"] == 1


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=examples(10), deadline=None, phases=[Phase.generate], suppress_health_check=SLOW)
@given(data=st.data())
def test_every_figure_is_that_of_the_oracle(name: str, data: st.DataObject) -> None:
    drawn = data.draw(caseloads(name))
    ours = compared(to_frames(drawn.tables), policy_of(name), drawn.as_at)
    theirs = team_types(drawn.tables, drawn.as_at, name)
    assert set(ours) == set(theirs)
    for key, expected in theirs.items():
        people = expected.pop("people")
        assert ours[key]["offender_managers"] == len(people), key
        for figure, value in expected.items():
            is_near = isinstance(value, Fraction) and figure not in EXACT
            wanted = pytest.approx(float(value), rel=1e-12, abs=1e-7) if is_near else value
            assert ours[key][figure] == wanted, (key, figure)


def test_the_order_of_the_rows_changes_no_figure() -> None:
    known = two_types()
    weighed = weigh(known)
    units = weigh_units(known, weighed, LONDON, FRIDAY).assign(overdue=0, high_risk_overdue=0)
    turned = compare_team_types(units.iloc[::-1], known.organisation.iloc[::-1])
    pd.testing.assert_frame_equal(turned, compare_team_types(units, known.organisation))
