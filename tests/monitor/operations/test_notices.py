"""No one has to notice silence: who gets which notice, once, when a week has no figures or mail is stuck."""

import re
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from alerts.digest.no_figures import Cause
from alerts.intake_gaps import IntakeGaps
from alerts.people import load_people
from monitor.extracts import Insistence
from monitor.mail.outbox import load_message, messages
from monitor.mail.sender import deliver
from monitor.operations.notices import (
    NO_FIGURES,
    NOT_COMPLETE,
    NOT_IN_FIGURES,
    READERS_ABSENT,
    RUN_FAILED,
    RUN_LATE,
    RUN_REFUSED,
    QueuedNotice,
    queue_notices,
    queue_notices_after_run,
)
from monitor.operations.run_ledger import RunState, cause_of, last_run
from monitor.operations.weekly_run import run_if_due
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.summary import AbsentReader, RunSummary
from monitor.snapshots.tables import Snapshot

from ..conftest import AS_AT, NOW, PEOPLE, WEEK, Home, at_once, home_in, little_london
from ..extracts.small import a_case, write_csv

MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
DUE = date(2026, 11, 30)
LATE = MONDAY + timedelta(hours=4)
LOOK = timedelta(minutes=15)
OPERATOR = ["operator@example.org"]
DIRECTORS = ["north@example.org", "south@example.org"]


@pytest.fixture
def watched(home: Home, tmp_path: Path) -> Home:
    """The home of three weeks on the Monday after: nothing has arrived yet for the week that is due."""
    (tmp_path / "arrivals").mkdir()
    shutil.copytree(home.extract, tmp_path / "arrivals" / "2026-11-20")
    home.settings = home.with_settings(source=str(tmp_path / "arrivals"))
    return home


def arrive(home: Home, **more: Any) -> str:
    assert home.settings.source is not None
    return write_csv(Path(home.settings.source) / "2026-11-27", {**little_london(), **more})


def arrive_refused(home: Home) -> str:
    return arrive(home, cases=[a_case(f"X{number:06d}", rosh="=SUM(Arbuthnot)") for number in range(1, 40)])


def look(home: Home, now: datetime) -> list[QueuedNotice]:
    """What one look of the scheduler does, without sending."""
    run_if_due(home.store, home.settings, lambda: now)
    return queue_notices(home.store, home.settings, now)


def told(home: Home) -> dict[str, list[str]]:
    """Recipients by kind of notice."""
    found: dict[str, list[str]] = {}
    for one in reversed(messages(home.store)):
        if one.digest != "weekly":
            found.setdefault(one.digest, []).append(one.recipient)
    return {kind: sorted(recipients) for kind, recipients in found.items()}


def words(home: Home, kind: str) -> str:
    """The text part of one notice of a kind."""
    number = next(one.id for one in messages(home.store) if one.digest == kind)
    assert number is not None
    found = load_message(home.store, number)
    assert found is not None
    mail = message_from_bytes(found.message, policy=policy.SMTP)
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content().replace("\r\n", "\n")
    return text


def cause(home: Home) -> Cause | None:
    return cause_of(last_run(home.store, "2026-W49"))


def test_within_its_grace_nobody_is_told_of_an_extract_that_has_not_come_yet(watched: Home) -> None:
    assert look(watched, MONDAY) == []
    assert look(watched, LATE - timedelta(seconds=1)) == []
    assert (cause(watched), told(watched)) == (Cause.NOT_ARRIVED, {})


def test_after_its_grace_operator_and_readers_are_told_once(watched: Home) -> None:
    assert look(watched, LATE) == [QueuedNotice(RUN_LATE, DUE, 1), QueuedNotice(NO_FIGURES, DUE, 2)]
    for minutes in range(15, 24 * 60, 15):
        assert queue_notices(watched.store, watched.settings, LATE + timedelta(minutes=minutes)) == []
    assert told(watched) == {RUN_LATE: OPERATOR, NO_FIGURES: DIRECTORS}
    text = words(watched, NO_FIGURES)
    assert "The extract for the figures has not arrived." in text
    assert "The last good figures are as at 20 November 2026." in text
    assert "2 readers get a notice that there are no figures this week" in words(watched, RUN_LATE)


def test_a_monthly_reader_who_has_the_digest_of_the_month_is_not_told_of_a_week_without_figures(watched: Home) -> None:
    assert watched.settings.people is not None
    people = PEOPLE.replace("area: S, digest: weekly", "area: S, digest: monthly")
    watched.settings.people.write_text(people, encoding="utf-8")
    with watched.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE outbox SET digest = 'monthly' WHERE recipient = 'south@example.org'")
    assert look(watched, LATE) == [QueuedNotice(RUN_LATE, DUE, 1), QueuedNotice(NO_FIGURES, DUE, 1)]
    assert "1 reader gets a notice that there are no figures this week" in words(watched, RUN_LATE)


def test_the_grace_is_what_is_set(watched: Home) -> None:
    watched.settings = watched.with_settings(late_after_hours=1)
    assert look(watched, MONDAY + timedelta(minutes=59)) == []
    assert len(look(watched, MONDAY + timedelta(minutes=60))) == 2


def test_every_weekly_reader_is_told_and_nobody_else(watched: Home) -> None:
    assert watched.settings.people is not None
    more = (
        "  - {email: plan@example.org, name: P, role: planner, area: all, digest: weekly}\n"
        "  - {email: aco@example.org, name: A, role: aco, cluster: C1}\n"
    )
    with watched.settings.people.open("a", encoding="utf-8") as file:
        file.write(more)
    look(watched, LATE)
    assert told(watched)[NO_FIGURES] == sorted([*DIRECTORS, "plan@example.org"])


def test_when_the_week_succeeds_after_all_the_digest_goes_out_as_usual(watched: Home) -> None:
    look(watched, LATE)
    for _ in deliver(watched.store, watched.settings, lambda: LATE):
        pass
    arrive(watched)
    assert look(watched, LATE + LOOK) == []
    sent = [one.recipient for one in deliver(watched.store, watched.settings, lambda: LATE + LOOK)]
    assert sorted(sent) == DIRECTORS
    states = Counter((one.digest, one.state) for one in messages(watched.store) if one.period >= DUE - WEEK)
    assert states[NO_FIGURES, "sent"] == 2
    assert states["weekly", "sent"] == 2


def test_a_notice_that_has_not_left_when_the_figures_come_is_withdrawn(watched: Home) -> None:
    look(watched, LATE)
    arrive(watched)
    look(watched, LATE + LOOK)
    waiting = {one.digest: one.state for one in messages(watched.store, as_at=DUE)}
    assert waiting == {NO_FIGURES: "superseded", RUN_LATE: "queued"}


def test_a_refused_extract_is_told_the_operator_at_once_and_the_readers_after_the_grace(watched: Home) -> None:
    extract = arrive_refused(watched)
    assert look(watched, MONDAY) == [QueuedNotice(RUN_REFUSED, DUE, 1)]
    assert look(watched, MONDAY + LOOK) == []
    assert cause(watched) is Cause.REFUSED
    text = words(watched, RUN_REFUSED)
    assert re.search(rf"\b(1 fault|\d+ faults) in {re.escape(str(extract))}", " ".join(text.split()))
    assert f"hotspots run --extract {extract} --as-at 2026-11-27" in " ".join(text.split())
    assert "Arbuthnot" not in text
    assert look(watched, LATE) == [QueuedNotice(RUN_LATE, DUE, 1), QueuedNotice(NO_FIGURES, DUE, 2)]
    assert "did not pass the checks and was refused" in words(watched, NO_FIGURES)
    assert "still refused" in words(watched, RUN_LATE)


def operator_emails(home: Home) -> list[str]:
    """Subjects of the emails about refusals, the first one first."""
    return [one.subject for one in reversed(messages(home.store)) if one.digest == RUN_REFUSED]


def test_another_refusal_in_the_same_week_is_told_and_the_same_one_is_not(watched: Home) -> None:
    arrive_refused(watched)
    assert look(watched, MONDAY) == [QueuedNotice(RUN_REFUSED, DUE, 1)]
    arrive(watched, cases=[a_case(f"X{number:06d}") for number in range(1, 4)])
    assert look(watched, MONDAY + LOOK) == [QueuedNotice(RUN_REFUSED, DUE, 1)]
    for again in range(2, 6):
        assert look(watched, MONDAY + again * LOOK) == []
    # The first file once more: that was told already.
    arrive_refused(watched)
    assert look(watched, MONDAY + 6 * LOOK) == []
    first, second = operator_emails(watched)
    assert "cases: 15 cases against 53 in the last snapshot" in second or "cases" in second
    assert first != second


def test_the_reason_of_a_refusal_comes_first_and_leads_to_the_page(watched: Home) -> None:
    watched.settings = watched.with_settings(base_url="https://hotspots.example.org")
    arrive(watched, cases=[*little_london()["cases"], a_case("X000301", number_of_cases=40)])
    look(watched, MONDAY)
    (subject,) = operator_emails(watched)
    assert subject.startswith("OFFICIAL-SENSITIVE: cases: 93 cases against 53 on 20 November 2026, a change of 75.5%")
    text = words(watched, RUN_REFUSED)
    assert text.splitlines()[2].startswith("cases: 93 cases against 53 on 20 November 2026")
    assert "\n   https://hotspots.example.org/snapshots\n" in text


def test_a_column_that_went_missing_is_the_subject_of_the_refusal(watched: Home) -> None:
    cases = Path(arrive(watched)) / "cases.csv"
    cases.write_text(cases.read_text(encoding="utf-8").replace(",rosh,", ",Risk level,", 1), encoding="utf-8")
    look(watched, MONDAY)
    assert operator_emails(watched) == ["OFFICIAL-SENSITIVE: cases.rosh: the column is missing in cases.csv"]
    text = " ".join(words(watched, RUN_REFUSED).split())
    assert "on 20 November 2026 21 rows of 22 had a value" in text
    assert "run again with --accept-missing cases.rosh" in text


def test_rejected_rows_are_told_by_column_and_reason_with_lines_and_no_value(watched: Home) -> None:
    cases = [{**case, "rosh": case["rosh"] and f"Level {case['rosh']}"} for case in little_london()["cases"]]
    arrive(watched, cases=cases)
    look(watched, MONDAY)
    (subject,) = operator_emails(watched)
    assert subject.startswith("OFFICIAL-SENSITIVE: cases.rosh: 21 of 22 rows in cases.csv are rejected")
    text = " ".join(words(watched, RUN_REFUSED).split())
    assert "for example lines 2, 14, 16; map them under values: in the heading map (--columns)" in text
    assert "cases.csv: 21 of 22 rows are rejected" in text or "cases.csv: 22 of 22 rows are rejected" in text
    assert "Level very_high" not in text


def test_two_extracts_for_one_date_are_told_with_their_names_until_one_is_moved_away(watched: Home) -> None:
    extract = Path(arrive(watched))
    copy = extract.with_name("2026-11-27 - Copy")
    shutil.copytree(extract, copy)
    assert look(watched, MONDAY) == [QueuedNotice(RUN_REFUSED, DUE, 1)]
    assert cause(watched) is Cause.REFUSED
    assert operator_emails(watched)[0].startswith("OFFICIAL-SENSITIVE: 2 extracts for 2026-11-27: '2026-11-27', ")
    text = " ".join(words(watched, RUN_REFUSED).split())
    assert f"'2026-11-27', '2026-11-27 - Copy': move away all but the right one (in {extract.parent})" in text
    assert "--accept-swing" not in text
    assert look(watched, MONDAY + LOOK) == []
    shutil.rmtree(copy)
    assert look(watched, MONDAY + 2 * LOOK) == []
    assert watched.newest.as_at == date(2026, 11, 27)


def test_an_extract_dated_in_the_future_is_a_refusal_without_a_command(watched: Home) -> None:
    assert watched.settings.source is not None
    (Path(watched.settings.source) / "2062-11-20").mkdir()
    assert look(watched, MONDAY) == [QueuedNotice(RUN_REFUSED, DUE, 1)]
    assert "every fault" not in words(watched, RUN_REFUSED)
    assert "is dated in the future" in words(watched, RUN_REFUSED)


def test_a_run_that_breaks_off_is_told_the_operator_at_once(watched: Home, tmp_path: Path) -> None:
    watched.settings = watched.with_settings(source=str(tmp_path / "gone"))
    assert look(watched, MONDAY) == [QueuedNotice(RUN_FAILED, DUE, 1)]
    assert cause(watched) is Cause.BROKEN_OFF
    assert f"{tmp_path / 'gone'}: cannot be read" in " ".join(words(watched, RUN_FAILED).split())
    assert [one.kind for one in look(watched, LATE)] == [RUN_LATE, NO_FIGURES]
    assert "weekly run failed" in words(watched, NO_FIGURES)


def test_a_policy_fault_is_told_without_the_addresses_it_names(watched: Home, tmp_path: Path) -> None:
    arrive(watched)
    weighed = watched.with_settings(policy="paris-1789")
    assert run_if_due(watched.store, weighed, lambda: MONDAY).state is RunState.FAILED
    table = last_run(watched.store, "2026-W49")
    assert table is not None
    with watched.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE run SET message = 'people.yaml: entry 3 (north@example.org): role: king'")
    assert queue_notices(watched.store, weighed, MONDAY) == [QueuedNotice(RUN_FAILED, DUE, 1)]
    assert "north@example.org" not in words(watched, RUN_FAILED)
    assert "entry 3 ((address)): role: king" in words(watched, RUN_FAILED)


def test_a_week_that_nobody_starts_is_told_after_the_grace(watched: Home) -> None:
    assert queue_notices(watched.store, watched.settings, LATE - LOOK) == []
    queue_notices(watched.store, watched.settings, LATE)
    assert told(watched) == {RUN_LATE: OPERATOR, NO_FIGURES: DIRECTORS}
    assert "weekly run has not started" in words(watched, NO_FIGURES)
    assert "systemctl status hotspots" in words(watched, RUN_LATE)


def test_before_the_first_snapshot_no_reader_is_told_and_the_operator_is(tmp_path: Path, own_environment: None) -> None:
    new = home_in(tmp_path / "new")
    (tmp_path / "arrivals").mkdir()
    new.settings = new.with_settings(source=str(tmp_path / "arrivals"))
    assert look(new, LATE) == [QueuedNotice(RUN_LATE, DUE, 1)]
    assert "No reader gets a notice" in words(new, RUN_LATE)
    new.store.engine.dispose()


def test_a_week_taken_by_hand_is_not_told_to_be_without_figures(watched: Home, tmp_path: Path) -> None:
    by_hand = write_csv(tmp_path / "by-hand", little_london())
    watched.take(by_hand, AS_AT + WEEK, proposes=False)
    assert look(watched, LATE) == []


def test_where_no_source_is_watched_there_is_no_week_to_miss(home: Home) -> None:
    assert queue_notices(home.store, home.settings, LATE) == []


def test_the_next_week_is_told_anew(watched: Home) -> None:
    look(watched, LATE)
    assert look(watched, LATE + WEEK) == [
        QueuedNotice(RUN_LATE, DUE + WEEK, 1),
        QueuedNotice(NO_FIGURES, DUE + WEEK, 2),
    ]


@pytest.mark.parametrize("state", ["failed", "in_doubt", "suppressed"])
def test_stuck_mail_is_told_the_operator_once_a_date_and_kind(home: Home, state: str) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    change = update(OutboxMessage).where(col(OutboxMessage.period) == AS_AT)
    with home.store.engine.begin() as connection:
        connection.execute(change.where(col(OutboxMessage.recipient) == DIRECTORS[0]).values(state=state))
    kind = f"mail-{state.replace('_', '-')}"
    assert queue_notices(home.store, home.settings, now) == [QueuedNotice(kind, AS_AT, 1)]
    with home.store.engine.begin() as connection:
        connection.execute(change.where(col(OutboxMessage.digest) == "weekly").values(state=state))
    assert queue_notices(home.store, home.settings, now + LOOK) == []
    text = words(home, kind)
    assert f"1 email for 2026-11-20 {'is in doubt' if state == 'in_doubt' else ''}".strip() in text
    assert DIRECTORS[0] not in text
    (number,) = (one.id for one in messages(home.store, as_at=AS_AT) if one.recipient == DIRECTORS[0])
    assert state == "suppressed" or f"hotspots resend {number}\n" in text


def test_stuck_mail_to_the_operator_is_not_told_by_more_mail(watched: Home) -> None:
    look(watched, LATE)
    with watched.store.engine.begin() as connection:
        of_operator = col(OutboxMessage.recipient) == OPERATOR[0]
        connection.execute(update(OutboxMessage).where(of_operator).values(state="failed"))
    assert queue_notices(watched.store, watched.settings, LATE + LOOK) == []


def test_a_trial_copy_that_failed_is_not_told(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(update(OutboxMessage).values(state="failed", redirected_from=1))
    assert queue_notices(home.store, home.settings, datetime(2026, 11, 23, tzinfo=UTC)) == []


def test_stuck_mail_of_long_ago_is_not_told_any_more(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(update(OutboxMessage).values(state="failed"))
    assert queue_notices(home.store, home.settings, datetime(2026, 12, 7, tzinfo=UTC)) == []


def test_notices_are_sent_like_any_mail(watched: Home) -> None:
    look(watched, LATE)
    sent = {one.recipient: one for one in deliver(watched.store, watched.settings, lambda: LATE)}
    assert {one.state for one in sent.values()} == {"sent"}
    assert set(sent) >= {*DIRECTORS, *OPERATOR}
    mails = [path for path in watched.settings.outbox.glob("*.eml") if path.name.startswith("no-figures")]
    assert len(mails) == 2
    mail = message_from_bytes(mails[0].read_bytes(), policy=policy.SMTP)
    assert mail["Subject"] == "OFFICIAL-SENSITIVE: No figures this week"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Digest-Reason"] == "director: no figures"


def test_two_schedulers_tell_it_once(watched: Home) -> None:
    settings = {name: str(getattr(watched.settings, name)) for name in ("home", "people", "source")}
    program = f"""
from monitor.settings import load_settings; from monitor.operations.notices import Store, datetime, queue_notices
settings = load_settings(**{settings})
store = Store(settings.database_url, settings.archive)
print(sum(one.people for one in queue_notices(store, settings, datetime.fromisoformat({LATE.isoformat()!r}))))
"""
    ended = at_once(program, 2)
    assert [(status, errors) for status, _, errors in ended] == [(0, "")] * 2
    assert sum(int(said.split()[-1]) for _, said, _ in ended) == 3
    assert told(watched) == {RUN_LATE: OPERATOR, NO_FIGURES: DIRECTORS}


def test_a_service_without_an_operator_still_tells_its_readers(watched: Home) -> None:
    assert watched.settings.people is not None
    lines = watched.settings.people.read_text(encoding="utf-8").splitlines()
    watched.settings.people.write_text("\n".join(line for line in lines if "operator" not in line), encoding="utf-8")
    assert len(load_people(watched.settings.people)) == 3
    assert look(watched, LATE) == [QueuedNotice(NO_FIGURES, DUE, 2)]


def test_readers_whose_units_are_missing_and_operators_are_told_once(home: Home) -> None:
    assert home.settings.people is not None
    people = home.settings.people
    lost = "  - {email: west@example.org, name: W, role: director, area: W, digest: weekly}\n"
    people.write_text(people.read_text() + lost + lost.replace("west", "new"), encoding="utf-8")
    absent = AbsentReader(email="west@example.org", level="area", codes=("W",), whole=True)
    summary = RunSummary.of_snapshot(home.newest).model_copy(update={"absent_readers": (absent,)})
    with home.store.engine.begin() as connection:
        connection.execute(update(Snapshot).where(col(Snapshot.id) == home.newest.id).values(summary=summary.to_json()))
    # Only the reader for whom the run had no digest: the other one was added since.
    assert queue_notices_after_run(home.store, home.settings, NOW) == [
        QueuedNotice(READERS_ABSENT, AS_AT, 1),
        QueuedNotice(NOT_IN_FIGURES, AS_AT, 1),
    ]
    assert queue_notices(home.store, home.settings, NOW) == []
    assert told(home) == {READERS_ABSENT: OPERATOR, NOT_IN_FIGURES: ["west@example.org"]}
    assert "new@example.org: area W is not in the figures" in words(home, READERS_ABSENT)
    assert "Your area W is not in these figures" in words(home, NOT_IN_FIGURES)
    people.write_text(people.read_text().replace("area: W", "area: S"), encoding="utf-8")
    queue_notices(home.store, home.settings, NOW)
    states = {message.digest: message.state for message in messages(home.store) if message.digest != "weekly"}
    assert states == {READERS_ABSENT: "queued", NOT_IN_FIGURES: "superseded"}


def test_no_one_is_absent_without_a_snapshot(new_home: Home) -> None:
    assert queue_notices_after_run(new_home.store, new_home.settings, NOW) == []


def test_operators_are_told_once_for_each_revision_that_figures_are_not_complete(home: Home, tmp_path: Path) -> None:
    home.settings = home.with_settings(base_url="https://hotspots.example.org")
    cases = [{**case, "rosh": None} for case in little_london()["cases"]]
    without = write_csv(tmp_path / "without", {**little_london(), "cases": cases})
    home.take(without, AS_AT + WEEK, insistence=Insistence(missing=("cases.rosh",)), proposes=False)
    assert queue_notices_after_run(home.store, home.settings, NOW) == [QueuedNotice(NOT_COMPLETE, AS_AT + WEEK, 1)]
    assert queue_notices(home.store, home.settings, NOW) == []
    assert told(home) == {NOT_COMPLETE: OPERATOR}
    text = words(home, NOT_COMPLETE)
    assert "Unlike earlier weeks, the extract has no values or far fewer for cases.rosh." in " ".join(text.split())
    assert "\n   https://hotspots.example.org/data-quality/intake?as_at=2026-11-27\n" in text
    more = write_csv(tmp_path / "more", {**little_london(), "cases": [*cases, a_case("X000401", rosh=None)]})
    home.take(more, AS_AT + WEEK, insistence=Insistence(missing=("cases.rosh",)), proposes=False)
    assert queue_notices(home.store, home.settings, NOW) == [QueuedNotice(NOT_COMPLETE, AS_AT + WEEK, 1)]


def test_a_home_with_the_example_people_tells_no_one_that_figures_are_not_complete(home: Home) -> None:
    gaps = IntakeGaps(("cases.rosh",))
    summary = RunSummary.of_snapshot(home.newest).model_copy(update={"gaps": gaps})
    with home.store.engine.begin() as connection:
        connection.execute(update(Snapshot).where(col(Snapshot.id) == home.newest.id).values(summary=summary.to_json()))
    assert queue_notices_after_run(home.store, home.with_settings(people=None), NOW) == []
    assert queue_notices_after_run(home.store, home.settings, NOW) == [QueuedNotice(NOT_COMPLETE, AS_AT, 1)]
