"""The hotspot rules: what ships, what is refused, what changes their fingerprint."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from alerts.detection.rules import NEEDED, Rule, fingerprint, load_rules
from tiering.faults import ConfigFault

CONFIG = Path(__file__).parents[3] / "config"
TODAY = date(2026, 11, 20)
SHIPPED = load_rules(CONFIG, TODAY)
RULES = {rule.name: rule for rule in SHIPPED}
UP_TO_CLUSTER = ("offender_manager", "team", "office", "cluster")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped rules to change."""
    shutil.copytree(CONFIG / "hotspot_rules", tmp_path / "hotspot_rules")
    return tmp_path


def change(config: Path, name: str, old: str, new: str) -> Path:
    path = config / "hotspot_rules" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def faults_of(config: Path, as_at: date = TODAY) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load_rules(config, as_at)
    return caught.value.faults


@pytest.mark.parametrize(
    ("name", "levels", "sent", "numbers", "escalate_at"),
    [
        ("watch", UP_TO_CLUSTER, False, {"threshold": 110}, ()),
        (
            "over_threshold",
            UP_TO_CLUSTER,
            True,
            {"threshold": 110, "clear_below": 105, "weeks_on": 3, "weeks_off": 3},
            (4, 8, 12),
        ),
        ("no_capacity", ("offender_manager", "team", "office"), True, {"threshold": 0}, ()),
        ("unallocated", ("team", "office"), True, {"threshold": 0}, ()),
        (
            "spare_capacity",
            UP_TO_CLUSTER,
            True,
            {"threshold": 85, "clear_above": 90, "weeks_on": 4, "weeks_off": 4},
            (),
        ),
        (
            "hot_and_late",
            ("offender_manager", "office"),
            True,
            {"threshold": 110, "high_risk_overdue_from": 1},
            (),
        ),
        (
            "rising",
            ("office", "cluster"),
            True,
            {
                "weeks_apart": 8,
                "weeks_averaged": 2,
                "times_usual": 2.75,
                "least_rise": 5,
                "least_capacity": 95,
                "least_offender_managers": 5,
                "size_bands": 8,
                "clear_share": 0.5,
                "least_units_a_band": 5,
                "weeks_learned": 52,
                "weeks_needed": 4,
                "cool_off": 8,
            },
            (),
        ),
        ("forecast_over", ("team", "office", "cluster"), True, {"threshold": 110, "weeks_ahead": 4}, ()),
        ("spo_load", ("office",), True, {"span": 10}, ()),
    ],
)
def test_the_shipped_rules_are_those_of_the_design(
    name: str, levels: tuple[str, ...], sent: bool, numbers: dict[str, float], escalate_at: tuple[int, ...]
) -> None:
    rule = RULES[name]
    assert (rule.levels, rule.sent, rule.numbers, rule.escalate_at) == (levels, sent, numbers, escalate_at)
    assert rule.title
    assert rule.says.endswith(".")


def test_rules_come_in_the_order_in_which_they_are_told() -> None:
    assert [rule.name for rule in SHIPPED] == list(NEEDED)


def test_a_rule_gives_its_numbers_by_name_and_counts_those_without_a_source() -> None:
    assert RULES["over_threshold"].number("clear_below") == 105
    assert {name: rule.local_assumptions for name, rule in RULES.items() if rule.local_assumptions} == {
        "over_threshold": 1,
        "no_capacity": 1,
        "unallocated": 1,
        "hot_and_late": 1,
        "forecast_over": 1,
        "spo_load": 1,
    }
    assert {name: rule.numbers_in_force for name, rule in RULES.items()} == {
        "watch": 1,
        "over_threshold": 5,
        "no_capacity": 1,
        "unallocated": 1,
        "spare_capacity": 4,
        "hot_and_late": 2,
        "rising": 12,
        "forecast_over": 2,
        "spo_load": 1,
    }


def test_a_later_number_takes_over_on_its_date(config: Path) -> None:
    later = '    2026-11-20: {value: 2, unit: weeks running, status: local assumption, reference: "a trial"}\n'
    change(config, "over_threshold", "  weeks_off:\n", later + "  weeks_off:\n")
    before, on_the_day = (load_rules(config, day)[1] for day in (date(2026, 11, 19), TODAY))
    assert (before.number("weeks_on"), on_the_day.number("weeks_on")) == (3, 2)
    assert (before.local_assumptions, on_the_day.local_assumptions) == (1, 2)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("spare_capacity", "  clear_above:", "  clear_over:", "numbers.clear_above: is missing"),
        ("spare_capacity", "  clear_above:", "  clear_over:", "numbers.clear_over: is not a number of the rule"),
        ("watch", "name: watch", "name: look", "name: 'look' does not match the file name; write watch"),
        ("watch", "value: 110", "value: [110]", "numbers.threshold: only escalate_at is a list of weeks"),
        ("over_threshold", "[4, 8, 12]", "4", "numbers.escalate_at: only escalate_at is a list of weeks"),
        ("watch", "value: 110", "value: much", "numbers.threshold.2000-01-01.value"),
        ("watch", "[offender_manager, team", "[person, team", "levels.0: Input should be 'post', 'offender_manager'"),
        (
            "watch",
            "[offender_manager, team",
            "[area, all",
            "levels: no rule judges all; the levels are offender_manager, team, office, cluster, area",
        ),
        ("watch", "sent: false", "posted: false", "sent: Field required"),
        ("watch", "sent: false", "sent: false\nposted: true", "posted: Extra inputs are not permitted"),
        ("watch", "sent: false", "sent: false\nsent: true", "not valid YAML"),
        ("watch", "[offender_manager, team", "[office, office, team", "levels: a level is listed twice"),
        ("watch", "value: 110", "value: .nan", "numbers.threshold: nan must be 0 or more"),
        ("watch", "value: 110", "value: -1", "numbers.threshold: -1.0 must be 0 or more"),
        ("spare_capacity", "{value: 4,", "{value: 0,", "numbers.weeks_on: 0 must be a whole number of weeks"),
        ("spare_capacity", "{value: 4,", "{value: 2.5,", "numbers.weeks_on: 2.5 must be a whole number of weeks"),
        ("over_threshold", "[4, 8, 12]", "[0, 8]", "numbers.escalate_at: must be whole numbers of weeks"),
        ("over_threshold", "value: 105", "value: 111", "numbers.clear_below: must not be above threshold"),
        ("spare_capacity", "value: 90", "value: 84", "numbers.clear_above: must not be below threshold"),
        ("watch", "status: verified", "status: certain", "numbers.threshold.2000-01-01.status"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_file_key_and_reason(
    config: Path, name: str, old: str, new: str, says: str
) -> None:
    path = change(config, name, old, new)
    found = faults_of(config)
    assert any(fault.startswith(f"{path}: {says}") for fault in found), found


def test_a_number_that_has_not_started_is_refused_with_the_date(config: Path) -> None:
    path = change(config, "watch", "2000-01-01", "2026-11-21")
    assert faults_of(config) == [
        f"{path}: numbers.threshold: nothing is in force on 2026-11-20; add a value dated then or earlier"
    ]
    assert load_rules(config, date(2026, 11, 21))[0].number("threshold") == 110


def test_a_missing_rule_and_a_file_that_is_no_rule_are_refused_with_the_rules_there_are(config: Path) -> None:
    folder = config / "hotspot_rules"
    (folder / "watch.yaml").rename(folder / "heat.yaml")
    assert faults_of(config) == [
        f"{folder / 'heat.yaml'}: there is no rule 'heat'; the rules are {', '.join(NEEDED)}",
        f"{folder / 'watch.yaml'}: the file is missing",
    ]


def test_every_fault_of_every_rule_is_told_at_once(config: Path) -> None:
    change(config, "watch", "name: watch", "name: look")
    change(config, "watch", "2000-01-01", "2027-01-01")
    change(config, "unallocated", "sent: true", "sent: perhaps")
    change(config, "hot_and_late", "threshold:", "limit:")
    found = faults_of(config)
    assert [fault.split(".yaml: ")[1].split(": ")[0] for fault in found] == [
        "name",
        "numbers.threshold",
        "sent",
        "numbers.threshold",
        "numbers.limit",
    ]


def test_the_fingerprint_ignores_wording_and_stays_the_same_from_run_to_run() -> None:
    other_words = tuple(
        rule.model_copy(update={"title": "Hot", "says": "Hot.", "local_assumptions": 9}) for rule in SHIPPED
    )
    assert fingerprint(other_words) == fingerprint(SHIPPED)
    rules_again = tuple(Rule.model_validate_json(rule.model_dump_json()) for rule in SHIPPED)
    assert fingerprint(rules_again) == fingerprint(SHIPPED)


def test_the_fingerprint_changes_with_every_number_level_and_rule() -> None:
    fingerprints = {fingerprint(SHIPPED)}
    changes = 0
    for place, rule in enumerate(SHIPPED):
        different: list[Rule] = [
            rule.model_copy(update={"levels": rule.levels[:-1]}),
            rule.model_copy(update={"sent": not rule.sent}),
            rule.model_copy(update={"escalate_at": (*rule.escalate_at, 16)}),
            *(rule.model_copy(update={"numbers": rule.numbers | {key: rule.number(key) + 1}}) for key in rule.numbers),
        ]
        changes += len(different)
        fingerprints |= {fingerprint((*SHIPPED[:place], other, *SHIPPED[place + 1 :])) for other in different}
    assert len(fingerprints) == 1 + changes
    assert fingerprint(SHIPPED[1:]) not in fingerprints
