"""Who agrees a plan on its page, and what it says afterwards."""

from sqlalchemy import text

from alerts.people import Person, Role
from monitor.follow_through.record import live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.snapshots.follow_through.agreed import read_agreed
from tests.monitor.conftest import Home
from tests.monitor.snapshots.follow_through.test_outcomes import agree_early
from tests.monitor.web.conftest import NOW

from ..planner import Planner, another, asked_elsewhere, number_in


def decide(home: Home, code: str, kind: str = "redistribute", seen: int = 0) -> str:
    """The identity of an episode of an office about which there is a decision."""
    newest = home.newest
    episodes = live_episodes(home.store.hotspots(newest.id or 0), newest.as_at)
    episode = next(episode for episode in episodes if (episode.level, episode.code) == ("office", code))
    director = Person("north@example.org", "North", Role.DIRECTOR, area="N")
    sent = SentTerms(kind, "ACO Hackney")
    answer = record_decision(
        home.store, newest, episode, director, sent, seen=seen, people=[], today=NOW.date(), now=NOW
    )
    assert answer.decision is not None
    return episode.identity


def test_a_director_reads_a_plan_and_agrees_it_with_the_decision_that_it_carries_out(planner: Planner) -> None:
    episode = decide(planner.home, "O1")
    plan = planner.solved(planner.new())
    director = another(planner, "north")
    page = director.get(plan)
    assert "Agree this plan" in page
    assert f'value="{episode}"' in page
    assert "Find the best plan again" not in page
    assert "What was tried" not in page
    assert "What was tried" in planner.get(plan)
    assert "Agree this plan" not in planner.get(plan)
    to = director.send(f"{plan}/agree", decision=episode)
    assert to == f"{plan}?said=agreed#agreement"
    page = director.get(to.partition("#")[0])
    assert "The plan is agreed. It stays as it is now." in page
    assert "by north@example.org on" in page
    assert "It carries out: Decided" in page
    assert "Agree this plan" not in page
    assert "by north@example.org on" in planner.get(plan)
    agreed = read_agreed(planner.home.store.engine, number_in(plan))
    assert agreed is not None
    assert (agreed.episode, agreed.decision_number, agreed.agreed_at) == (episode, 1, NOW)
    with planner.home.store.engine.connect() as connection:
        looks = connection.execute(text("SELECT who, page, allowed FROM looked_at WHERE page LIKE '%/agree'")).all()
    assert [(who, page, bool(allowed)) for who, page, allowed in looks] == [
        ("north@example.org", f"{plan}/agree", True)
    ]


def test_a_form_sent_twice_agrees_once(planner: Planner) -> None:
    plan = planner.solved(planner.new())
    another(planner, "aco1").send(f"{plan}/agree")
    another(planner, "north").send(f"{plan}/agree")
    agreed = read_agreed(planner.home.store.engine, number_in(plan))
    assert agreed is not None
    assert (agreed.agreed_by, agreed.episode) == ("aco1@example.org", None)
    assert "It carries out" not in planner.get(plan)


def test_only_decisions_in_force_about_units_of_the_plan_are_offered(planner: Planner) -> None:
    withdrawn = decide(planner.home, "O1")
    decide(planner.home, "O1", "withdrawn", seen=1)
    plan = planner.solved(planner.new())
    director = another(planner, "north")
    assert "Which decision it carries out" not in director.get(plan)
    assert "There is no such decision" in director.send(f"{plan}/agree", 400, decision=withdrawn)
    assert read_agreed(planner.home.store.engine, number_in(plan)) is None


def test_a_plan_that_is_not_there_yet_cannot_be_agreed(planner: Planner) -> None:
    plan = asked_elsewhere(planner, planner.new())
    director = another(planner, "north")
    assert "Waiting for its turn" in director.get(plan)
    director.send(f"{plan}/agree", 404)


def test_others_do_not_agree(planner: Planner) -> None:
    plan = planner.solved(planner.new())
    for name in ("planner", "south", "spo1"):
        another(planner, name).send(f"{plan}/agree", 403)
    assert read_agreed(planner.home.store.engine, number_in(plan)) is None


def test_later_weeks_show_what_has_happened_since(planner: Planner) -> None:
    agreed = agree_early(planner.home)
    page = planner.get(f"/what-if/plan/{agreed.plan_id}")
    assert "What has happened since" in page
    assert "5 moves, 4 due by now: 1 done, 2 still with the giver, 1 gone elsewhere, 1 ended" in page
    assert "3 moves, 2 due by now: 1 done, 2 still with the giver, 0 gone elsewhere, 0 ended" in page
    assert "130.0%" in page
    assert "110.0%" in page


def test_before_a_later_week_nothing_has_happened(planner: Planner) -> None:
    plan = planner.solved(planner.new())
    another(planner, "north").send(f"{plan}/agree")
    assert "What has happened since" not in planner.get(plan)


def test_without_its_rows_a_plan_shows_capacities(planner: Planner) -> None:
    agreed = agree_early(planner.home)
    with planner.home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM agreed_rows"))
    page = planner.get(f"/what-if/plan/{agreed.plan_id}")
    assert "the rows behind its moves were removed" in page
    assert "110.0%" in page
