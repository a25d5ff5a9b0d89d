"""What a digest says of like units against the independent reader, in weeks with enough of them to compare with."""

import re
from functools import cache

import pytest

from alerts.digest.week_facts import WeekFacts

from .digest_figures import Truth
from .digest_histories import (
    Week,
    crowded_history,
    digest_for,
    plain_concerns,
    plain_firmness,
    plain_moves,
    plain_proposals,
    plain_service,
    scope_name,
    week_facts,
)
from .digest_rows import Reader
from .digest_text import read_digest

ACO = Reader("cluster", ("C1",))
SEEDS = (1, 2)
FALLING = ("T1", "T4")
"""Teams of offices about which there are decisions."""


@cache
def history_of(seed: int) -> list[Week]:
    return crowded_history(seed, falling=FALLING)


@cache
def facts_of(seed: int) -> WeekFacts:
    return week_facts(history_of(seed), decided=True)


@cache
def truth_of(seed: int) -> Truth:
    facts = facts_of(seed)
    service = plain_service(
        history_of(seed),
        decisions=facts.decisions,
        proposals=plain_proposals(facts),
        moves=plain_moves(facts),
        concerns=plain_concerns(facts),
        firmness=plain_firmness(facts),
    )
    return Truth(service, ACO)


@cache
def text_of(seed: int) -> str:
    return digest_for(facts_of(seed), ACO).text


def faults_in(seed: int, text: str) -> list[str]:
    facts = facts_of(seed)
    return read_digest(truth_of(seed), scope_name(facts, ACO), digest_for(facts, ACO).subject, text)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_digests_say_of_like_units_is_true(seed: int) -> None:
    assert faults_in(seed, text_of(seed)) == []


def test_these_weeks_have_like_units_and_falls_beyond_theirs() -> None:
    said = " ".join(map(text_of, SEEDS))
    assert said.count(" like offices without a decision moved between ") > len(SEEDS)
    assert "It fell clearly more than they did." in said
    assert re.search(r"\(middle .*\)\.$", said, re.MULTILINE)
    assert "Agreed plans: " in said
    assert " reviewed, " in said


@pytest.mark.parametrize(
    ("true", "false"),
    [
        (r"(\d+) like offices", "11 like offices"),
        (r"between (\S+) and", "between +9.9 and"),
        (r"and (\S+) \(middle", "and +9.9 (middle"),
        (r"\(middle (\S+)\)", "(middle +9.9)"),
        (r" It fell clearly more than they did\.", ""),
        (r"Of \d+ reviewed", "Of 99 reviewed"),
        (r"(\d+) still with the giver", "99 still with the giver"),
    ],
)
def test_a_false_word_about_them_is_found(true: str, false: str) -> None:
    for seed in SEEDS:
        lie = re.sub(true, false, text_of(seed), count=1)
        assert lie == text_of(seed) or faults_in(seed, lie)
    assert any(re.search(true, text_of(seed)) for seed in SEEDS)
