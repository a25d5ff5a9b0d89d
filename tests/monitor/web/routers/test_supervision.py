"""The addresses of an SPO's week: who looked at what is recorded, and a calendar needs a signed-in reader."""

from fastapi import FastAPI

from ..conftest import SignIn, browser_at


def test_a_calendar_is_a_file_for_a_signed_in_reader(signed_in: SignIn, pages: FastAPI) -> None:
    answer = signed_in("spo1").get("/coming/calendar?unit=team/T1")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="coming-2026-11-20.ics"'
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    stranger = browser_at(pages).get("/coming/calendar", follow_redirects=False)
    assert (stranger.status_code, b"VCALENDAR" in stranger.content) == (303, False)
    assert signed_in("operator").get("/coming").status_code == 403
