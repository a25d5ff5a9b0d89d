"""The plan of the demonstration is agreed once, and later extracts of the sample carry out half of it."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pandas as pd

from alerts.people import Person, Role, load_people
from monitor.follow_through.record import live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.operations.demonstration.demo_decisions import DECISIONS
from monitor.operations.demonstration.demo_plan import agree_in_sample, carry_out_in_sample
from monitor.snapshots.follow_through.agreed import MOVES, PEOPLE, AgreedFrames, add_agreed, list_agreed

from ....clock import NOW
from ...conftest import WEEK, Home
from ...follow_through.plans import store_plan
from ...snapshots.follow_through.test_agreed import an_agreed

WEEKS_LEFT = DECISIONS[0].weeks_before_last
DIRECTOR = Person("north@example.org", "North", Role.DIRECTOR, area="N")


def decide(home: Home) -> str:
    newest = home.newest
    episodes = live_episodes(home.store.hotspots(newest.id or 0), newest.as_at)
    episode = next(each for each in episodes if (each.level, each.code) == ("office", "O1"))
    sent = SentTerms(DECISIONS[0].kind.value, "ACO Hackney")
    made = record_decision(home.store, newest, episode, DIRECTOR, sent, seen=0, people=[], today=newest.as_at, now=NOW)
    assert made.decision is not None
    return episode.identity


def test_the_plan_carries_out_the_decision_and_is_agreed_once(home: Home) -> None:
    people = load_people(home.settings.people_file, ())
    asked = (home.store, home.newest, people, home.settings.config)
    assert agree_in_sample(*asked, WEEKS_LEFT) == 0
    episode = decide(home)
    assert agree_in_sample(*asked, WEEKS_LEFT - 1) == 0
    assert agree_in_sample(home.store, home.newest, [], home.settings.config, WEEKS_LEFT) == 0
    moves = agree_in_sample(*asked, WEEKS_LEFT)
    (agreed,) = list_agreed(home.store.engine)
    assert (agreed.episode, agreed.scope_level, agreed.agreed_by) == (episode, "cluster", "north@example.org")
    assert agreed.move_count == moves > 0
    assert agree_in_sample(*asked, WEEKS_LEFT) == 0


def extract_in(folder: Path) -> Path:
    folder.mkdir()
    held = [("A1", "M1", "T1"), ("A2", "M1", "T1"), ("A3", "M1", "T1"), ("A4", "M2", "T2"), ("A5", "", "T1")]
    cases = pd.DataFrame(held, columns=["crn", "om_code", "team_code"]).assign(allocated_on="2026-01-05")
    cases.to_csv(folder / "cases.csv", index=False)
    posts = pd.DataFrame([("M1", "T1"), ("M2", "T2")], columns=["om_code", "team_code"])
    posts.to_csv(folder / "offender_managers.csv", index=False)
    (folder / "manifest.json").write_text(
        json.dumps({"tables": {"cases": {"rows": 5, "sha256": ""}}}), encoding="utf-8"
    )
    return folder


def test_every_second_move_that_is_due_and_can_be_made_is_made(home: Home, tmp_path: Path) -> None:
    made = [
        ("A1", "M1", "T1", "M2", "T2", 1),
        ("A2", "M1", "T1", "M2", "T2", 1),
        ("A3", "M1", "T1", "M2", "T2", 2),
        ("A9", "M1", "T1", "M2", "T2", 1),
        ("A4", "M1", "T1", "M2", "T2", 1),
        ("A9", "M1", "T1", "M2", "T2", 1),
        ("A5", None, "T1", "M2", "T2", 1),
        ("A9", "M1", "T1", "M2", "T2", 1),
        ("A2", "M1", "T1", "GONE", "T2", 1),
    ]
    start = home.newest.as_at
    folder = extract_in(tmp_path / "extract")
    assert carry_out_in_sample(home.store, folder, start + WEEK) == 0
    agreed = an_agreed(home, store_plan(home).plan.id or 0, as_at=start, starts_on=start)
    moves = pd.DataFrame(made, columns=list(MOVES)).astype(MOVES)
    people = pd.DataFrame(columns=list(PEOPLE)).astype(PEOPLE)
    assert add_agreed(home.store.engine, agreed, AgreedFrames(moves, people))
    before = (folder / "cases.csv").read_bytes()
    assert carry_out_in_sample(home.store, folder, start) == 0
    assert carry_out_in_sample(home.store, folder, start + timedelta(days=6)) == 0
    assert (folder / "cases.csv").read_bytes() == before
    assert carry_out_in_sample(home.store, folder, start + WEEK) == 2
    content = (folder / "cases.csv").read_bytes()
    assert content.decode().split() == [
        "crn,om_code,team_code,allocated_on",
        "A1,M2,T2,2026-11-27",
        "A2,M1,T1,2026-01-05",
        "A3,M1,T1,2026-01-05",
        "A4,M2,T2,2026-01-05",
        "A5,M2,T2,2026-11-27",
    ]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["cases"] == {"rows": 5, "sha256": hashlib.sha256(content).hexdigest()}
