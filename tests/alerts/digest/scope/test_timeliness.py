"""Assessments done on time."""

from alerts.digest.privacy import ReaderScope
from tests.alerts.digest.digests import digest_of
from tests.alerts.pictures import Team, london, picture


def test_timeliness_is_never_presented_as_quality() -> None:
    text = digest_of(london()).text
    timely = text[text.index("Assessments done on time") :]
    assert timely.index("On time is not the same as good.") < timely.index("24.4%")
    assert '"Going Green"' in timely
    assert "Newham, Barking & Dagenham: 40 of 164 on time, 24.4%" in timely


def test_timeliness_of_a_small_office_is_withheld_too() -> None:
    teams = [
        Team("T11", "F11", "C1", load=120),
        Team("T12", "F12", "C1", offender_managers=3),
        Team("T13", "F13", "C1", offender_managers=6),
        Team("T14", "F14", "C1"),
    ]
    timely = digest_of(picture(teams), ReaderScope("cluster", "C1", "C1")).text.split("Assessments done on time")[1]
    assert "Office F11: 40 of 48 on time, 83.3%" in timely
    assert "Office F12: too small to email; sign in to see it" in timely
    assert "Office F13: withheld with a small office; sign in to see it" in timely


def test_an_spo_reads_the_timeliness_of_the_office() -> None:
    assert (
        "Mare Street: 40 of 102 on time, 39.2%"
        in digest_of(london(), ReaderScope("office", "F021", "Mare Street")).text
    )
