"""The clock: the weekly job in a process of its own, which catches up what it missed."""

import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from monitor.settings import Settings

LOOK_EVERY_MINUTES = 15


def trigger(settings: Settings) -> CronTrigger:
    """When the weekly job fires: a weekday's name and a time on the clocks of the settings' time zone."""
    return CronTrigger(
        day_of_week=settings.run_day,
        hour=settings.run_time.hour,
        minute=settings.run_time.minute,
        timezone=settings.timezone,
    )


def serve_for_ever(settings: Settings, job: Callable[[], None]) -> None:
    """Run ``job`` at start, weekly at its time and every 15 minutes, until SIGTERM or SIGINT; a running job ends first.

    Whether anything is due is for the job to find out: the run table is the truth of what ran, not this scheduler.
    """
    scheduler = BlockingScheduler(
        timezone=settings.timezone,
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
    )
    scheduler.add_job(job, trigger(settings), id="weekly")
    scheduler.add_job(job, IntervalTrigger(minutes=LOOK_EVERY_MINUTES), id="look", next_run_time=datetime.now(UTC))

    def stop(*_: Any) -> None:
        sys.stderr.write("stopping: the job at work ends first\n")
        scheduler.shutdown(wait=True)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()
