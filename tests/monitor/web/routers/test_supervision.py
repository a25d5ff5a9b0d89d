"""The addresses of an SPO's week: who looked at what is recorded, and a calendar needs a signed-in reader."""

import html
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from monitor.snapshots.follow_through.readings import count_readings, read_readings
from tests.monitor.conftest import AS_AT, Home, _leave_out_settings, home_in
from tests.monitor.extracts.small import write_csv

from ..conftest import PEOPLE, SignIn, browser_at, served, sign_in, token_in
from ..read_model.supervision.test_benchmark import with_plans
from ..test_access_log import looks
from ..test_every_route_and_role import SEES, given_away

NOTE = "No contact with the victim is planned."


def test_a_calendar_is_a_file_for_a_signed_in_reader(signed_in: SignIn, pages: FastAPI) -> None:
    answer = signed_in("spo1").get("/coming/calendar?unit=team/T1")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="coming-2026-11-20.ics"'
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    stranger = browser_at(pages).get("/coming/calendar", follow_redirects=False)
    assert (stranger.status_code, b"VCALENDAR" in stranger.content) == (303, False)
    assert signed_in("operator").get("/coming").status_code == 403


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with three plans of T1 and one of T3 to read again; each test records other ones."""
    folder = tmp_path_factory.mktemp("drawn")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder)
        home.take(write_csv(folder / "now", with_plans()), AS_AT)
        yield home
        home.store.engine.dispose()


@pytest.fixture(scope="module")
def at_plans(drawn: Home) -> FastAPI:
    return served(drawn, small_team=1)


def listed(browser: TestClient) -> dict[str, str]:
    """The plans that the reader may record a reading of: the address of each, by CRN."""
    page = browser.get("/benchmark").text
    links = re.findall(r'href="(/benchmark/\w+)">Record<span[^>]*>[^<]*: (X\d+)<', page)
    return {crn: path for path, crn in links}


def send(browser: TestClient, path: str, **words: str) -> tuple[int, str]:
    answer = browser.post(
        path, data={"csrf": token_in(browser.get("/definitions").text), **words}, follow_redirects=False
    )
    return answer.status_code, html.unescape(answer.text)


@pytest.mark.parametrize("name", SEES)
def test_an_spo_alone_records_what_they_found_of_plans_that_they_see(name: str, at_plans: FastAPI, drawn: Home) -> None:
    browser, before = sign_in(at_plans, name), count_readings(drawn.store.engine)
    every = listed(sign_in(at_plans, "spo1")) | listed(sign_in(at_plans, "spo3"))
    assert set(every) == {"X000401", "X000402", "X000403", "X000404"}
    mine = {"spo1": every.keys() - {"X000404"}, "spo2": every.keys() - {"X000404"}, "spo3": {"X000404"}}.get(
        name, set()
    )
    assert set(listed(browser)) == set(mine)
    for crn, path in every.items():
        shown, sent = browser.get(path), send(browser, path, verdict="", note=NOTE)
        assert (shown.status_code, sent[0]) == ((200, 400) if crn in mine else (403, 403)), crn
        assert (NOTE in sent[1]) is (crn in mine)
        assert crn in mine or given_away(name, shown.text) == ()
    assert browser.get("/benchmark/none").status_code == 403
    assert count_readings(drawn.store.engine) == before


def test_what_was_found_stands_on_the_list_and_counts_for_the_office(at_plans: FastAPI, drawn: Home) -> None:
    spo, director = sign_in(at_plans, "spo1"), sign_in(at_plans, "north")
    path = listed(spo)["X000402"]
    assert send(spo, path, verdict="disagree", note="Arbuthnot is late")[0] == 400
    assert send(spo, path, verdict="disagree", note=NOTE, csrf="old")[0] == 403
    assert read_readings(drawn.store.engine) == []
    assert send(spo, path, verdict="disagree", note=NOTE)[0] == 303
    status, page = send(sign_in(at_plans, "spo2"), path, verdict="agree", note="I would sign it.")
    assert status == 409
    assert NOTE in page
    assert "I would sign it." in page
    assert send(spo, listed(spo)["X000401"], verdict="agree")[0] == 303
    assert set(listed(spo)) == {"X000403"}
    for reader in (spo, director):
        text = words_of(reader.get("/benchmark").text)
        assert f"No , 22 November 2026 “{NOTE}”" in text
        assert "Office O1 2 of 3 1 1 of 2 (50.0%)" in text
    assert "X000402" not in sign_in(at_plans, "spo3").get("/benchmark").text
    rows = director.get("/benchmark", params={"format": "csv", "table": "benchmark_plans"}).text.splitlines()
    assert {row.split(",")[6]: row.split(",")[-2:] for row in rows[1:]} == {
        "X000401": ["yes", "2026-11-22"], "X000402": ["no", "2026-11-22"], "X000403": ["", ""], "X000404": ["", ""],
    }  # fmt: skip


def test_an_spo_corrects_what_they_found_and_no_one_else_does(at_plans: FastAPI, drawn: Home) -> None:
    spo, other = sign_in(at_plans, "spo3"), sign_in(at_plans, "planner")
    path = listed(spo)["X000404"]
    assert send(spo, path, verdict="agree")[0] == 303
    assert listed(spo) == {}
    assert re.search(f'href="{path}">Correct<', spo.get("/benchmark").text)
    assert "Correct<" not in other.get("/benchmark").text
    form = spo.get(path).text
    assert 'value="agree" checked' in form
    assert 'name="number" value="2"' in form
    before = count_readings(drawn.store.engine)
    assert send(spo, path, verdict="disagree", note=NOTE)[0] == 409
    assert send(spo, path, verdict="agree", number="2")[0] == 400
    assert count_readings(drawn.store.engine) == before
    assert send(spo, path, verdict="disagree", note=NOTE, number="2")[0] == 303
    for reader in (spo, other):
        text = words_of(reader.get("/benchmark").text)
        assert f"No , corrected on 22 November 2026 “{NOTE}”" in text
        assert " 1 of 1 0 0 of 1 (0.0%)" in text


def test_the_second_spo_of_another_office_reads_the_plan_and_the_one_who_signed_does_not(
    at_plans: FastAPI, drawn: Home
) -> None:
    every = listed(sign_in(at_plans, "spo1"))
    coded = PEOPLE.replace("office: O1}", "office: O1, om_code: S1}").replace("T4]}", "T4], om_code: S3}")
    drawn.settings.people_file.write_text(coded, encoding="utf-8")
    first, second = sign_in(at_plans, "spo1"), sign_in(at_plans, "spo3")
    assert listed(first) == {}
    assert first.get(every["X000403"]).status_code == 403
    assert send(first, every["X000403"], verdict="agree")[0] == 403
    assert listed(second) == {"X000403": every["X000403"]}
    page = second.get("/benchmark").text
    assert re.search(r"X000403</th>.*Of another office", page)
    assert "Arbuthnot" in first.get("/benchmark").text
    assert "Arbuthnot" not in page
    assert "M1" not in second.get("/benchmark", params={"format": "csv", "table": "benchmark_plans"}).text
    assert "Office O1" not in page
    assert ("/benchmark", "team", "T1", "X000403") in {look[1:5] for look in looks(drawn)}
    assert send(second, every["X000403"], verdict="agree")[0] == 303
    assert "X000403" not in second.get("/benchmark?unit=team/T3").text
    assert second.get("/benchmark?unit=team/T1").status_code == 403
    drawn.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    assert "X000403" not in sign_in(at_plans, "spo3").get("/benchmark").text


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
