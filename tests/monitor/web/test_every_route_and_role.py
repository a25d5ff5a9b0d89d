"""No one sees another's rows: every address x every person x every unit, and every file and search behind them."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from functools import cache, lru_cache, partial

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from alerts.people import Person, Role
from monitor.follow_through.concerns import raise_concern
from monitor.follow_through.record import live_episodes, record_decision
from monitor.follow_through.terms import SentTerms
from monitor.mail.outbox import messages
from monitor.snapshots.follow_through.concerns import read_concerns
from monitor.snapshots.follow_through.decisions import read_decisions
from tests.clock import clock
from tests.monitor.alternatives.test_compare import make_alternative
from tests.monitor.conftest import Home

from .conftest import NOW, SignIn, served, sign_in, token_in

UNITS = {
    "area": ["N", "S"],
    "cluster": ["C1", "C2"],
    "office": ["O1", "O2", "O3"],
    "team": ["T1", "T2", "T3", "T4"],
    "offender-manager": ["M1", "M2", "M3", "M4", "M5", "M6"],
}
NOWHERE = ["NONE", "", "T1/M1"]
"""Codes of nothing; they are answered as others' units are, so that no one learns what there is."""

CASES = {
    "T1": [*(f"X{number:06d}" for number in range(1, 13)), "X000101", "X000108"],
    "T2": ["X000102"],
    "T3": ["X000103", "X000104"],
    "T4": ["X000105", "X000106", "X000107"],
}
SURNAMES = {
    "M1": "Arbuthnot",
    "M2": "Plussington",
    "M3": "Minusham",
    "M4": "Atterbury",
    "M5": "Tabberer",
    "M6": "Örnsköld",
}
NAMES = {"area S": "South", "area N": "North", "cluster C2": "Cluster 2", "cluster C1": "Cluster 1"}

NORTH = {
    "area": ["N"],
    "cluster": ["C1"],
    "office": ["O1", "O2"],
    "team": ["T1", "T2", "T3"],
    "offender-manager": ["M1", "M2", "M3", "M4"],
}
SOUTH = {"area": ["S"], "cluster": ["C2"], "office": ["O3"], "team": ["T4"], "offender-manager": ["M5", "M6"]}
SEES: dict[str, dict[str, list[str]]] = {
    "north": NORTH,
    "south": SOUTH,
    "aco1": NORTH,
    "aco2": SOUTH,
    "spo1": {"office": ["O1"], "team": ["T1", "T2"], "offender-manager": ["M1", "M2"]},
    "spo2": {"team": ["T1"], "offender-manager": ["M1"]},
    "spo3": {
        "area": ["S"],
        "cluster": ["C2"],
        "office": ["O2", "O3"],
        "team": ["T3", "T4"],
        "offender-manager": ["M3", "M4", "M5", "M6"],
    },
    "officer": {"offender-manager": ["M1"]},
    "officer5": {"offender-manager": ["M5"]},
    "planner": UNITS,
    "planner.south": SOUTH,
    "operator": {},
}
"""What each person may open, written down by hand. An area of one cluster is seen by anyone who sees that cluster."""

LINE = ["north", "south", "aco1", "aco2", "spo1", "spo2", "spo3", "planner", "planner.south"]
EVERYBODY = list(SEES)
OPEN_TO: dict[str, list[str]] = {
    "/decisions": [*LINE, "operator"],
    "/concern": ["officer", "officer5"],
    "/plans": [name for name in LINE if not name.startswith("planner")],
    "/overdue": LINE,
    "/coming": [*LINE, "officer", "officer5"],
    "/coming/calendar": [*LINE, "officer", "officer5"],
    "/benchmark": LINE,
    "/limits": LINE,
    "/by-policy": LINE,
    "/alternatives": LINE,
    "/questions": [name for name in LINE if not name.startswith("spo")],
    "/data-quality": [*LINE, "operator"],
    "/data-quality/intake": [*LINE, "operator"],
    "/snapshots": [*LINE, "operator"],
    "/digests": [*LINE, "operator"],
    "/definitions": EVERYBODY,
    "/policy": EVERYBODY,
    "/search": [*LINE, "officer", "officer5"],
    "/what-if": ["planner", "planner.south"],
    "/what-if/new": ["planner", "planner.south"],
    "/what-if/compare": ["planner", "planner.south"],
    "/what-if/who": ["planner", "planner.south", "spo1", "spo2", "spo3"],
}
"""Pages that are of no one unit, and who opens them at all."""

ELSEWHERE = {
    "/": "test_everybody_starts_at_what_is_theirs",
    "/sign-in": "test_app",
    "/sign-in/form": "test_signed_out",
    "/sign-out": "test_app",
}
"""Addresses that open nothing by themselves, with the tests that are about them."""

OF_A_MESSAGE = ["/digests/{code}", "/digests/{code}/mail", "/digests/{code}/resend"]
"""Addresses of one message of the outbox; test_digests has who may do what there, for each person and message."""
OF_A_CONCERN = ["/concern/{number}/answer"]
"""Addresses of one concern."""
OF_A_DRAWN_PLAN = ["/benchmark/{key}"]
"""Addresses of one plan to read again; test_supervision has who may do what there."""
OF_A_UNIT_ASKED = ["/causes", "/decide", "/sheet", "/what-if/proposal"]
"""Addresses that name their unit in the query."""
OF_A_WHAT_IF = {
    "": "GET",
    "/add/{kind}": "GET POST",
    "/remove": "POST",
    "/limits": "GET POST",
    "/plan-for": "GET POST",
    "/text": "GET",
    "/copy": "POST",
    "/solve": "POST",
}
OF_A_PLAN = {
    "": "GET",
    "/print": "GET",
    "/case": "GET",
    "/workbook": "GET",
    "/agree": "POST",
    "/cancel": "POST",
    "/copy": "POST",
    "/edit": "POST",
    "/receiver": "GET POST",
    "/solve": "POST",
}
"""Addresses of one what-if and of one plan, and how they are asked."""

SEES_WHAT_IF = {"all": ["planner"], "S": ["planner", "planner.south"]}
"""Who sees a what-if of the whole service, and one of area S."""

READS_PLANS = {"all": [], "S": ["south", "aco2"]}
"""Who else reads plans of the whole service, and of area S, and agrees them: who answers for every unit of it."""

OF_A_READER = ("", "/print", "/case", "/workbook", "/agree")
"""Addresses of a plan that are open to them."""

API_LISTS: dict[str, list[str]] = {
    "/api/v1/snapshots": [*LINE, "operator"],
    "/api/v1/units": LINE,
    "/api/v1/decisions": LINE,
    "/api/v1/decision-outcomes": LINE,
    "/api/v1/concerns": LINE,
    "/api/v1/hotspots": LINE,
    "/api/v1/timeliness": LINE,
    "/api/v1/oversight": LINE,
    "/api/v1/team-types": LINE,
    "/api/v1/limits": LINE,
    "/api/v1/overdue": LINE,
    "/api/v1/coming": [*LINE, "officer", "officer5"],
    "/api/v1/findings": LINE,
    "/api/openapi.json": EVERYBODY,
}
"""Answers for programs that are of no one unit, and who gets them."""

API_UNITS = {
    "/api/v1/units/{level}/{code:path}": ["area", "cluster", "office", "team"],
    "/api/v1/offender-managers/{code:path}": ["offender-manager"],
}
"""Answers for programs about one unit, and of which levels."""

OF_NOBODY = ["/healthz", "/readyz", "/metrics", "/api/{rest:path}"]
"""Addresses that know of no person and no unit; test_health and the tests of the API are about them."""

OTHER_TEAM_OF_M1 = "T2"
"""M1 has a second post there: anyone who sees M1 reads its name and load on M1's page."""

WORDS = ["X000", "M", "T", "e", "Cluster", "South"]


@cache
def outside(name: str) -> list[str]:
    """Every word that would give something away to this person: codes, names and CRNs of what is not theirs."""
    mine = SEES[name]
    teams = mine.get("team", [])
    own = mine.get("offender-manager", [])
    # An officer reads where they stand: their own team, office, cluster and area.
    above = {"officer": ["T1", "T2", "O1", "C1", "N"], "officer5": ["T4", "O3", "C2", "S"]}.get(name, [])
    above = [*above, *{"spo1": ["C1", "N"], "spo2": ["O1", "C1", "N", OTHER_TEAM_OF_M1]}.get(name, [])]
    above = [*above, *(["C1", "N"] if name == "spo3" else [])]
    words = [code for level, codes in UNITS.items() for code in codes if len(code) > 1 and code not in above
             and code not in mine.get(level, [])]  # fmt: skip
    words += [crn for team, crns in CASES.items() for crn in crns if team not in teams and name not in ("officer",)]
    if name == "officer":
        words += [crn for team, crns in CASES.items() for crn in crns if team != "T1"] + ["X000108"]
    if name == "officer5":
        words.remove("X000105")
    words += [surname for code, surname in SURNAMES.items() if code not in own]
    words += [
        title for place, title in NAMES.items() if place.split()[1] not in [*above, *mine.get(place.split()[0], [])]
    ]
    return words


@lru_cache(maxsize=200)
def given_away(name: str, text: str) -> tuple[str, ...]:
    """The words in a text that this person must not read; their own name and role are no secret.

    Many answers are the same, such as that something is forbidden: each text is read once.
    """
    shown = re.sub(r'class="hotspots-header__who">.*?</div>', "", html.unescape(text), flags=re.DOTALL)
    # Only what stands there is looked for as a word: to look for each of forty takes as long as the pages themselves.
    there = (secret for secret in outside(name) if secret in shown)
    return tuple(secret for secret in there if re.search(rf"(?<!\w){re.escape(secret)}(?!\w)", shown))


def text_of(content: bytes, media: str) -> str:
    """What a reader reads of an answer: all text in a workbook, or the text as it stands."""
    if "spreadsheet" not in media:
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(html.unescape(re.sub(r"<[^>]*>", " ", book.read(part).decode())) for part in book.namelist())


def places(path: str) -> Iterator[tuple[str, str]]:
    """The level and code of every unit, and of some that are none, behind an address with a code."""
    level = path.split("/")[1]
    yield from ((level, code) for code in [*UNITS[level], *NOWHERE])


def doors(app: FastAPI) -> list[str]:
    return sorted({route.path for route in app.routes if isinstance(route, APIRoute)})


def test_every_address_is_in_the_matrix(pages: FastAPI) -> None:
    with_codes = {f"/{level}/{{code:path}}" for level in UNITS}
    for_programs = {*API_LISTS, *API_UNITS, *OF_NOBODY}
    what_ifs = {f"/what-if/{{number}}{end}" for end in OF_A_WHAT_IF}
    what_ifs |= {f"/what-if/plan/{{number}}{end}" for end in OF_A_PLAN}
    mails = {*OF_A_MESSAGE, *OF_A_CONCERN, *OF_A_DRAWN_PLAN, *OF_A_UNIT_ASKED}
    assert set(doors(pages)) == with_codes | set(OPEN_TO) | set(ELSEWHERE) | mails | for_programs | what_ifs
    asked = {(route.path, method) for route in pages.routes if isinstance(route, APIRoute) for method in route.methods}
    for start, ends in (("/what-if/{number}", OF_A_WHAT_IF), ("/what-if/plan/{number}", OF_A_PLAN)):
        for end, methods in ends.items():
            assert {method for path, method in asked if path == f"{start}{end}"} == set(methods.split()), end
    others = [route.path for route in pages.routes if not isinstance(route, APIRoute)]  # type: ignore[attr-defined]
    assert others == ["/static"]


@pytest.mark.parametrize("name", SEES)
def test_a_unit_opens_for_those_who_may_see_it_and_gives_nothing_else_away(name: str, signed_in: SignIn) -> None:
    browser, wrong = signed_in(name), []
    for level in UNITS:
        for _, code in places(f"/{level}/"):
            answer = browser.get(f"/{level}/{code}", follow_redirects=False)
            may = code in SEES[name].get(level, [])
            expected = 200 if may else 404 if name == "planner" else 403
            if answer.status_code != expected:
                wrong.append(f"/{level}/{code}: {answer.status_code}, not {expected}")
            wrong += [f"/{level}/{code} gives away {word}" for word in given_away(name, answer.text)]
            wrong += files_that_give_away(browser, name, answer.text, "csv")
    assert wrong == []


@pytest.mark.parametrize("name", SEES)
@pytest.mark.parametrize("path", OPEN_TO)
def test_a_page_opens_for_its_roles_and_gives_nothing_else_away(name: str, path: str, signed_in: SignIn) -> None:
    browser = signed_in(name)
    answer = browser.get(path)
    assert answer.status_code == (200 if name in OPEN_TO[path] else 403)
    assert given_away(name, answer.text) == ()
    assert files_that_give_away(browser, name, answer.text) == []


@pytest.mark.parametrize("name", SEES)
def test_what_is_behind_a_change_opens_for_those_who_may_see_its_unit(name: str, signed_in: SignIn) -> None:
    browser, wrong = signed_in(name), []
    for level in ("area", "cluster", "office", "team"):
        for code in (*UNITS[level], "NONE"):
            asked = {"unit": f"{level}/{code}", "weeks": "1", "part": "ends"}
            for answer in (browser.get("/causes", params={**asked, **form}) for form in ({}, {"format": "csv"})):
                expected = 200 if code in SEES[name].get(level, []) else 404 if name == "planner" else 403
                if answer.status_code != expected:
                    wrong.append(f"{answer.url}: {answer.status_code}, not {expected}")
                wrong += [f"{answer.url} gives away {word}" for word in given_away(name, answer.text) if word != code]
    assert wrong == []


@pytest.mark.usefixtures("_alternative")
@pytest.mark.parametrize("name", [name for name in SEES if name in LINE])
def test_an_alternative_shows_a_unit_to_those_who_may_see_it(name: str, signed_in: SignIn) -> None:
    browser, wrong = signed_in(name), []
    for unit in ("", *(f"{level}/{code}" for level in UNITS for code in (*UNITS[level], "NONE"))):
        level, _, code = unit.partition("/")
        asked = {"history": "wmt", "unit": unit.replace("offender-manager", "offender_manager")}
        of_a_person = level == "offender-manager"
        may = not unit or (code in SEES[name].get(level, []) and not of_a_person)
        sees_all = name == "planner" or code in SEES[name].get(level, [])
        for more in ({}, {"format": "csv", "table": "alternative_weeks" if unit else "alternative"}):
            answer = browser.get("/alternatives", params={**asked, **more})
            expected = 200 if may else 404 if sees_all else 403
            if answer.status_code != expected:
                wrong.append(f"{answer.url}: {answer.status_code}, not {expected}")
            wrong += [f"{answer.url} gives away {word}" for word in given_away(name, answer.text) if word != code]
    assert wrong == []


@pytest.fixture(scope="module")
def _alternative(service: Home) -> None:
    make_alternative(service, "wmt")


READS_PROPOSALS = {"C1": ["north", "aco1", "planner"], "C2": ["south", "aco2", "planner", "planner.south"]}
"""Who opens the plan that the run proposes for a cluster; there is one for C1."""


@pytest.mark.parametrize("name", SEES)
def test_a_proposal_opens_for_those_who_read_the_plans_of_its_cluster(name: str, signed_in: SignIn) -> None:
    browser, wrong = signed_in(name), []
    for code in (*UNITS["cluster"], "O1", "NONE", ""):
        for as_at in ("2026-11-20", ""):
            answer = browser.get("/what-if/proposal", params={"cluster": code, "as_at": as_at})
            may = name in READS_PROPOSALS.get(code, ["planner"])
            expected = 403 if not may else 200 if code == "C1" else 404
            if answer.status_code != expected:
                wrong.append(f"{answer.url}: {answer.status_code}, not {expected}")
            wrong += [f"{answer.url} gives away {word}" for word in given_away(name, answer.text) if word != code]
            wrong += files_that_give_away(browser, name, answer.text, "csv")
    assert wrong == []


DECIDES = [name for name in LINE if not name.startswith("planner")]
"""Those who decide, each on the units that they see."""


@pytest.mark.parametrize("name", SEES)
def test_the_form_of_a_decision_is_for_those_who_answer_for_the_unit(name: str, signed_in: SignIn) -> None:
    browser, wrong = signed_in(name), []
    csrf = token_in(browser.get("/definitions").text)
    for level in ("area", "cluster", "office", "team"):
        for code in (*UNITS[level], "NONE"):
            asked = {"unit": f"{level}/{code}", "episode": "over_threshold:office:X:2026-W44"}
            for answer in (
                browser.get("/decide", params=asked),
                browser.post("/decide", params=asked, data={"csrf": csrf, "kind": "recruit", "owner": "ACO"}),
            ):
                may = name in DECIDES and code in SEES[name].get(level, [])
                if answer.status_code != (404 if may else 403):
                    wrong.append(f"{answer.url}: {answer.status_code}")
                wrong += [f"{answer.url} gives away {word}" for word in given_away(name, answer.text) if word != code]
    assert wrong == []


@pytest.fixture(scope="module")
def deciding(service: Home, pages: FastAPI) -> SignIn:
    """The browser of someone in the service, after a decision about every hotspot of a unit."""
    newest = service.newest
    for episode in live_episodes(service.store.hotspots(newest.id or 0), newest.as_at):
        if not read_decisions(service.store.engine, [episode.identity]):
            sent = SentTerms("recruit", f"Keeper of {episode.level} {episode.code}")
            director = Person("all@example.org", "All", Role.DIRECTOR, area="N")
            today = newest.as_at + timedelta(days=2)
            recorded = record_decision(
                service.store, newest, episode, director, sent, seen=0, people=[], today=today, now=clock.now()
            )
            assert recorded.decision is not None
    return partial(sign_in, pages)


@pytest.mark.parametrize("name", SEES)
def test_a_decision_is_read_by_those_who_see_its_unit_and_by_no_one_else(
    name: str, deciding: SignIn, service: Home
) -> None:
    browser = deciding(name)
    shown: dict[str, set[tuple[str, str]]] = {}
    for path in ("/", "/decisions", "/decisions?format=csv", "/api/v1/decisions", *(f"/{place}" for place in PLACES)):
        answer = browser.get(path)
        shown[path] = set(re.findall(r"Keeper of (\w+) (\w+)", answer.text))
        assert given_away(name, answer.text) == ()
    mine = {(level, code) for level, codes in SEES[name].items() for code in codes}
    episodes = live_episodes(service.store.hotspots(service.newest.id or 0), service.newest.as_at)
    decided = {(episode.level, episode.code) for episode in episodes}
    assert set().union(*shown.values()) <= mine
    for path in ("/decisions", "/api/v1/decisions"):
        assert shown[path] == (decided & mine if name in LINE else set()), path


@pytest.fixture(scope="module")
def carrying(deciding: SignIn, service: Home) -> SignIn:
    """The browser of someone in the service, after every offender manager has raised a concern."""
    for code in UNITS["offender-manager"]:
        officer = Person(f"{code}@example.org", "Officer", Role.OFFENDER_MANAGER, om_code=code)
        note = f"Concern of om {code.lower()}"
        assert raise_concern(
            service.store, service.newest, code, officer, note, seen=0, people=[], today=NOW.date(), now=NOW
        ).is_stored
    return deciding


ANSWER = {"spo1": ["M1", "M2"], "spo2": ["M1"], "spo3": ["M3", "M4", "M5", "M6"]}
"""Whose concerns each SPO reads and answers; an offender manager reads their own, and no one else any."""
READS = ANSWER | {"officer": ["M1"], "officer5": ["M5"]}


@pytest.mark.parametrize("name", SEES)
def test_a_concern_is_read_by_its_offender_manager_and_their_spo_alone(
    name: str, carrying: SignIn, service: Home
) -> None:
    browser, read = carrying(name), set()
    people = tuple(f"offender-manager/{code}" for code in UNITS["offender-manager"])
    for path in ("", "decisions", "api/v1/concerns", *PLACES, *people):
        answer = browser.get(f"/{path}")
        read |= set(re.findall(r"Concern of om (\w+)", answer.text))
        assert given_away(name, answer.text) == (), path
    assert read == {code.lower() for code in READS.get(name, [])}
    csrf = token_in(browser.get("/definitions").text)
    for concern in read_concerns(service.store.engine):
        path = f"/concern/{concern.id}/answer"
        may = concern.om_code in ANSWER.get(name, [])
        assert browser.get(path).status_code == (200 if may else 403)
        assert browser.post(path, data={"csrf": csrf, "note": ""}).status_code == (400 if may else 403)
    assert browser.get("/concern/0/answer").status_code == 403
    may_raise = name.startswith("officer")
    assert browser.post("/concern", data={"csrf": csrf, "note": ""}).status_code == (400 if may_raise else 403)


PLACES = ("area/N", "area/S", "cluster/C1", "office/O1", "office/O3", "team/T1", "team/T4")


@pytest.mark.parametrize("name", SEES)
def test_everybody_starts_at_what_is_theirs(name: str, signed_in: SignIn) -> None:
    browser = signed_in(name)
    answer = browser.get("/")
    starts = {"officer": "/offender-manager/M1", "officer5": "/offender-manager/M5", "operator": "/snapshots"}
    assert (answer.status_code, answer.url.path) == (200, starts.get(name, "/"))
    assert given_away(name, answer.text) == ()
    assert files_that_give_away(browser, name, answer.text) == []


BESIDE: dict[str, set[str]] = {
    "north": {"South"},
    "south": {"North"},
    "planner.south": {"North"},
    "spo1": set(),
    "spo2": set(),
}
"""The secret words that someone reads next to their own units with the setting ``compare``; offices have odd names."""


@pytest.fixture(scope="module")
def comparing(service: Home) -> SignIn:
    """The browser of someone in a service whose readers compare, and in which no unit is too small for that."""
    app = served(service, compare="siblings", small_team=1)
    return partial(sign_in, app)


@pytest.mark.parametrize("name", SEES)
def test_who_compares_reads_the_totals_of_the_units_next_to_their_own_and_nothing_else(
    name: str, comparing: SignIn
) -> None:
    browser = comparing(name)
    start = browser.get("/").text
    assert set(given_away(name, start)) == BESIDE.get(name, set())
    assert ("Next to yours" in start) == (name in BESIDE)
    beside = start.partition('id="siblings"')[2].partition("</table>")[0]
    assert "<a " not in beside.partition("<tbody>")[2]
    for level in UNITS:
        for code in UNITS[level]:
            answer = browser.get(f"/{level}/{code}", follow_redirects=False)
            may = code in SEES[name].get(level, [])
            assert answer.status_code == (200 if may else 403)
            assert set(given_away(name, answer.text)) <= BESIDE.get(name, set())


@pytest.mark.parametrize("name", SEES)
def test_no_other_address_and_no_file_shows_a_unit_next_to_ones_own(name: str, comparing: SignIn) -> None:
    browser = comparing(name)
    assert files_that_give_away(browser, name, browser.get("/").text) == []
    for path in [*OPEN_TO, *API_LISTS]:
        assert given_away(name, browser.get(path).text) == (), path


@pytest.mark.parametrize("name", OPEN_TO["/search"])
def test_a_search_finds_only_what_may_be_seen(name: str, signed_in: SignIn) -> None:
    browser = signed_in(name)
    assert [word for words in WORDS for word in given_away(name, results(browser, words)) if word != words] == []
    secrets = outside(name)[:: 1 + len(outside(name)) // 8]
    assert [word for word in secrets if word in results(browser, word).replace(f"“{word}”", "")] == []


def results(browser: TestClient, words: str) -> str:
    """What a search shows below its own field."""
    answer = browser.get("/search", params={"q": words})
    assert answer.status_code == 200
    return html.unescape(answer.text.partition("</h1>")[2])


def test_a_search_finds_what_may_be_seen(signed_in: SignIn) -> None:
    assert "Arbuthnot" in results(signed_in("spo2"), "arbuth")
    assert "X000105" in results(signed_in("south"), "x000105")
    assert "/office/O1" in results(signed_in("spo1"), "Office O1")
    assert "X000101" in results(signed_in("officer"), "X000101")


@pytest.mark.parametrize("name", LINE)
def test_the_filter_by_unit_asks_the_same_question(name: str, signed_in: SignIn) -> None:
    for level in ("area", "cluster", "office", "team"):
        for code in UNITS[level]:
            may = code in SEES[name].get(level, [])
            answer = signed_in(name).get("/overdue", params={"unit": f"{level}/{code}"})
            assert answer.status_code == (200 if may else 403)
            answer = signed_in(name).get("/overdue", params={"unit": f"{level}/{code}", "format": "csv"})
            assert answer.status_code == (200 if may else 403)


@pytest.mark.parametrize("name", OPEN_TO["/coming"])
def test_what_is_coming_is_narrowed_to_what_may_be_seen(name: str, signed_in: SignIn) -> None:
    browser, wrong = signed_in(name), []
    for level, codes in UNITS.items():
        for code in codes:
            expected = 200 if code in SEES[name].get(level, []) else 403
            for path in ("/coming", "/coming/calendar", "/api/v1/coming"):
                answer = browser.get(path, params={"unit": f"{level.replace('-', '_')}/{code}"})
                if answer.status_code != expected:
                    wrong.append(f"{answer.url}: {answer.status_code}, not {expected}")
                wrong += [f"{answer.url} gives away {word}" for word in given_away(name, answer.text) if word != code]
    assert wrong == []


@pytest.mark.parametrize("name", SEES)
def test_a_sheet_is_for_those_who_may_see_whom_it_is_about(name: str, signed_in: SignIn) -> None:
    browser, wrong = signed_in(name), []
    for level in ("office", "team", "offender-manager"):
        for code in (*UNITS[level], "NONE"):
            answer = browser.get("/sheet", params={"unit": f"{level.replace('-', '_')}/{code}"})
            expected = 200 if code in SEES[name].get(level, []) else 404 if name == "planner" else 403
            if answer.status_code != expected:
                wrong.append(f"{answer.url}: {answer.status_code}, not {expected}")
            wrong += [f"{answer.url} gives away {word}" for word in given_away(name, answer.text) if word != code]
    assert wrong == []


@pytest.mark.parametrize("name", SEES)
def test_an_earlier_week_gives_nothing_away_either(name: str, signed_in: SignIn) -> None:
    for path in ("/", "/overdue", "/data-quality", "/data-quality/intake"):
        answer = signed_in(name).get(path, params={"as_at": "2026-11-13"})
        assert given_away(name, answer.text) == ()


@pytest.mark.parametrize("name", SEES)
def test_no_message_gives_anything_away(name: str, signed_in: SignIn, service: Home) -> None:
    wrong = []
    for number in [one.id for one in messages(service.store)]:
        for more in ("", "?as=plain", "/mail"):
            address = f"/digests/{number}{more}"
            wrong += [f"{address}: {word}" for word in given_away(name, signed_in(name).get(address).text)]
    assert wrong == []


@pytest.fixture(scope="module")
def what_ifs(pages: FastAPI, service: Home, signed_in: SignIn) -> Iterator[dict[str, tuple[str, str]]]:
    """A what-if with its plan in the whole service and in area S, saved by the planner of everything."""
    browser, found = signed_in("planner"), {}
    for area, unit in (("all", "all/"), ("S", "area/S")):
        form = {"csrf": token_in(browser.get("/what-if/new").text), "name": f"Of {area}", "unit": unit}
        path = browser.post("/what-if/new", data=form, follow_redirects=False).headers["location"]
        plan = browser.post(f"{path}/solve", data={**form, "version": "1"}, follow_redirects=False).headers["location"]
        found[area] = path, plan
    # One after the other: the last is there when all are.
    pages.state.planning.finish()
    yield found
    pages.state.planning.close()


@pytest.mark.parametrize("name", SEES)
def test_a_what_if_is_for_the_planners_of_its_area_and_gives_nothing_else_away(
    name: str, what_ifs: dict[str, tuple[str, str]], signed_in: SignIn
) -> None:
    browser, wrong = signed_in(name), []
    csrf = token_in(browser.get("/definitions").text)
    for area, (scenario, plan) in what_ifs.items():
        addresses = [(f"{scenario}{end}", methods) for end, methods in OF_A_WHAT_IF.items()]
        addresses += [(f"{plan}{end}", methods) for end, methods in OF_A_PLAN.items()]
        for address, methods in [(one.replace("{kind}", "pin"), method) for one, method in addresses]:
            for method in methods.split():
                if name == "planner" and method == "POST":
                    continue
                answer = browser.request(method, address, data={"csrf": csrf} if method == "POST" else None)
                forms = ("/pin", "/limits", "/plan-for", "/receiver")
                changes = (method == "POST" and address != f"{scenario}/copy") or address.endswith(forms)
                may = name in SEES_WHAT_IF[area] and (name == "planner" or not changes)
                may |= name in READS_PLANS[area] and address in {f"{plan}{end}" for end in OF_A_READER}
                if answer.status_code != (200 if may else 403):
                    wrong.append(f"{method} {address}: {answer.status_code}")
                wrong += [f"{address} gives away {word}" for word in given_away(name, answer.text)]
                wrong += files_that_give_away(browser, name, answer.text, "csv")
    assert wrong == []


@pytest.mark.parametrize("name", SEES)
def test_who_may_take_a_case_is_for_those_who_see_its_team_and_gives_nothing_else_away(
    name: str, signed_in: SignIn
) -> None:
    browser, wrong = signed_in(name), []
    csrf = token_in(browser.get("/definitions").text)
    for team, crns in CASES.items():
        for crn in crns:
            answer = browser.get("/what-if/who", params={"crn": crn})
            seen = team in SEES[name].get("team", [])
            expected = 403 if name not in OPEN_TO["/what-if/who"] else 200 if seen else 404
            if answer.status_code != expected:
                wrong.append(f"{crn}: {answer.status_code}, not {expected}")
            wrong += [f"{crn} gives away {word}" for word in given_away(name, answer.text) if word != crn]
            if expected != 200:
                sent = {"csrf": csrf, "crn": crn, "om_code": "M1", "team_code": "T1"}
                status = browser.post("/what-if/who", data=sent, follow_redirects=False).status_code
                wrong += [] if status == (403 if expected == 403 else 400) else [f"POST {crn}: {status}"]
    assert wrong == []


@pytest.mark.parametrize("name", SEES)
def test_only_planners_find_what_ifs_in_the_menu(name: str, signed_in: SignIn) -> None:
    planners = name in OPEN_TO["/what-if"]
    assert ('href="/what-if"' in signed_in(name).get("/definitions").text) == planners


def files_that_give_away(browser: TestClient, name: str, page: str, forms: str = "csv|xlsx") -> list[str]:
    """The files that a page offers and that hold what this person must not read."""
    wrong = []
    for address in re.findall(rf'href="([^"]*format=(?:{forms})[^"]*)"', page):
        answer = browser.get(html.unescape(address))
        assert answer.status_code == 200, address
        read = text_of(answer.content, answer.headers["content-type"])
        wrong += [f"{address} gives away {word}" for word in given_away(name, read)]
    return wrong


@pytest.mark.parametrize("name", SEES)
def test_an_answer_about_a_unit_is_for_those_who_may_see_it_and_gives_nothing_else_away(
    name: str, signed_in: SignIn
) -> None:
    browser, wrong = signed_in(name), []
    for path, levels in API_UNITS.items():
        for level in levels:
            for code in [*UNITS[level], *NOWHERE]:
                address = path.replace("{level}", level).replace("{code:path}", code)
                answer = browser.get(address)
                expected = 200 if code in SEES[name].get(level, []) else 404 if name == "planner" else 403
                if answer.status_code != expected:
                    wrong.append(f"{address}: {answer.status_code}, not {expected}")
                wrong += [f"{address} gives away {word}" for word in given_away(name, answer.text)]
    assert wrong == []


@pytest.mark.parametrize("name", SEES)
@pytest.mark.parametrize("path", API_LISTS)
def test_a_list_for_programs_is_for_its_roles_and_gives_nothing_else_away(
    name: str, path: str, signed_in: SignIn
) -> None:
    for words in ({"limit": 1000}, {"as_at": "2026-11-13", "limit": 1000}, {"limit": 5, "offset": 1}):
        answer = signed_in(name).get(path, params=words)
        assert answer.status_code == (200 if name in API_LISTS[path] else 403)
        assert given_away(name, answer.text) == ()


@pytest.mark.parametrize("name", LINE)
def test_the_list_of_units_for_programs_has_all_that_may_be_seen(name: str, signed_in: SignIn) -> None:
    items = signed_in(name).get("/api/v1/units", params={"limit": 1000}).json()["items"]
    found = {(item["level"].replace("_", "-"), item["code"]) for item in items}
    units = {(level, code) for level, codes in SEES[name].items() for code in codes}
    assert found == units | ({("all", "all")} if name == "planner" else set())


@pytest.mark.parametrize("name", LINE)
def test_the_filter_by_unit_for_programs_asks_the_same_question(name: str, signed_in: SignIn) -> None:
    for level in ("area", "cluster", "office", "team"):
        for code in UNITS[level]:
            answer = signed_in(name).get("/api/v1/overdue", params={"unit": f"{level}/{code}"})
            assert answer.status_code == (200 if code in SEES[name].get(level, []) else 403)


def test_the_scan_is_awake(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/area/S").text + signed_in("planner").get("/offender-manager/M5").text
    assert {"C2", "O3", "T4", "M5", "X000105", "Tabberer", "South"} <= set(given_away("north", page))
    assert "X000101" in given_away(
        "south", text_of(signed_in("planner").get("/overdue?format=csv").content, "csv")
    ) or ("X000001" in given_away("south", text_of(signed_in("planner").get("/overdue?format=csv").content, "csv")))
    book = signed_in("planner").get("/overdue?format=xlsx")
    assert "X000001" in given_away("south", text_of(book.content, book.headers["content-type"]))
