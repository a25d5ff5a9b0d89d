"""Whose digest is due: every week, once a month, or when there is something new; over random weeks, and one by one."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from alerts.digest.week_facts import WeekFacts
from alerts.intake_gaps import NO_GAPS, IntakeGaps
from alerts.people import Person, Role
from monitor.extracts import Insistence
from monitor.mail.cadence import due_readers, readers_without_news
from monitor.mail.outbox import messages
from monitor.snapshots.contracts.frames import HOTSPOTS, TIMELINESS, UNITS
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store, StoredFigures
from monitor.snapshots.summary import HotspotCounts, RunSummary
from monitor.snapshots.tables import Snapshot
from tests.alerts.pictures import Team, hotspot, picture

from ...longer import examples
from ..conftest import AS_AT, TEAMS, WEEK, Answer, Home, _leave_out_settings, home_in, little_london
from ..extracts.small import a_case, write_csv
from ..snapshots.test_store import a_message, a_snapshot
from .mailbox import OUTBOX, message_to, sent_by, write_people

DAY = timedelta(days=1)
READERS = {cadence: f"{cadence}@example.org" for cadence in ("weekly", "daily", "monthly")}
PEOPLE = "people:\n" + "".join(
    f"  - {{email: {email}, name: Director North, role: director, area: N, digest: {cadence}}}\n"
    for cadence, email in READERS.items()
)


@dataclass(frozen=True)
class Week:
    """What one extract says: whether office O2 is overloaded, how its team is called, and whether the South is hot."""

    hot: bool = False
    renamed: bool = False
    elsewhere: bool = False

    def write(self, folder: Path) -> str:
        more = [a_case(f"X2{number:05d}", om_code="M3", team_code="T3") for number in range(90 * self.hot)]
        more += [a_case(f"X3{number:05d}", om_code="M5", team_code="T4") for number in range(90 * self.elsewhere)]
        renamed = {"team_name": "Renamed"} if self.renamed else {}
        teams = [{**team, **(renamed if team["team_code"] == "T3" else {})} for team in TEAMS]
        return write_csv(folder, {**little_london(cases=more), "organisation": teams})


@dataclass
class Service:
    """A home with one reader of each cadence, and what each got."""

    home: Home
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def take(self, week: Week, as_at: date) -> Snapshot:
        folder = self.home.settings.home.parent / f"extract{next(self.numbers)}"
        return self.home.take(week.write(folder), as_at, insistence=Insistence(swing=True), proposes=False)

    def got(self, cadence: str) -> list[tuple[date, int, str]]:
        """Date, revision and state of every message to the reader of a cadence, oldest first."""
        return sorted(
            (one.period, one.revision, one.state)
            for one in messages(self.home.store)
            if one.recipient == READERS[cadence]
        )


def service_in(folder: Path) -> Service:
    home = home_in(folder, PEOPLE)
    home.settings = home.with_settings(small_team=1)
    return Service(home)


@pytest.fixture
def service(tmp_path: Path, own_environment: None) -> Iterator[Service]:
    made = service_in(tmp_path / "service")
    yield made
    made.home.store.engine.dispose()


@pytest.fixture(scope="module")
def _begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``begun`` is a copy of."""
    folder = tmp_path_factory.mktemp("begun") / "service"
    with pytest.MonkeyPatch.context() as patch:
        folder.mkdir()
        _leave_out_settings(patch, folder)
        made = service_in(folder)
        made.take(Week(), AS_AT)
        made.home.store.engine.dispose()
    return folder


@pytest.fixture
def begun(_begun: Path, tmp_path: Path, own_environment: None) -> Iterator[Service]:
    """A service with a first week of ``AS_AT``."""
    made = service_in(shutil.copytree(_begun, tmp_path / "service"))
    yield made
    made.home.store.engine.dispose()


def states(got: list[tuple[date, int, str]]) -> list[str]:
    return [state for _, _, state in got]


def test_a_daily_reader_hears_of_what_is_new_and_of_nothing_else(service: Service) -> None:
    monday = AS_AT - 4 * DAY
    for day, week in enumerate([Week(), Week(), Week(hot=True), Week(hot=True), Week()]):
        service.take(week, monday + day * DAY)
    # All of one ISO week: each is compared with the week before, and the reader with their last digest.
    assert states(service.got("daily")) == ["superseded", "nothing_new", "superseded", "nothing_new", "queued"]
    assert states(service.got("weekly")) == ["superseded"] * 4 + ["queued"]
    assert [as_at for as_at, _, _ in service.got("monthly")] == [monday]


def test_a_digest_without_news_leaves_the_one_that_waits_as_it_is(service: Service, hotspots: Any) -> None:
    service.take(Week(), AS_AT - 2 * DAY)
    service.take(Week(hot=True), AS_AT - DAY)
    service.take(Week(hot=True), AS_AT)
    assert states(service.got("daily")) == ["superseded", "queued", "nothing_new"]
    sent_by(service.home.store, service.home.settings)
    assert states(service.got("daily")) == ["superseded", "sent", "nothing_new"]
    listed = hotspots("digests", "--state", "nothing_new", home=service.home).out
    assert "not written, there is nothing new for this reader since the last digest" in listed
    number = message_to(service.home, READERS["daily"]).id
    refused = hotspots("resend", number, "--yes", home=service.home)
    assert (refused.status, "was never written" in refused.err) == (2, True)
    shown = hotspots("preview", "--to", READERS["daily"], home=service.home).out
    assert "nothing to show: not written" in shown


def test_news_that_did_not_reach_the_reader_comes_with_the_next_digest(begun: Service) -> None:
    sent_by(begun.home.store, begun.home.settings)
    begun.take(Week(hot=True), AS_AT + DAY)
    begun.take(Week(hot=True), AS_AT + 2 * DAY)
    with begun.home.store.engine.begin() as connection:
        connection.execute(update(OUTBOX).where(OUTBOX.c.state == "queued").values(state="failed"))
    begun.take(Week(hot=True), AS_AT + 3 * DAY)
    assert states(begun.got("daily")) == ["sent", "failed", "nothing_new", "queued"]


def test_what_happens_elsewhere_is_nothing_new_to_a_reader(begun: Service) -> None:
    begun.take(Week(elsewhere=True), AS_AT + DAY)
    assert states(begun.got("daily")) == ["queued", "nothing_new"]


def test_a_reader_with_another_scope_begins_anew(begun: Service) -> None:
    write_people(begun.home, PEOPLE.replace("area: N, digest: daily", "area: S, digest: daily"))
    begun.take(Week(), AS_AT + DAY)
    assert states(begun.got("daily")) == ["superseded", "queued"]


def test_a_correction_goes_to_all_whose_digest_it_corrects(begun: Service) -> None:
    begun.take(Week(elsewhere=True), AS_AT)
    for cadence in READERS:
        assert [revision for _, revision, _ in begun.got(cadence)] == [1, 2]
    begun.take(Week(), AS_AT + DAY)
    begun.take(Week(elsewhere=True), AS_AT + DAY)
    assert len(begun.got("monthly")) == 2
    assert len(begun.got("weekly")) == 4


def test_a_digest_is_called_what_it_is(begun: Service) -> None:
    for cadence, email in READERS.items():
        message = message_to(begun.home, email)
        words = message.message.decode()
        name = f"{cadence.capitalize()} workload digest"
        assert (message.digest, f"List-Id: {name} <{cadence}-digest.localhost>" in words) == (cadence, True)
        assert f"X-Digest-Reason: director of North: {cadence} digest" in words
        assert words.count(name) >= 4
        assert [other for other in READERS if other != cadence and f"{other.capitalize()} workload" in words] == []


def test_who_receives_says_how_often(begun: Service, hotspots: Any) -> None:
    assert hotspots("who-receives", "N", home=begun.home) == Answer(
        0,
        "weekly@example.org  Director North, director\n"
        "daily@example.org  Director North, director, daily\n"
        "monthly@example.org  Director North, director, monthly\n",
        "",
    )


def a_reader(cadence: str) -> Person:
    return Person(READERS[cadence], "Director North", Role.DIRECTOR, area="N", digest=cadence)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("last", "as_at", "due"),
    [
        (date(2026, 11, 6), date(2026, 11, 6), True),
        (date(2026, 11, 6), date(2026, 11, 13), False),
        (date(2026, 11, 6), date(2026, 11, 30), False),
        (date(2026, 11, 27), date(2026, 12, 1), True),
        (date(2026, 9, 4), date(2026, 11, 20), True),
        (date(2026, 11, 27), date(2027, 1, 1), True),
        (date(2026, 11, 27), date(2026, 10, 30), False),
    ],
)
def test_a_monthly_digest_is_due_with_the_first_snapshot_of_a_month(
    home: Home, last: date, as_at: date, due: bool
) -> None:
    number = message_to(home, "north@example.org").id
    with home.store.engine.begin() as connection:
        monthly = {"digest": "monthly", "recipient": "Monthly@example.org", "period": last}
        connection.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(monthly))
    readers = [a_reader(cadence) for cadence in READERS]
    assert (a_reader("monthly") in due_readers(home.store, readers, as_at)) is due
    assert due_readers(home.store, readers[:2], as_at) == readers[:2]


@dataclass(frozen=True)
class Facts:
    """What can be new in the North: an office over the line, a team's name, late high RoSH work, a missing column."""

    hot: bool
    renamed: bool
    late: bool
    lacking: bool

    def picture(self, as_at: date, revision: int, dates: Collection[date]) -> WeekFacts:
        name = "Renamed" if self.renamed else ""
        first = Team("T1", "F1", "C1", load=130 if self.hot else 100, name=name, high_risk_overdue=int(self.late))
        return picture(
            [first, Team("T2", "F2", "C1", high_risk_overdue=0)],
            [hotspot("over_threshold", "office", "F1")] * self.hot,
            as_at=as_at,
            revision=revision,
            missing_weeks=tuple(mondays_without(dates)),
            gaps=IntakeGaps(missing=("cases.rosh",)) if self.lacking else NO_GAPS,
        )


@dataclass(frozen=True)
class Told:
    """What a reader was told, and as at when."""

    facts: Facts
    as_at: date


def mondays_without(dates: Collection[date]) -> list[date]:
    """The Mondays of the weeks between the first and the last date that have none of them."""
    with_one = {day - day.weekday() * DAY for day in dates}
    every = (min(with_one) + number * WEEK for number in range((max(with_one) - min(with_one)) // WEEK))
    return [monday for monday in every if monday not in with_one]


def save(store: Store, facts: WeekFacts, readers: Sequence[Person], quiet: Collection[str]) -> None:
    """Store what a run would: the snapshot, and a message to each reader, without writing it."""
    counts = HotspotCounts(new=0, continuing=0, cleared=0)
    numbers = dict.fromkeys(("cases", "offender_managers", "rejected", "overdue", "high_risk_overdue", "findings"), 0)
    summary = RunSummary(
        as_at=facts.as_at,
        policy="",
        policy_fingerprint=facts.policy_fingerprint,
        revision=facts.revision,
        unchanged=False,
        **numbers,
        total_points=0,
        available_points=0,
        capacity_percentage=None,
        hotspots=counts,
        digests_queued=0,
        rows_read=0,
        missing_weeks=facts.missing_weeks,
        teams_without_data=facts.teams_without_data,
        unused_columns={},
        comparison=False,
        gaps=facts.gaps,
    )
    snapshot = a_snapshot(
        facts.as_at, facts.revision, policy_fingerprint=facts.policy_fingerprint, summary=summary.to_json()
    )
    figures = StoredFigures(
        facts.workload.reindex(columns=UNITS.column_names),
        facts.hotspots.reindex(columns=HOTSPOTS.column_names),
        TIMELINESS.empty(),
    )
    states = {True: MessageState.NOTHING_NEW, False: MessageState.QUEUED}
    store.save(
        snapshot,
        figures,
        [
            a_message(
                facts.as_at,
                facts.revision,
                digest=reader.digest,
                recipient=reader.email,
                scope_level="area",
                scope_code="N",
                state=states[reader.email in quiet],
            )
            for reader in readers
        ],
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 1, 2, 7, 7, 21, 40]),
        st.builds(Facts, st.booleans(), st.booleans(), st.booleans(), st.booleans()),
        st.sampled_from(["sent", "sent", "queued", "failed", "suppressed"]),
    ),
    min_size=1,
    max_size=8,
)


@given(steps=STEPS)
@settings(max_examples=examples(10), deadline=None)
def test_over_any_weeks_nobody_misses_anything_and_nobody_gets_more(
    steps: list[tuple[int, Facts, str]], empty_database: Path
) -> None:
    folder = Path(tempfile.mkdtemp(dir=empty_database.parent))
    shutil.copy(empty_database, folder / "hotspots.db")
    store = Store(f"sqlite:///{folder / 'hotspots.db'}", folder / "archive")
    readers = [a_reader(cadence) for cadence in READERS]
    as_at, revisions = AS_AT, Counter[date]()
    reached: Told | None = None
    waiting: Told | None = None
    expected: dict[str, list[tuple[date, int, bool]]] = {cadence: [] for cadence in READERS}
    for days, facts, outcome in steps:
        as_at += days * DAY
        revisions[as_at] += 1
        drawn = facts.picture(as_at, revisions[as_at], revisions)
        due = due_readers(store, readers, as_at)
        quiet = readers_without_news(store, due, drawn, rules=["over_threshold"], red_line=110.0, small_team=5)
        save(store, drawn, due, quiet)

        last = waiting or reached
        is_new = last is None or revisions[as_at] > 1 or last.facts != facts
        is_new = is_new or any(monday > last.as_at for monday in drawn.missing_weeks if last is not None)
        expected["daily"].append((as_at, revisions[as_at], is_new))
        expected["weekly"].append((as_at, revisions[as_at], True))
        if all((day.year, day.month) != (as_at.year, as_at.month) for day in revisions if day < as_at):
            expected["monthly"].append((as_at, revisions[as_at], True))

        waiting = Told(facts, as_at) if is_new else waiting
        if outcome != "queued":
            reached, waiting = (waiting or reached) if outcome == "sent" else reached, None
            with store.engine.begin() as connection:
                connection.execute(update(OUTBOX).where(OUTBOX.c.state == "queued").values(state=outcome))
    for cadence, email in READERS.items():
        got = [one for one in messages(store) if one.recipient == email]
        told = sorted((one.period, one.revision, one.state != MessageState.NOTHING_NEW) for one in got)
        assert told == expected[cadence], cadence
    store.engine.dispose()


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without a row, to be copied."""
    file = tmp_path_factory.mktemp("model") / "hotspots.db"
    Store(f"sqlite:///{file}", file.parent / "archive").engine.dispose()
    return file
