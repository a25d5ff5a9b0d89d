"""The terms of a decision: what is refused, and what to write instead."""

from datetime import date

import pytest

from alerts.follow_through.decisions import DecisionKind
from monitor.follow_through.terms import PrivateWords, SentTerms, Terms, check_terms

TODAY = date(2026, 11, 22)
PRIVATE = PrivateWords(
    surnames=frozenset({"Arbuthnot", "Barnet"}),
    full_names=frozenset({"Ann Arbuthnot"}),
    crns=frozenset({"X000101"}),
    om_codes=frozenset({"OM10234"}),
    units=frozenset({"Barnet", "O1"}),
    owners=frozenset({"Zoë Arbuthnot"}),
)


def faults(**sent: str) -> dict[str, str]:
    typed = {"kind": "redistribute", "owner": "ACO Hackney"} | sent
    return dict(check_terms(SentTerms(**typed), TODAY, PRIVATE).faults)


def test_good_terms_are_read_with_the_usual_review_after_four_weeks() -> None:
    checked = check_terms(SentTerms("recruit", " ACO  Hackney ", " Two posts\r\nfrom Barnet. "), TODAY, PRIVATE)
    assert checked.terms == Terms(DecisionKind.RECRUIT, "ACO Hackney", "Two posts\nfrom Barnet.", date(2026, 12, 20))


@pytest.mark.parametrize("day", ["2026-11-23", "2027-02-21"])
def test_a_review_may_be_from_tomorrow_to_thirteen_weeks_from_now(day: str) -> None:
    assert faults(review_on=day) == {}


@pytest.mark.parametrize("day", ["2026-11-22", "2027-02-22", "soon"])
def test_any_other_day_of_review_is_refused(day: str) -> None:
    assert list(faults(review_on=day)) == ["review_on"]


def test_a_withdrawal_has_no_review() -> None:
    checked = check_terms(SentTerms("withdrawn", "ACO Hackney", review_on="soon"), TODAY, PRIVATE)
    assert checked.terms == Terms(DecisionKind.WITHDRAWN, "ACO Hackney", "", None)


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("Ask Arbuthnot to take two", "“Arbuthnot” is the name of an offender manager; leave it out"),
        ("ask ann arbuthnot", "is the name of an offender manager"),
        ("X000101 goes to Barnet", "“X000101” is a CRN"),
        ("about A123456", "“A123456” is a CRN"),
        ("the case A1234BC", "is a NOMS number"),
        ("give it to OM10234", "“OM10234” is the code of an offender manager"),
        ("x" * 501, "the note has 501 letters"),
        ("bell \a", "cannot be printed"),
    ],
)
def test_a_note_that_names_a_person_or_is_too_long_is_refused_with_the_reason(note: str, reason: str) -> None:
    assert reason in faults(note=note)["note"]


def test_a_unit_may_be_named_also_where_an_offender_manager_has_its_name() -> None:
    assert faults(note="12 cases to Barnet", owner="ACO Barnet") == {}


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        ("", "write who sees to it"),
        ("x" * 81, "80 letters or less"),
        ("ACO\u202eHackney", "plain text"),
        ("Ann Arbuthnot", "is the name of an offender manager"),
    ],
)
def test_an_owner_is_a_role_or_a_person_of_the_people_file(owner: str, reason: str) -> None:
    assert reason in faults(owner=owner)["owner"]


def test_a_person_of_the_people_file_may_own_a_decision_whatever_their_surname() -> None:
    assert faults(owner="Zoë Arbuthnot") == {}


def test_every_fault_is_named_at_once() -> None:
    assert set(faults(kind="nothing", owner="", note="Arbuthnot", review_on="x")) == {
        "kind",
        "owner",
        "note",
        "review_on",
    }
