"""The causes of a week in one go."""

from alerts.causes.causes import find_causes
from tests.tiering.rows import FRIDAY, LONDON, case, caseload, weigh

from .weeks import causes_of


def test_the_first_week_has_what_it_consists_of_and_nothing_to_compare_with() -> None:
    known = caseload(case())
    causes = find_causes(known, weigh(known), LONDON, FRIDAY, [], {})
    assert (len(causes.rows), len(causes.units)) == (0, 0)
    assert set(causes.standing["part"]) == {"held"}


def test_the_rows_of_a_unit_add_up_to_its_parts() -> None:
    causes = causes_of(caseload(case("X1"), case("X2")), caseload(case("X1", tier="4")))
    of_team = causes.rows[causes.rows["team_code"].eq("T1")].groupby("part")["points"].sum()
    units = causes.units[causes.units["level"].eq("team")].set_index("part")["points"]
    assert of_team.to_dict() == units.to_dict() == {"ends": -25.0, "tier": 95.0}
