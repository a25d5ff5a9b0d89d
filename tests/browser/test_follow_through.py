"""A director on a phone: from the link in the digest to a decision, and four weeks later to what came of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from monitor.mail.outbox import load_message, messages
from monitor.snapshots.follow_through.agreed import read_agreed, read_agreed_frames
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.web.app import make_app
from tests.monitor.conftest import AS_AT, WEEK, Home, _leave_out_settings, home_in, little_london
from tests.monitor.extracts.small import Tables, write_csv
from tests.monitor.web.conftest import listening
from tests.oracle.workload import workload

from .accessibility import violations

BASE = "https://hotspots.example.org"
PEOPLE = "people:\n  - {email: north@example.org, name: Director North, role: director, area: N, digest: weekly}\n"
THEN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TO: Final = ["to_om_code", "to_team_code"]
LINE = "Decided 22 November, ACO Hackney: redistribute, review 20 December."


@dataclass
class Served:
    """A service that can go on to later weeks while its pages are open."""

    home: Home
    folder: Path
    address: str
    now: list[datetime]

    def take(self, weeks: int, tables: Tables) -> None:
        """Take the snapshot of a week after the first."""
        day = AS_AT + weeks * WEEK
        self.home.take(write_csv(self.folder / day.isoformat(), tables), day, proposes=weeks == 0)
        self.now[0] = THEN + weeks * WEEK

    def digest(self, kind: str) -> str:
        """The newest digest of the director, as html or plain text."""
        newest = messages(self.home.store, as_at=self.home.newest.as_at)[-1]
        loaded = load_message(self.home.store, newest.id or 0)
        assert loaded is not None
        part = message_from_bytes(loaded.message, policy=policy.default).get_body((kind,))
        assert part is not None
        return str(part.get_content())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, tmp_path)
        home, now = home_in(tmp_path, PEOPLE), [THEN]
        home.settings = home.with_settings(base_url=BASE, small_team=1)
        with listening(make_app(home.with_settings(base_url=""), home.store, lambda: now[0])) as address:
            made = Served(home, tmp_path, address, now)
            for weeks in (-2, -1, 0):
                made.take(weeks, little_london())
            yield made
        home.store.engine.dispose()


def moved(tables: Tables, moves: dict[str, tuple[str, str]]) -> Tables:
    """The tables with cases in the hands of other offender managers; moves: to whom, and in which team, by CRN."""
    for case in tables["cases"]:
        if case["crn"] in moves:
            case["om_code"], case["team_code"] = moves[case["crn"]]
    return tables


def exactly(value: object) -> object:
    """A value as the independent reader takes it: it refuses binary fractions."""
    return Decimal(str(value)) if isinstance(value, float) else value


def capacity(tables: Tables, weeks: int, code: str) -> float:
    """Per cent of capacity of an office as the independent reader adds it up, without the rows that are rejected."""
    rows = {name: [{key: exactly(value) for key, value in row.items()} for row in tables[name]] for name in tables}
    accepted = {**rows, "cases": [case for case in rows["cases"] if not case["crn"].startswith("X0009")]}
    unit = workload(accepted, AS_AT + weeks * WEEK, "london-2009")["office", code]
    return float(100 * unit["total_points"] / unit["available_points"])


def test_a_director_decides_on_a_phone_and_four_weeks_later_reads_what_came_of_it(
    served: Served, browser: Browser
) -> None:
    page = browser.new_page(base_url=served.address, viewport={"width": 360, "height": 800})
    page.set_content(served.digest("html"))
    link = page.get_by_role("link", name="Look at the plan").first.get_attribute("href") or ""
    assert link.startswith(BASE)
    page.goto(link.removeprefix(BASE))
    sign_in(page)
    page.wait_for_url("**/what-if/plan/*")
    assert page.locator("h1").inner_text() == "Proposal for Cluster 1"
    assert violations(page) == []
    plan = int(page.url.rpartition("/")[2].partition("?")[0])

    page.goto("/office/O1")
    page.get_by_role("link", name="Record a decision about Office O1").first.click()
    page.get_by_label("Redistribute").check()
    page.get_by_label("Who sees to it").fill("ACO Hackney")
    page.get_by_label("The plan that the run proposes carries it out").check()
    page.get_by_role("button", name="Record the decision").click()
    page.wait_for_url(f"**/what-if/plan/{plan}?**")
    page.get_by_role("button", name="Agree this plan").click()
    page.wait_for_url("**said=agreed**")
    frames = read_agreed_frames(served.home.store.engine, agreed_plan(served.home, plan))
    assert frames is not None
    moves = {crn: (om_code, team) for crn, om_code, team in frames.moves[["crn", *TO]].itertuples(index=False)}
    assert moves

    for weeks in range(1, 5):
        served.take(weeks, moved(little_london(), moves if weeks > 1 else {}))
    then, now = capacity(little_london(), 0, "O1"), capacity(moved(little_london(), moves), 4, "O1")
    fell = f"Since then {'down' if now < then else 'up'} {abs(now - then):.1f}"
    said = " ".join(served.digest("plain").split())
    assert f"{LINE} {fell} pp;" in said
    assert f"{len(moves)} done" in said
    page.goto("/decisions")
    sign_in(page)
    page.wait_for_url("**/decisions")
    assert f"Since then {then:.1f}% → {now:.1f}%" in page.inner_text("main")
    page.get_by_role("link", name="The plan that it carries out").click()
    page.wait_for_url(f"**/what-if/plan/{plan}")
    assert f"{len(moves)} done" in page.inner_text("main")
    page.close()


def sign_in(page: Page) -> None:
    """Sign in as the only person there is; the page that was asked for comes next."""
    page.get_by_role("radio").check()
    page.get_by_role("button", name="Sign in").click()


def agreed_plan(home: Home, number: int) -> AgreedPlan:
    agreed = read_agreed(home.store.engine, number)
    assert agreed is not None
    return agreed
