"""Whether all is well: the last snapshot and its age, coverage, mail by state, the next run, what needs a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.outbox import FAILED, IN_DOUBT, QUEUED, SUPPRESSED, messages
from monitor.settings import Settings
from monitor.snapshots.store import Store, summary_of
from monitor.weekly import iso_week, last_run, latest_due, next_due

STALE_AFTER_DAYS = 10
"""A weekly snapshot older than this has missed its week: seven days, and three for a late extract."""

WAITS_AT_MOST = timedelta(days=1)


@dataclass(frozen=True)
class Status:
    """The facts in words, and what needs a person (nothing: all is well)."""

    facts: list[str]
    needs_a_person: list[str]


def status(store: Store, settings: Settings, now: datetime, today: date) -> Status:
    """What the operator wants to know at 7 on Monday."""
    facts, wrong = _snapshot(store, today)
    sent_and_unsent = messages(store)
    mail = Counter(message.state for message in sent_and_unsent)
    if mail:
        counts = [f"{count} {state.replace('_', ' ')}" for state, count in sorted(mail.items())]
        facts.append(f"mail: {', '.join(counts)}")
    waiting = [one for one in sent_and_unsent if one.state == QUEUED and now - one.queued_at > WAITS_AT_MOST]
    if waiting:
        wrong.append(f"{len(waiting)} message(s) queued for more than a day: send them with `hotspots deliver`")
    for state in (FAILED, IN_DOUBT, SUPPRESSED):
        if mail[state]:
            wrong.append(f"{mail[state]} message(s) {state.replace('_', ' ')}: see `hotspots digests`")
    if settings.source is not None:
        week = iso_week(latest_due(now, settings).date())
        run = last_run(store, week)
        facts.append(f"run of {week}: {'not yet' if run is None else run.status}")
        facts.append(f"next run: {next_due(now, settings):%A %Y-%m-%d %H:%M %Z}")
        if run is None or run.status == "failed":
            wrong.append(f"the run of {week} has not been done{'' if run is None else f': {run.message}'}")
        elif run.status == "running" and run.lease_until < now:
            wrong.append(f"the run of {week} stopped without a word ({run.owner}): `hotspots run --if-due` does it")
    return Status(facts, wrong)


def _snapshot(store: Store, today: date) -> tuple[list[str], list[str]]:
    newest = store.newest()
    if newest is None:
        return ["no snapshot yet"], ["no snapshot yet: take one with `hotspots run`"]
    summary = summary_of(newest)
    age = (today - newest.as_at).days
    empty = summary["teams_without_data"]
    facts = [
        f"last snapshot: {newest.as_at}, revision {newest.revision}, {age} days old, policy {newest.policy}",
        f"coverage: {summary['cases']:,} cases, {summary['offender_managers']:,} offender managers, "
        f"{summary['rejected']:,} rows rejected, {len(empty)} team(s) without data",
    ]
    if summary["missing_weeks"]:
        facts.append(f"weeks without a snapshot: {', '.join(summary['missing_weeks'])}")
    stale = [f"the last snapshot is {age} days old"] if age > STALE_AFTER_DAYS else []
    return facts, stale
