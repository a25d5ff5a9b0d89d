"""When a whole extract is refused: too much of it rejected or lost, another size than last week, or too old."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from alerts.wording import count_of
from monitor.extracts.judgement.checks import Checked
from monitor.extracts.judgement.fault_groups import fault_groups, faulty_share
from monitor.extracts.judgement.last_week import LastWeek
from monitor.extracts.reading.size_limits import MOST_FAULTS, USUAL_BOUNDS, Bounds
from monitor.extracts.refusal import ExtractRefused, Quoting
from monitor.safe_text import list_names
from tiering.caseload import CASES, ORGANISATION, TABLES, Table

_DATES_OF_WORK = (
    ("assessments", "completed_on"),
    ("cases", "sentence_start"),
    ("duties", "starts_on"),
    ("reductions", "starts_on"),
)

_HALF = Decimal("0.5")
NEVER_EMPTY = (ORGANISATION.name, CASES.name)
"""Tables without which there are no figures at all."""


@dataclass(frozen=True)
class AcceptanceLimits:
    """When a whole extract is refused.

    - rejected_share, rejected_rows: a table with more rejected rows than both allow. Where the share is under a half,
      also half of a table, or half of the values of a column, however small.
    - swing_share: how much the number of cases may change since the last snapshot.
    - unmatched_share: the share of cases whose officer has no post.
    - maximum_age_days: how old it may be by the manifest's date or, without one, the newest date of work in it; None
      for any age.
    - bounds: how large a table may be.
    """

    rejected_share: Decimal | float = 0.02
    rejected_rows: int = 10
    swing_share: Decimal | float = 0.20
    unmatched_share: Decimal | float = 0.02
    maximum_age_days: int | None = None
    bounds: Bounds = USUAL_BOUNDS


@dataclass(frozen=True)
class Insistence:
    """What the person who runs it accepts although it would be refused.

    - swing: another number of cases, rows or codes than last week.
    - missing: columns (``cases.rosh``, or ``rosh`` in every table) and optional tables that are gone or empty.
    - unmatched: cases whose officer has no post.
    """

    swing: bool = False
    missing: tuple[str, ...] = ()
    unmatched: bool = False

    def accepts(self, table: str, column: str = "") -> bool:
        """Whether a column or table may be missing."""
        return bool({f"{table}.{column}" if column else table, column or table} & set(self.missing))

    def check(self) -> None:
        """Raise ExtractRefused where something may be missing that there is not, or that is always needed."""
        columns = [
            (table.name, column.name) for table in TABLES.values() for column in table.columns if not column.required
        ]
        tables = [name for name, table in TABLES.items() if not table.required]
        known = {*tables, "assessments", *(column for _, column in columns), *(".".join(pair) for pair in columns)}
        faults = [
            f"--accept-missing {name}: is not one of the optional columns and tables: {list_names(sorted(known), 60)}"
            for name in self.missing
            if name not in known
        ]
        if faults:
            raise ExtractRefused(faults)


NO_INSISTENCE = Insistence()


def rejection_faults(
    shown: str, table: Table, checked: Checked, accepted: Mapping[str, pd.DataFrame], limits: AcceptanceLimits
) -> Iterator[Quoting]:
    """What is wrong with a table of which too many rows are rejected, by column and reason, and by how much."""
    is_lost = table.name in NEVER_EMPTY and checked.accepted.empty and bool(checked.rejected_rows)
    if (why := _why_too_many(checked, limits)) or is_lost:
        yield from fault_groups(shown, table, checked, accepted)
        yield _rejections(shown, checked, why)


def minor_rejections(
    shown: str, table: Table, checked: Checked, accepted: Mapping[str, pd.DataFrame], limits: AcceptanceLimits
) -> Iterator[Quoting]:
    """What else a refusal should say: rejections that would not have been too many."""
    if checked.rejected_rows and not list(rejection_faults(shown, table, checked, accepted, limits)):
        yield from fault_groups(shown, table, checked, accepted)
        yield _rejections(shown, checked)


def _why_too_many(checked: Checked, limits: AcceptanceLimits) -> str:
    """Why the rejected rows of a table are too many; empty where they are not."""
    count, share = checked.rejected_rows, Decimal(str(limits.rejected_share))
    if checked.faults > MOST_FAULTS:
        return f"; more than {MOST_FAULTS:,} faults are not allowed"
    if count > limits.rejected_rows and count > share * checked.rows:
        return f"; more than {limits.rejected_rows} rows and {share:.1%} of a table are not allowed"
    if share >= _HALF:
        return ""
    if count > 1 and count >= _HALF * checked.rows:
        return "; half of a table is not allowed, however small it is"
    most = {name: part for name, part in faulty_share(checked).items() if part >= _HALF}
    return f"; half of the values of {', '.join(most)} are not allowed" if most else ""


def _rejections(shown: str, checked: Checked, why: str = "") -> Quoting:
    count, rows = checked.rejected_rows, checked.rows
    says = f"{shown}: {count:,} of {rows:,} rows are rejected ({count / rows:.1%}){why}"
    return Quoting.of(says, [says], 1)


def swing_faults(cases: pd.DataFrame, last: LastWeek, limits: AcceptanceLimits) -> Iterator[str]:
    """A number of cases that differs too much from the last snapshot's."""
    count = int(cases["number_of_cases"].sum())
    if not last.cases or not count:
        return
    swing = abs(count - last.cases) / Decimal(last.cases)
    allowed = Decimal(str(limits.swing_share))
    if swing > allowed:
        yield (
            f"cases: {count_of(count, 'case')} against {last.cases:,} {last.day}, a change of {swing:.1%} where "
            f"{allowed:.1%} is allowed; send the whole extract or, if the change is real, run again with --accept-swing"
        )


def empty_faults(tables: Mapping[str, pd.DataFrame], checked: Collection[str]) -> Iterator[str]:
    """Tables that were read and of which no row is accepted, although figures need some."""
    yield from (f"{name}: no row is accepted" for name in NEVER_EMPTY if name in checked and tables[name].empty)


def age_faults(
    tables: Mapping[str, pd.DataFrame], stated: date | None, as_at: date, limits: AcceptanceLimits
) -> Iterator[str]:
    """An extract that is older than allowed."""
    if limits.maximum_age_days is None:
        return
    newest = stated or _newest_work(tables, as_at)
    if newest is not None and (as_at - newest).days > limits.maximum_age_days:
        what = "the manifest's as_at" if stated else "the newest date of work in it"
        yield (
            f"the extract is {(as_at - newest).days} days old on {as_at} ({what} is {newest}), more than the "
            f"{limits.maximum_age_days} allowed; send a newer extract"
        )


def _newest_work(tables: Mapping[str, pd.DataFrame], as_at: date) -> date | None:
    """The newest date on or before ``as_at`` on which work is recorded."""
    dates = pd.concat([tables[name][column] for name, column in _DATES_OF_WORK])
    newest = dates[dates <= pd.Timestamp(as_at)].max()
    return None if pd.isna(newest) else newest.date()
