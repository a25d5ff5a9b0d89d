"""The scheduler: a separate process that checks every 15 minutes what is due, and catches up on what it missed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import DBAPIError

from monitor import logs, signals
from monitor.clock import NOTICE, Jump, check_clock
from monitor.mail.sender import deliver
from monitor.operations.due_times import next_due, today_in
from monitor.operations.heartbeat import beat_if_due
from monitor.operations.notices import queue_clock_notice, queue_notices
from monitor.operations.retention import apply_retention
from monitor.operations.weekly_run import run_if_due
from monitor.settings import Settings
from monitor.snapshots.store import Store
from tiering.faults import UserFault

LOOK_EVERY_MINUTES = 15
_FIRST = ("database", "clock")


class ScheduledSteps:
    """The steps of each check, one after the other; if a step fails, the others are still done.

    stopping: once it is set, the step in progress ends and no other begins.
    """

    def __init__(self, settings: Settings, clock: Callable[[], datetime], stopping: Event) -> None:
        self._settings, self._clock, self._stopping = settings, clock, stopping
        self._store: Store | None = None
        self._retained_on: date | None = None
        self._jump: Jump | None = None

    def look(self) -> None:
        """Run the week if it is due, deliver, queue notices, apply retention once a day, send the heartbeat."""
        steps = {
            "database": self._open,
            "clock": self._check_clock,
            "run": self._run,
            "mail": self._deliver,
            "notices": self._notify,
            "retention": self._retain,
            "heartbeat": self._beat,
        }
        for name, step in steps.items():
            if self._stopping.is_set() or not self._do(name, step) or (name == "clock" and self._jump is not None):
                return

    def _do(self, name: str, step: Callable[[], None]) -> bool:
        """Do one step; False if no other can follow, because the database or a check of the clock is not available."""
        try:
            step()
        except DBAPIError as error:
            if name == "database" or error.connection_invalidated or self._is_gone():
                logs.log_event("database out of reach", "error", **_facts_of_error(name, error))
                return False
            logs.log_event("step failed", "error", **_facts_of_error(name, error))
            return name not in _FIRST
        except Exception as error:
            logs.log_event("step failed", "error", **_facts_of_error(name, error))
            return name not in _FIRST
        return True

    @property
    def store(self) -> Store:
        """The store, once the first step has opened it."""
        if self._store is None:
            raise AssertionError("the first step opens the store")
        return self._store

    def _open(self) -> None:
        if self._store is None:
            self._store = Store(self._settings.database_url, self._settings.archive, self._settings.alternatives)

    def _is_gone(self) -> bool:
        try:
            self.store.newest()
        except DBAPIError:
            return True
        return False

    def _check_clock(self) -> None:
        """Check whether the clock can be right; if not, log it once, and notify the operators only."""
        before, self._jump = self._jump, check_clock(self.store, self._settings, self._clock())
        if self._jump is None:
            if before is not None:
                logs.log_event("clock", state="believed again")
            return
        if before is None:
            logs.log_event("clock", "error", state="held", reason=str(self._jump))
        queue_clock_notice(self.store, self._settings, self._jump)
        self._deliver(NOTICE)

    def _run(self) -> None:
        if self._settings.source is not None:
            run_if_due(self.store, self._settings, self._clock)

    def _deliver(self, only: str | None = None) -> None:
        for delivered in deliver(self.store, self._settings, self._clock, only=only):
            logs.log_delivery(delivered.number, delivered.digest, delivered.state, delivered.detail)
            if self._stopping.is_set():
                return

    def _notify(self) -> None:
        if queue_notices(self.store, self._settings, self._clock()):
            self._deliver()

    def _retain(self) -> None:
        now = self._clock()
        today = today_in(self._settings, now)
        if today == self._retained_on:
            return
        removed = apply_retention(self.store, self._settings, now)
        logs.log_event(
            "retention", snapshots=removed.snapshots, messages=removed.messages, files=removed.files, state="done"
        )
        self._retained_on = today

    def _beat(self) -> None:
        beat_if_due(self.store, self._settings, self._clock)


def _facts_of_error(step: str, error: Exception) -> logs.Facts:
    """What the log may say about a failed step."""
    if isinstance(error, UserFault):
        return {"step": step, "faults": len(error.faults), "reason": "see them with: hotspots check"}
    return logs.error_facts(error) | {"step": step}


def trigger(settings: Settings) -> CronTrigger:
    """When the weekly job starts: a weekday and a time in the time zone of the settings."""
    return CronTrigger(
        day_of_week=settings.run_day,
        hour=settings.run_time.hour,
        minute=settings.run_time.minute,
        timezone=settings.timezone,
    )


def run_until_stopped(settings: Settings, clock: Callable[[], datetime]) -> None:
    """Check what is due at the start, at the time of the weekly run and every 15 minutes, until asked to stop.

    The step in progress then ends first.

    The scheduler only decides when to check. The run table decides whether anything is due, also after a restart, and
    for several machines.
    """
    stopping = Event()
    with signals.note_signals() as asked:
        watch = ScheduledSteps(settings, clock, stopping)
        scheduler = BackgroundScheduler(
            timezone=settings.timezone,
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
        )
        scheduler.add_job(watch.look, trigger(settings), id="weekly")
        scheduler.add_job(
            watch.look, IntervalTrigger(minutes=LOOK_EVERY_MINUTES), id="look", next_run_time=datetime.now(UTC)
        )
        logs.log_event("started", next_run=f"{next_due(clock(), settings):%A %Y-%m-%d %H:%M %Z}")
        if settings.source is None:
            reason = "HOTSPOTS_SOURCE is not set: only queued messages are sent"
            logs.log_event("no weekly run", "warning", reason=reason)
        scheduler.start()
        asked.wait()
        stopping.set()
        logs.log_event("stopping", reason="the step at work ends first")
        scheduler.shutdown(wait=True)
    logs.log_event("stopped")
