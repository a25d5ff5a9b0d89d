"""Who may take one case of a snapshot, in words and as data."""

from dataclasses import replace

import pandas as pd
import pytest

from monitor.redistribution.results.tables.receivers import Receiver, Refusal
from monitor.redistribution.results.who import (
    Who,
    describe_who,
    find_who,
    from_to,
    pose_scope,
    read_scope,
    who_in,
)
from monitor.redistribution.scenario.baseline import Baseline
from tiering.faults import UserFault

from ...conftest import AS_AT, Home
from ..service import asked, costs_for, start_for


def receiver(before: float = 60.0, after: float = 62.4, **facts: object) -> Receiver:
    usual = Receiver("P02", "T1", "Pat Two", "PO", "Office 1", before, after, 3.0, False, (), 110.0)
    return replace(usual, **facts)  # type: ignore[arg-type]


def who(receivers: int = 1, refused: tuple[Refusal, ...] = (), held_by: str | None = "P01") -> Who:
    return Who("X1", AS_AT, held_by, "T1", tuple(receiver() for _ in range(receivers)), refused)


def test_loads_are_whole_numbers_unless_they_then_look_the_same() -> None:
    assert from_to(receiver(60.0, 62.4)) == "60% to 62%"
    assert from_to(receiver(60.0, 60.3)) == "60.0% to 60.3%"
    assert from_to(receiver(60.0, 110.3)) == "60% to 110.3%"
    assert from_to(receiver(60.0, 110.02)) == "60% to just over 110%"


@pytest.mark.parametrize(
    ("number", "says"), [(0, "no one in scope may take it"), (1, "may take it, best first: 1"), (2, "best first: 2")]
)
def test_none_one_and_two_receivers_have_words(number: int, says: str) -> None:
    lines = list(describe_who(who(number)))
    assert lines[0] == "X1: held by P01 in T1, as at 20 November 2026"
    assert says in lines[2]
    assert len(lines) == 3 + number


def test_a_long_list_is_cut_and_says_where_the_rest_is() -> None:
    lines = list(describe_who(who(27, (Refusal("an SPO holds no cases", 3),), None)))
    assert lines[0].startswith("X1: unallocated in T1")
    assert lines[-4] == "  and 2 more; all of them with --json"
    assert lines[-1] == "     3  an SPO holds no cases"
    assert "more" not in "".join(describe_who(who(25)))


def test_reasons_against_stand_at_the_end_of_the_line() -> None:
    one = Who("X1", AS_AT, None, "T1", (receiver(reasons_against=("newly qualified", "another office: F")),), ())
    assert list(describe_who(one))[-1].endswith("60% to 62%        newly qualified; another office: F")


def test_who_leaves_soon_and_who_is_further_away_is_said(service: Home) -> None:
    start = start_for(service, asked())
    managers = start.caseload.offender_managers
    left = managers["left_on"].mask(managers["om_code"].eq("P02"), pd.Timestamp("2027-01-31"))
    caseload = replace(start.caseload, offender_managers=managers.assign(left_on=left))
    answer = find_who(replace(start, caseload=caseload), costs_for(service.settings.config, AS_AT), "X000001")
    assert (answer.held_by, answer.team_code) == ("P01", "T1")
    against = {taker.om_code: taker.reasons_against for taker in answer.receivers}
    assert against["P02"] == ("leaves on 31 January 2027",)
    assert against["P06"] == ("another office: Office O2",)


def test_a_scope_wider_than_a_cluster_lets_a_case_go_to_another_one(service: Home) -> None:
    start, costs = start_for(service, asked()), costs_for(service.settings.config, AS_AT)
    clusters = {row.om_code: row.cluster_code for row in _posts(start).itertuples()}
    reached = {
        name: {clusters[taker.om_code] for taker in find_who(start, costs, "X000001", scope).receivers}
        for name, scope in (("cluster", None), ("area", {"area": "A1"}), ("all", "all"))
    }
    assert reached == {"cluster": {"C1"}, "area": {"C1", "C2"}, "all": {"C1", "C2"}}


def _posts(start: Baseline) -> pd.DataFrame:
    caseload = start.caseload
    return caseload.offender_managers.merge(caseload.organisation, on="team_code").drop_duplicates("om_code")


def test_a_posed_scope_answers_for_each_of_its_cases_and_for_no_other(service: Home) -> None:
    start, costs = start_for(service, asked()), costs_for(service.settings.config, AS_AT)
    posed = pose_scope(start, costs, {"cluster": "C1"})
    for crn in ("X000001", "X000900"):
        assert who_in(posed, crn) == find_who(start, costs, crn)
    with pytest.raises(KeyError):
        who_in(posed, "X999999")


@pytest.mark.parametrize("text", ["", "C02", "cluster:", "person:P01", "cluster"])
def test_a_text_that_is_no_scope_is_refused_with_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(UserFault) as raised:
        read_scope(text)
    assert raised.value.faults[0].endswith("write team:CODE, office:CODE, cluster:CODE, area:CODE or all")


def test_scopes_are_read_as_a_scenario_writes_them() -> None:
    assert read_scope("all") == "all"
    assert read_scope("office:F:1") == {"office": "F:1"}
