"""The rules beyond assessments: read, checked, dated."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tiering.dated import SourceStatus
from tiering.faults import ConfigFault
from tiering.oversight.rules import OversightRule, fingerprint, load_oversight_rules

SHIPPED = Path("config")
TODAY = date(2026, 11, 20)
STATED = {"unit": "weeks", "status": "verified", "reference": "a book"}


def rule(value: int | None = 4, **given: Any) -> dict[str, Any]:
    due = {date(2000, 1, 1): STATED | {"value": value, "unit": given.pop("unit", "weeks")}}
    base = {"title": "A rule", "records": "oversight", "kind": "safeguarding", "due": due}
    return base | given


def load(folder: Path, as_at: date = TODAY, **rules: dict[str, Any]) -> tuple[OversightRule, ...]:
    with (folder / "oversight.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump({"title": "Rules", "rules": rules}, file)
    return load_oversight_rules(folder, as_at)


def test_the_shipped_rules_cite_what_they_rest_on() -> None:
    rules = {rule.name: rule for rule in load_oversight_rules(SHIPPED, TODAY)}
    breach = rules["breach_action"]
    assert (breach.due, breach.due_unit, breach.status) == (10, "working days", SourceStatus.VERIFIED)
    assert "43/2004" in breach.reference
    assert rules["contacts_first_16_weeks_tier_2"].times == 10
    assert rules["supervision"].is_of_officers
    assert not breach.is_of_officers
    assert all(rule.reference for rule in rules.values())
    assert sum(rule.status is SourceStatus.LOCAL_ASSUMPTION for rule in rules.values()) == 12


def test_a_rule_is_in_force_from_its_date_until_a_value_of_null(tmp_path: Path) -> None:
    ends = rule(due={date(2010, 1, 1): STATED | {"value": 4}, date(2020, 1, 1): STATED | {"value": None}})
    assert load(tmp_path, date(2009, 12, 31), one=ends) == ()
    assert [(found.name, found.due) for found in load(tmp_path, date(2010, 1, 1), one=ends)] == [("one", 4)]
    assert load(tmp_path, date(2020, 1, 1), one=ends) == ()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": "court"}, "kind: 'court' is not one of safeguarding, mappa_review"),
        ({"records": "contacts"}, "kind: a contact counts whatever its kind; remove it"),
        ({"records": "enforcement", "kind": "breach"}, "ends_with: only rules of enforcement need it"),
        ({"ends_with": "acted_on"}, "ends_with: only rules of enforcement need it"),
        ({"repeats": True, "times": 2}, "repeats: a rule that repeats is done once each time"),
        ({"repeats": True, "clock": "release_on"}, "repeats: a rule that repeats is done once each time"),
        ({"unit": "fortnights"}, "due.2000-01-01: unit 'fortnights' is not one of days, working days, weeks, months"),
        ({"value": -1}, "due.2000-01-01: -1 is not a time to do it in"),
        ({"value": 0, "repeats": True}, "due.2000-01-01: 0 is not a time to do it in"),
        ({"settings": ["prison"]}, "settings"),
    ],
)
def test_a_rule_that_cannot_be_judged_by_is_a_fault_with_its_place(tmp_path: Path, given: Any, says: str) -> None:
    with pytest.raises(ConfigFault) as raised:
        load(tmp_path, good=rule(), bad=rule(**given))
    assert len(raised.value.faults) == 1
    assert "oversight.yaml: rules.bad." in raised.value.faults[0]
    assert says in raised.value.faults[0]


def test_the_fingerprint_is_of_what_rules_say_and_not_of_their_wording(tmp_path: Path) -> None:
    first = fingerprint(load(tmp_path, one=rule()))
    assert fingerprint(load(tmp_path, one=rule(title="Other words"))) == first
    assert fingerprint(load(tmp_path, one=rule(5))) != first
    assert fingerprint(load(tmp_path, one=rule(repeats=True))) != first
