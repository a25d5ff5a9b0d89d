"""Readers whose units are not in the latest snapshot: no digest for them, or one that leaves a unit out."""

from collections.abc import Collection
from contextlib import suppress

from alerts.people import Person
from alerts.recipients import AbsentScope, absence_for_operator, absent_scopes
from alerts.wording import choose, number
from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.store import Store

_MOST_LINES = 12


def find_absent_readers(store: Store, people: Collection[Person]) -> list[AbsentScope]:
    """The people of whose units at least one is not in the latest snapshot; none without a snapshot.

    None either where files of the archive are missing, altered or out of reach, which is a fault of its own.
    """
    newest = store.newest()
    if newest is None or newest.id is None:
        return []
    with suppress(ArchiveDamaged, OSError):
        organisation = store.archived_frame(newest.id, "extract_organisation")
        om_codes = set(store.archived_frame(newest.id, "extract_offender_managers")["om_code"])
        return absent_scopes(people, organisation, om_codes)
    return []


def absence_lines(absences: Collection[AbsentScope]) -> list[str]:
    """Who is left without which figures, one line per reader, those without any first; the rest as a count."""
    ordered = sorted(absences, key=lambda absence: (not absence.is_whole, absence.person.email))
    lines = [absence_for_operator(absence) for absence in ordered]
    more = len(lines) - _MOST_LINES
    if more <= 0:
        return lines
    return [*lines[:_MOST_LINES], f"{number(more)} more {choose(more, 'reader', 'readers')}: see `hotspots check`"]
