"""The settings that shape a digest: what they are if nothing is set, and that each makes a difference."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from alerts.detection.rules import load_rules
from alerts.digest.settings import NO_CONTACT, Contact, DigestSettings
from monitor.settings import Settings
from tests.alerts.digest.digests import digest_of
from tests.alerts.pictures import AS_AT, Team, picture
from tiering.policies.policy_files import load_policy

CONFIG = Path(__file__).parents[3] / "config"
OTHER: dict[str, Any] = {
    "marking": "PROTECT - STAFF",
    "base_url": "https://hotspots.example.org/",
    "small_team": 9,
    "red_line": 117.0,
    "normal_from": 60.0,
    "contact": Contact("Performance team, performance@example.org", "performance@example.org"),
}


def test_what_is_not_set_is_as_the_settings_of_the_service_and_the_policy_have_it() -> None:
    usual = DigestSettings()
    settings = {name: field.default for name, field in Settings.model_fields.items()}
    assert (usual.marking, usual.base_url, usual.small_team) == tuple(
        settings[name] for name in ("marking", "base_url", "small_team")
    )
    over = next(rule for rule in load_rules(CONFIG, AS_AT) if rule.name == "over_threshold")
    assert usual.red_line == over.number("threshold") == load_policy(CONFIG, "london-2009", AS_AT).bands.red_above


@pytest.mark.parametrize("name", [field.name for field in fields(DigestSettings)])
def test_every_setting_changes_the_digest(name: str) -> None:
    week = picture([Team("T11", "F11", "C1", load=115), Team("T21", "F21", "C2", load=80)])
    assert OTHER[name] != getattr(DigestSettings(), name)
    usual = digest_of(week, charts=True)
    assert digest_of(week, wording=replace(DigestSettings(), **{name: OTHER[name]}), charts=True) != usual


@pytest.mark.parametrize(
    ("contact", "closing"),
    [
        (NO_CONTACT, "This email is sent automatically. Replies are not read."),
        (
            Contact("Performance team, 020 7946 0000"),
            "This email is sent automatically. Questions: Performance team, 020 7946 0000. "
            "Replies to this email are not read.",
        ),
        (
            Contact("Performance team, p@example.org", "p@example.org"),
            "This email is sent automatically. Questions: Performance team, p@example.org. Replies go there.",
        ),
    ],
)
def test_the_last_line_of_both_parts_says_who_answers_and_where_replies_go(contact: Contact, closing: str) -> None:
    week = picture([Team("T11", "F11", "C1", load=115), Team("T21", "F21", "C2", load=80)])
    digest = digest_of(week, wording=DigestSettings(contact=contact))
    assert contact.closing == closing
    assert closing in digest.text
    assert closing in digest.html
