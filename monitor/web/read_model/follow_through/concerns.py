"""The concerns of offender managers, read again when one is raised or answered, and how many count in each unit."""

from datetime import date

from alerts.digest.privacy import withheld_units
from alerts.follow_through.concerns import Concern, CountedConcern
from monitor.follow_through.concerns import counted_concerns
from monitor.snapshots.follow_through.concerns import count_raised, read_concerns
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView


def concerns_in(cache: SnapshotCache, week: SnapshotView) -> tuple[Concern, ...]:
    """Return every concern, oldest first."""
    engine = cache.store.engine
    key = ("concerns", *count_raised(engine))
    return week.recent.get(key, lambda: tuple(read_concerns(engine)))


def counted_in(cache: SnapshotCache, week: SnapshotView, on: date) -> tuple[CountedConcern, ...]:
    """Return what is counted of each offender manager of a snapshot with a concern; on: the day on which it counts."""
    key = ("counted concerns", *count_raised(cache.store.engine), on)
    return week.recent.get(key, lambda: counted_concerns(concerns_in(cache, week), week.posts, week.organisation, on))


def is_too_small(week: SnapshotView, level: str, code: str, small_team: int) -> bool:
    """Return whether a count in a unit could tell who is counted: it is small, or next to a small one."""
    withheld = week.memo.get(("withheld", small_team), lambda: withheld_units(week.units, small_team))
    return (level, code) in withheld
