"""Digests of weeks written by hand."""

from alerts.digest.digest import write_digest
from alerts.digest.message.mime import EmailContent
from alerts.digest.privacy import ReaderScope
from alerts.digest.settings import DigestSettings
from alerts.digest.week_facts import WeekFacts
from tests.alerts.pictures import Team, hotspot, picture

LINKED = DigestSettings(base_url="https://hotspots.example.org/")
BLIND = DigestSettings()
NORTH = ReaderScope("area", "N", "North London")
COMING = "May become hotspots"
ONE_COLD_CLUSTER = Team("T21", "F21", "C2", load=96, load_before=96)


def digest_of(
    drawn: WeekFacts, scope: ReaderScope = NORTH, wording: DigestSettings = BLIND, *, charts: bool = False
) -> EmailContent:
    return write_digest(drawn, scope, "Director North", wording, charts=charts)


def details_of(text: str) -> str:
    """What follows the first screen: from the first heading on."""
    return text[text.rindex("\n", 0, text.index("\n-----")) :]


def three_clusters(*loads: tuple[float, float | None]) -> list[Team]:
    return [
        Team(f"T{n}1", f"F{n}1", f"C{n}", load=now, load_before=before)
        for n, (now, before) in enumerate(loads, start=1)
    ]


def rising_of(*found: dict[str, object], teams: tuple[Team, ...] = (), scope: ReaderScope = NORTH) -> str:
    text = digest_of(picture(teams or (Team("T11", "F11", "C1", load=104), ONE_COLD_CLUSTER), found), scope).text
    return (
        text.split(f"{COMING}\n------")[1].split("\n\n\n")[0].split("What changed")[0]
        if f"{COMING}\n---" in text
        else ""
    )


HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnilrets\u202c \u2066quiet\u2069",
    "Line\r\nBcc: all@example.org\r\n\r\nBreak",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "$\\frac{1}{2}$ & <b>",
    "\U0001f525 Büro Ł",
    "W" * 200,
)


def digest_with(name: str) -> EmailContent:
    teams = [
        Team("T11", "F11", "C1", name=name, office_name=name, cluster_name=name, area_name=name, load=130),
        Team("T12", "F12", "C1", load=99, cluster_name=name, area_name=name),
        Team("T21", "F21", "C2", load=99, cluster_name="Other", area_name=name),
    ]
    found = [hotspot("hot_and_late", "office", "F11"), hotspot("over_threshold", "office", "F11")]
    return digest_of(picture(teams, found), ReaderScope("area", "N", name))


def supervisors_of(*teams: Team, found: tuple[dict[str, object], ...] = ()) -> str:
    hot = Team("T91", "F91", "C9", load=120)
    text = digest_of(picture([*teams, hot], [*found, hotspot("over_threshold", "office", "F91")])).text
    return text.split("Supervision\n")[1].split("Assessments done on time")[0] if "Supervision" in text else ""
