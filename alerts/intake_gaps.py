"""What a week's extract did not bring: columns that earlier weeks had, cases without a post, many rejected rows."""

from dataclasses import dataclass
from typing import Final

from alerts.wording import choose, count_of, join_list

_FEW = 10


@dataclass(frozen=True)
class IntakeGaps:
    """What an extract lacked although it was accepted.

    - missing: columns (``cases.rosh``) and tables that lack values which earlier weeks had, accepted on request.
    - unmatched, with_officer: cases whose officer has no post, of those that name an officer.
    - unmatched_share_before: the share of such cases in the last snapshot.
    - unmatched_accepted: there are too many, and they were accepted on request, now or in an earlier week.
    - rejected_share, rejected_share_before: rejected rows as a share of all rows, and in the last snapshot.
    - rejected: how many rows were rejected.
    - absent: in the first extract, optional columns without any value. Later ones are compared with the last.
    """

    missing: tuple[str, ...] = ()
    unmatched: int = 0
    with_officer: int = 0
    unmatched_share_before: float | None = None
    unmatched_accepted: bool = False
    rejected: int = 0
    rejected_share: float = 0.0
    rejected_share_before: float | None = None
    absent: tuple[str, ...] = ()

    @property
    def were_accepted(self) -> bool:
        """Whether someone insisted on a figure that is not complete."""
        return bool(self.missing) or self.unmatched_accepted


NO_GAPS: Final = IntakeGaps()


def describe_first_extract(gaps: IntakeGaps) -> list[str]:
    """What to check after the first snapshot: nothing could be compared with a week before."""
    if not gaps.absent:
        return []
    return [
        f"This is the first extract, and it has no values for {join_list(list(gaps.absent))}. Figures that need them "
        "are missing or 0. If the source has them, map their headings: hotspots columns."
    ]


def describe_gaps(gaps: IntakeGaps) -> list[str]:
    """What a reader of any figure must know, one sentence each; nothing where all is as usual."""
    return [*_missing(gaps), *_unmatched(gaps), *_rejected(gaps)]


def name_gaps(gaps: IntakeGaps) -> str:
    """The same in a few words, for a subject; empty where all is as usual."""
    names = [f"lacks {join_list(list(gaps.missing))}"] if gaps.missing else []
    if _unmatched(gaps):
        names.append(f"{count_of(gaps.unmatched, 'case')} without a matching officer")
    if _rejected(gaps):
        names.append(count_of(gaps.rejected, "rejected row"))
    return "; ".join(names)


def _missing(gaps: IntakeGaps) -> list[str]:
    if not gaps.missing:
        return []
    noun = choose(len(gaps.missing), "Figures that need it are", "Figures that need them are")
    names = join_list(list(gaps.missing))
    return [f"Unlike earlier weeks, the extract has no values or far fewer for {names}. {noun} too low or missing."]


def _unmatched(gaps: IntakeGaps) -> list[str]:
    share = gaps.unmatched / gaps.with_officer if gaps.with_officer else 0.0
    if not gaps.unmatched_accepted and not _jumps(gaps.unmatched, share, gaps.unmatched_share_before):
        return []
    before = "" if gaps.unmatched_share_before is None else f", {gaps.unmatched_share_before:.1%} last time"
    names = choose(gaps.unmatched, "names", "name")
    counts = choose(gaps.unmatched, "It counts", "They count")
    return [
        f"{count_of(gaps.unmatched, 'case')} ({share:.1%}{before}) {names} an officer who has no post in the team. "
        f"{counts} as unallocated."
    ]


def _rejected(gaps: IntakeGaps) -> list[str]:
    if not _jumps(gaps.rejected, gaps.rejected_share, gaps.rejected_share_before):
        return []
    before = gaps.rejected_share_before or 0.0
    share = f"{gaps.rejected_share:.2%}, {before:.2%} last time"
    return [f"The extract has {count_of(gaps.rejected, 'rejected row')} ({share})."]


def _jumps(count: int, share: float, before: float | None) -> bool:
    """Whether a share is far from the last one: more than a few, and at least double."""
    return before is not None and count > _FEW and share > 2 * before
