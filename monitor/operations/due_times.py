"""When the weekly run is due, in the time zone of the settings, and whether it is late."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitor.settings import Settings
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Run

FRESH: Final = timedelta(days=7)
"""An extract as old as this when the run is due belongs to the week before."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def latest_due(now: datetime, settings: Settings) -> datetime:
    """The last time up to ``now`` at which the weekly run was due, in the time zone of the settings."""
    zone = ZoneInfo(settings.timezone)
    here = now.astimezone(zone)
    back = (here.weekday() - _WEEKDAYS.index(settings.run_day)) % 7
    due = datetime.combine(here.date() - timedelta(days=back), settings.run_time, tzinfo=zone)
    if due.astimezone(UTC) > now:
        due = datetime.combine(due.date() - timedelta(days=7), settings.run_time, tzinfo=zone)
    return due


def next_due(now: datetime, settings: Settings) -> datetime:
    """The first time after ``now`` at which the weekly run is due."""
    latest = latest_due(now, settings)
    return datetime.combine(latest.date() + timedelta(days=7), settings.run_time, tzinfo=latest.tzinfo)


def today_in(settings: Settings, now: datetime) -> date:
    """The date in the time zone of the settings."""
    return now.astimezone(ZoneInfo(settings.timezone)).date()


def has_figures(store: Store, due_at: datetime) -> bool:
    """Whether there is a snapshot that is recent enough for the week, however it was taken."""
    newest = store.newest()
    return newest is not None and due_at.date() - newest.as_at < FRESH


def earlier_due_time(run: Run | None, settings: Settings) -> datetime | None:
    """The time for which a run was due, if the run day was changed since; else None."""
    if run is None or latest_due(run.due_at, settings) == run.due_at:
        return None
    return run.due_at.astimezone(ZoneInfo(settings.timezone))


def is_late(due_at: datetime, settings: Settings, now: datetime) -> bool:
    """Whether the due time of the run, and the grace after it, have passed."""
    return now >= due_at.astimezone(UTC) + timedelta(hours=settings.late_after_hours)
