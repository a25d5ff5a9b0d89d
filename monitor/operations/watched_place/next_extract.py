"""The extract that the watched place gives for a week, or why it gives none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from monitor.extracts import ExtractRefused
from monitor.operations.due_times import FRESH, latest_due, today_in
from monitor.operations.watched_place.names import Choice, PassedOver
from monitor.operations.watched_place.place import NoExtract, SourceUnreadable, WatchedPlace
from monitor.safe_text import list_names, without_secrets
from monitor.settings import Settings
from monitor.table_bounds import table_bounds
from tiering.faults import UserFault


@dataclass(frozen=True)
class NextExtract:
    """An extract in the watched place. address: its path or URL."""

    address: str
    as_at: date


def find_extract(place: WatchedPlace, due_at: datetime, today: date) -> NextExtract:
    """Find the extract of the week that was due then.

    Raises NoExtract if none has arrived, ExtractRefused if it is not clear which one is meant or its date is still to
    come, SourceUnreadable if the place cannot be listed.
    """
    return _judge(place, place.choose(), due_at, today)


def describe_next(place: WatchedPlace, due_at: datetime, today: date, last_as_at: date | None) -> list[str]:
    """What the place would give next, in words: one line per fact or fault.

    last_as_at: of the newest snapshot; an extract that is no newer is not the next one.
    """
    try:
        choice = place.choose()
        if choice.as_at is not None and last_as_at is not None and choice.as_at <= last_as_at:
            return [f"nothing newer than the snapshot for {last_as_at}"]
        extract = _judge(place, choice, due_at, today)
    except UserFault as fault:
        return fault.faults
    return [f"next is {without_secrets(extract.address)}, as at {extract.as_at}"]


def next_extract(settings: Settings, now: datetime, last_as_at: date | None) -> list[str]:
    """What the watched place would give next, in words; nothing if none is set. last_as_at: of the newest snapshot."""
    if settings.source is None:
        return []
    place = WatchedPlace(settings.source, table_bounds(settings))
    return describe_next(place, latest_due(now, settings), today_in(settings, now), last_as_at)


def source_faults(place: WatchedPlace, last_as_at: date | None) -> list[str]:
    """Why the place cannot give an extract at all, or not clearly; it is no fault that none is there for this week.

    last_as_at: of the newest snapshot; it does not matter what is unclear about older extracts.
    """
    try:
        choice = place.choose()
    except SourceUnreadable as fault:
        return fault.faults
    if choice.as_at is None:
        return _nothing(place, choice)
    return [] if last_as_at is not None and choice.as_at <= last_as_at else _unclear(place, choice)


def _judge(place: WatchedPlace, choice: Choice, due_at: datetime, today: date) -> NextExtract:
    if choice.as_at is None:
        raise NoExtract(_nothing(place, choice))
    if due_at.date() - choice.as_at >= FRESH:
        newest = place.shown if choice.name is None else without_secrets(place.address_of(choice.name))
        due = f"{due_at:%Y-%m-%d %H:%M}"
        late = f"{newest}: the newest extract is for {choice.as_at}; none for the run due {due} has arrived"
        raise NoExtract([late + _passed_over(choice.passed_over)])
    if choice.name is None:
        raise ExtractRefused(_unclear(place, choice))
    address = place.address_of(choice.name)
    if choice.as_at > today:
        # Once stored it would stay the latest snapshot, and no later week could be taken.
        shown = without_secrets(address)
        raise ExtractRefused([f"{shown}: is dated in the future; no later week could be taken: correct its name"])
    return NextExtract(address, choice.as_at)


def _nothing(place: WatchedPlace, choice: Choice) -> list[str]:
    nothing = f"{place.shown}: holds no extract with its as-at date in its name, such as 2026-11-20"
    return [nothing + _passed_over(choice.passed_over)]


def _unclear(place: WatchedPlace, choice: Choice) -> list[str]:
    return [f"{fault} (in {place.shown})" for fault in choice.faults]


def _passed_over(entries: Sequence[PassedOver]) -> str:
    return f"; passed over: {list_names(map(str, entries))}" if entries else ""
