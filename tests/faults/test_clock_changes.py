"""The clock jumps, by the season or because someone set it: one run per week, and no one gets a digest twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from monitor.mail.outbox import messages
from monitor.mail.sender import deliver
from monitor.operations.due_times import latest_due, next_due
from monitor.operations.run_ledger import RunState, iso_week
from monitor.operations.weekly_run import run_if_due
from monitor.settings import Settings, load_settings

from ..monitor.conftest import NOW, Home, everything_in
from .conftest import OLD, opened
from .mail_server import HOST, MailServer

HOUR = timedelta(hours=1)
LATER = NOW + 2 * HOUR
# The Sundays on which London's clocks change; 01:30 does not exist on the first and comes twice on the second.
CHANGES = (date(2027, 3, 28), date(2026, 10, 25))


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.mark.usefixtures("own_environment")
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("run_time", [time(0, 30), time(1, 30), time(2, 30), time(6, 0)])
@pytest.mark.parametrize("run_day", ["sun", "mon"])
def test_looking_every_quarter_of_an_hour_over_a_change_finds_each_week_due_once(
    change: date, run_time: time, run_day: str
) -> None:
    settings = load_settings(run_day=run_day, run_time=run_time)
    first = datetime.combine(change, time(), tzinfo=UTC) - timedelta(days=10)
    looks = [first + quarter * HOUR / 4 for quarter in range(4 * 24 * 20)]
    weeks = [iso_week(latest_due(now, settings).date()) for now in looks]
    begins = [now for before, week, now in zip(weeks, weeks[1:], looks[1:], strict=False) if before != week]
    assert len(set(weeks)) == len(begins) + 1
    for now, announced in zip(begins, (next_due(one - HOUR / 4, settings) for one in begins), strict=True):
        # Found due at the first look at or after the time that was announced.
        assert timedelta() <= now - announced.astimezone(UTC) < HOUR / 4


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_at_half_past_one_on_the_day_the_clocks_change_is_done_once(service: Path, change: date) -> None:
    with opened(service) as home:
        arrivals = service / "arrivals"
        (service / "extracts" / OLD.isoformat()).rename(service / "whole")
        arrivals.mkdir()
        (service / "whole").rename(arrivals / change.isoformat())
        settings = home.with_settings(source=str(arrivals), run_day="sun", run_time=time(1, 30))
        midnight = datetime.combine(change, time(), tzinfo=UTC)
        answers = [run_if_due(home.store, settings, at(midnight + half * HOUR / 2)) for half in range(1, 8)]
        done = [answer for answer in answers if answer.detail.startswith(iso_week(change))]
        assert [answer.state for answer in done] == [RunState.DONE] + [RunState.DONE_BEFORE] * (len(done) - 1)
        assert [one.as_at for one in home.store.revisions(change)] == [change]


def test_a_clock_set_back_after_the_run_sends_nothing_twice(service: Path) -> None:
    with opened(service) as home:
        settings = home.with_settings(source=str(service / "extracts"))
        due = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
        assert run_if_due(home.store, settings, at(due)).state is RunState.DONE
        before = everything_in(home)
        # An hour back it is still last week, whose run is not on record here: it finds nothing new to say.
        run_if_due(home.store, settings, at(due - HOUR))
        after = everything_in(home)
        assert {name: rows for name, rows in after.items() if name != "run"} == {
            name: rows for name, rows in before.items() if name != "run"
        }
        assert run_if_due(home.store, settings, at(due)).state is RunState.DONE_BEFORE


@contextmanager
def mail_server(home: Home) -> Iterator[tuple[MailServer, Settings]]:
    server = MailServer(seed=1)
    server.moody = False
    with server.running() as port:
        yield (
            server,
            home.with_settings(smtp_host=HOST, smtp_port=port, smtp_tls="none", mail_from="hotspots@example.org"),
        )


@pytest.mark.parametrize("jump", [-HOUR, HOUR, 25 * HOUR])
def test_a_clock_set_between_the_claim_and_the_record_sends_nothing_twice(service: Path, jump: timedelta) -> None:
    """While one sender waits for the answer, the clock is set, and another sender comes."""
    with opened(service) as home, opened(service) as another, mail_server(home) as (server, settings):
        moment = [LATER]

        def somebody_sets_the_clock(recipient: str) -> None:
            moment[0] = LATER + jump
            server.at_the_dot = lambda recipient: None
            list(deliver(another.store, settings, lambda: moment[0]))

        server.at_the_dot = somebody_sets_the_clock
        list(deliver(home.store, settings, lambda: moment[0]))
        for later in (LATER, LATER + jump, LATER + 30 * HOUR):
            list(deliver(home.store, settings, at(later)))
        copies = Counter(one.recipient for one in server.accepted)
        assert copies == {"north@example.org": 1, "south@example.org": 1}
        assert {one.state for one in messages(home.store) if one.period == OLD} <= {"sent", "in_doubt"}


def test_a_clock_set_back_only_delays_what_is_queued(service: Path) -> None:
    with opened(service) as home, mail_server(home) as (server, settings):
        queued = min(one.send_after for one in messages(home.store))
        assert list(deliver(home.store, settings, at(queued - HOUR))) == []
        assert [one.state for one in deliver(home.store, settings, at(queued))] == ["sent", "sent"]
        assert len(server.accepted) == 2
