"""One caseload under several policies."""

from datetime import date

from tests.tiering.rows import CONFIG, FRIDAY, LONDON, WMT, case, caseload, post, team, weigh
from tiering.by_policy import COLUMNS, weigh_by_policy
from tiering.policies.policy_files import load_policy
from tiering.workload import weigh_units

MODERN = load_policy(CONFIG, "modern", date(2026, 11, 20))


def test_each_policy_gives_what_it_gives_alone() -> None:
    known = caseload(case("X1", tier="4"), case("X2", tier=None))
    rows = weigh_by_policy(known, (LONDON,), FRIDAY)
    alone = weigh_units(known, weigh(known), LONDON, FRIDAY)
    assert list(rows.columns) == COLUMNS
    assert rows["total_points"].tolist() == alone["total_points"].tolist()
    assert rows["other_tiers"].eq(0).all()


def test_a_tier_of_another_scheme_weighs_as_untiered_and_is_counted_in_every_unit_that_has_it() -> None:
    known = caseload(
        case("X1", tier="A"),
        case("X2", tier="B1"),
        case("X3", tier="B1", team_code="T2", om_code="Q"),
        organisation=[team(), team("T2", office="F2", cluster="C2")],
        offender_managers=[post(), post("Q", "T2")],
    )
    rows = weigh_by_policy(known, (MODERN, WMT), FRIDAY).set_index(["policy", "level", "code"])
    assert rows.loc[("wmt", "all"), "other_tiers"].tolist() == [1]
    assert rows.loc[("wmt", "office", "F1"), ["other_tiers", "total_points", "cases"]].tolist() == [1, 102.0, 2]
    assert rows.loc[("modern", "office", "F1"), ["other_tiers", "total_points", "cases"]].tolist() == [0, 260.0, 2]
    assert rows.loc[("wmt", "office", "F2"), "other_tiers"] == 0
    assert rows.loc["modern", "other_tiers"].eq(0).all()
