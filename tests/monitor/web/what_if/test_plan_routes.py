"""What each address of a plan does."""

from urllib.parse import urlencode

from sqlmodel import Session, col, select

from monitor.redistribution import repository
from monitor.snapshots.contracts.follow_through import PROPOSED_MOVES
from monitor.snapshots.follow_through.agreed import read_agreed
from monitor.snapshots.follow_through.decisions import read_decisions
from monitor.snapshots.tables import LookedAt, ScenarioRow

from ..conftest import NOW, browser_at, remove_frames, token_in
from ..pages.follow_through.test_decisions import decide
from .planner import Planner, another, asked_elsewhere, number_in


def test_a_plan_in_the_making_asks_again_can_be_watched_and_cancelled(planner: Planner) -> None:
    path = planner.new()
    plan = asked_elsewhere(planner, path)
    answer = planner.browser.get(plan)
    assert answer.headers["refresh"] == "3"
    assert "Waiting for its turn" in answer.text
    assert "refresh" not in planner.browser.get(plan, params={"refresh": "off"}).headers
    assert planner.send(f"{path}/solve") == plan
    assert planner.send(f"{plan}/cancel") == plan
    answer = planner.browser.get(plan)
    assert "refresh" not in answer.headers
    assert "Cancelled" in answer.text
    engine = planner.home.store.engine
    assert not repository.begin(engine, number_in(plan), "elsewhere:1", NOW)
    assert not repository.renew_lease(engine, number_in(plan), "elsewhere:1", NOW)
    assert planner.plan(planner.solved(path)).id != number_in(plan)


PROPOSAL = "/what-if/proposal?cluster=C1&as_at=2026-11-20"


def opened(planner: Planner, path: str = PROPOSAL) -> str:
    """The address of the plan to which the address of a proposal leads."""
    answer = planner.browser.get(path, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_the_link_in_a_digest_leads_to_the_moves_that_were_stored(planner: Planner) -> None:
    plan = opened(planner)
    moves = planner.home.store.archived_frame(planner.home.newest.id or 0, PROPOSED_MOVES.name)
    assert sorted(row["crn"] for row in planner.rows(plan, "moves")) == moves["crn"].tolist()
    page = planner.get(plan)
    assert "The run proposes this on its standing terms: at most 30 moves by choice, within the cluster" in page
    assert "as at 20 November 2026 (revision 1)" in page
    assert "Asked by" not in page
    for more in ("/case", "/print"):
        assert "The run proposes this" in planner.get(f"{plan}{more}")
    director = another(planner, "north")
    assert opened(director) == opened(director, "/what-if/proposal?cluster=C1") == plan
    assert "Change a copy of it" not in director.get(plan)
    assert planner.get("/what-if").count("Proposal for Cluster 1") == 1
    with Session(planner.home.store.engine) as session:
        looks = session.exec(select(LookedAt).where(col(LookedAt.page) == plan)).all()
    assert {(look.who, look.level, look.code, look.allowed) for look in looks} == {
        ("planner@example.org", "cluster", "C1", True), ("north@example.org", "cluster", "C1", True),
    }  # fmt: skip


def test_whoever_has_to_sign_in_first_comes_back_to_the_plan(planner: Planner) -> None:
    browser = browser_at(planner.app)
    asked = browser.get(PROPOSAL)
    form = {"csrf": token_in(asked.text), "email": "aco1@example.org", "next": asked.url.params["next"]}
    answer = browser.post("/sign-in", data=form)
    assert answer.status_code == 200
    assert answer.url.path.startswith("/what-if/plan/")


def test_a_proposal_that_is_not_there_is_not_found(planner: Planner) -> None:
    for path in ("cluster=C2", "cluster=C1&as_at=2026-11-19", "cluster=C1&as_at=soon", "cluster=NONE"):
        planner.get(f"/what-if/proposal?{path}", 404)
    remove_frames(planner.home, PROPOSED_MOVES.name)
    planner.get(PROPOSAL, 404)


def test_a_planner_changes_a_copy_from_its_moves_on(planner: Planner) -> None:
    plan = opened(planner)
    assert "Change a copy of it" in planner.get(plan)
    another(planner, "north").send(f"{plan}/copy", 403)
    copied = planner.send(f"{plan}/copy").partition("?")[0]
    assert copied != plan
    page = planner.get(copied)
    assert "Proposal for Cluster 1, changed" in page
    assert "Asked by planner@example.org" in page
    assert "The what-if was changed since" not in page
    moves = planner.rows(copied, "moves")
    assert moves == planner.rows(plan, "moves")
    assert "said=fix" in planner.send(f"{copied}/edit", version=1, fix=moves[0]["crn"])
    again = planner.send(f"{copied}/solve", version=2).partition("?")[0]
    planner.app.state.planning.finish()
    kinds = {row["crn"]: row["kind"] for row in planner.rows(again, "moves")}
    assert kinds[moves[0]["crn"]] == "by name"
    planner.send(f"{copied}/copy", 403)
    with Session(planner.home.store.engine) as session:
        authors = session.exec(select(ScenarioRow.author).order_by(col(ScenarioRow.id))).all()
    assert authors == ["the run", "planner@example.org"]


def test_a_decision_leads_to_the_plan_that_carries_it_out_and_the_director_agrees_it(planner: Planner) -> None:
    director = another(planner, "north")
    episode = decide(planner.home)
    asked = {"unit": f"{episode.level}/{episode.code}", "episode": episode.identity}
    form = {"csrf": token_in(director.browser.get("/decide", params=asked).text), "kind": "redistribute", "seen": "1"}
    form |= {"owner": "ACO Hackney", "plan": "proposal"}
    answer = director.browser.post("/decide", params=asked, data=form)
    assert answer.status_code == 200
    assert answer.url.path.startswith("/what-if/plan/")
    assert f'value="{episode.identity}" selected' in answer.text
    director.send(f"{answer.url.path}/agree", decision=episode.identity)
    agreed = read_agreed(planner.home.store.engine, number_in(answer.url.path))
    assert agreed is not None
    assert (agreed.episode, agreed.decision_number, agreed.agreed_by) == (episode.identity, 2, "north@example.org")
    assert "No planner has changed it" in director.get(answer.url.path)
    decision = read_decisions(planner.home.store.engine, [episode.identity])[-1]
    assert decision.plan_id == agreed.plan_id
    for path in ("/decisions", f"/decide?{urlencode(asked)}"):
        assert f'href="{answer.url.path}">The plan that it carries out' in director.get(path), path


def test_a_later_decision_names_the_agreed_plan_that_it_carries_out(planner: Planner) -> None:
    director, episode = another(planner, "north"), decide(planner.home)
    plan = opened(director)
    asked = {"unit": f"{episode.level}/{episode.code}", "episode": episode.identity}
    form = {"csrf": token_in(director.get(f"/decide?{urlencode(asked)}")), "kind": "redistribute", "seen": "1"}
    form |= {"owner": "ACO Hackney", "agreed": str(number_in(plan))}
    path = f"/decide?{urlencode(asked)}"
    assert director.browser.post(path, data=form).status_code == 400
    director.send(f"{plan}/agree")
    offered = director.get(path)
    assert f'<option value="{number_in(plan)}">Proposal for Cluster 1, agreed 22 November 2026</option>' in offered
    wrong = director.browser.post(path, data=form | {"kind": ""})
    assert (wrong.status_code, f'value="{number_in(plan)}" selected' in wrong.text) == (400, True)
    assert director.browser.post(path, data=form).status_code == 200
    assert read_decisions(planner.home.store.engine, [episode.identity])[-1].plan_id == number_in(plan)
    assert 'id="agreed"' not in another(planner, "spo1").get(path)
    assert "carries out</a>" not in another(planner, "spo1").get("/decisions")
