"""``hotspots decide``: who may, what is recorded, and what a script reads."""

import json
from collections.abc import Callable

import pytest

from monitor.follow_through.record import LiveEpisode, live_episodes
from tests.monitor.conftest import Home

from ...conftest import Answer
from ...follow_through.plans import store_plan

Program = Callable[..., Answer]


def office(home: Home) -> LiveEpisode:
    episodes = live_episodes(home.store.hotspots(home.newest.id or 0), home.newest.as_at)
    return next(episode for episode in episodes if episode.level == "office")


def decide(hotspots: Program, home: Home, **change: str) -> tuple[int, str]:
    episode = office(home)
    given = {
        "level": episode.level,
        "code": episode.code,
        "rule": episode.rule,
        "kind": "recruit",
        "owner": "ACO Hackney",
        "by": "north@example.org",
    } | change
    words = [word for name, value in given.items() for word in (f"--{name.replace('_', '-')}", value)]
    answer = hotspots("decide", *words, home=home)
    return answer.status, answer.out + answer.err


def test_a_decision_is_recorded_and_exported(hotspots: Program, home: Home) -> None:
    status, said = decide(hotspots, home, note="=two posts")
    assert (status, said.startswith(f"decision 1 about {office(home).identity}: recruit, review ")) == (0, True)
    status, said = decide(hotspots, home, kind="withdrawn")
    assert said.strip() == f"decision 2 about {office(home).identity}: withdrawn"
    rows = json.loads(hotspots("export", "decisions", "--format", "json", home=home).out)
    assert [(row["number"], row["kind"], row["note"]) for row in rows] == [
        (1, "recruit", "=two posts"),
        (2, "withdrawn", None),
    ]
    assert list(rows[0])[:3] == ["as_at", "episode", "number"]
    assert "'=two posts" in hotspots("export", "decisions", home=home).out


def test_a_decision_names_the_plan_that_it_is_to_carry_out(hotspots: Program, home: Home) -> None:
    number = str(store_plan(home).plan.id)
    assert decide(hotspots, home, plan=number)[0] == 0
    rows = json.loads(hotspots("export", "decisions", "--format", "json", home=home).out)
    assert [str(row["plan_id"]) for row in rows] == [number]
    people = home.settings.people_file.read_text(encoding="utf-8")
    spo = "  - {email: spo@example.org, name: Spo, role: spo, office: O1}\n"
    home.settings.people_file.write_text(people + spo, encoding="utf-8")
    for change, says in (
        ({"plan": "4711"}, "--plan: there is no plan 4711 that can be read"),
        ({"plan": number, "by": "spo@example.org"}, f"--plan: spo@example.org (spo) does not see plan {number}"),
    ):
        status, said = decide(hotspots, home, **change)
        assert (status, says in " ".join(said.split())) == (2, True), said


def test_no_decision_exports_no_row(hotspots: Program, home: Home) -> None:
    assert json.loads(hotspots("export", "decisions", "--format", "json", home=home).out) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"by": "unknown@example.org"}, "--by: unknown@example.org is not in"),
        ({"by": "south@example.org"}, "south@example.org (director) does not decide on office"),
        ({"by": "operator@example.org"}, "operator@example.org (operator) does not decide on office"),
        ({"rule": "nothing"}, "is no hotspot under nothing in the snapshot for 2026-11-20; it is one under: "),
        ({"code": "O9"}, "office O9 is no hotspot under"),
        ({"kind": "nothing"}, "--kind: choose what was decided: redistribute, borrow_or_backfill, recruit,"),
        ({"note": "Arbuthnot"}, "--note: “Arbuthnot” is the name of an offender manager; leave it out"),
        ({"review_on": "2030-01-01"}, "--review-on: the review must be after today"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_the_reason(
    hotspots: Program, home: Home, change: dict[str, str], says: str
) -> None:
    status, said = decide(hotspots, home, **change)
    assert status == 2
    assert says in " ".join(said.split())


def test_without_a_snapshot_there_is_nothing_to_decide(hotspots: Program, new_home: Home) -> None:
    words = ["--level", "office", "--code", "O1", "--kind", "recruit", "--owner", "x", "--by", "north@example.org"]
    answer = hotspots("decide", *words, home=new_home)
    assert answer.status == 2
    assert "there is no snapshot yet" in answer.err
