"""Cases whose officer has no post: those cases count as unallocated, and no workload of an officer shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from alerts.wording import count_of
from monitor.extracts.judgement.likely_cause import PART, likely_cause

_HALF = Decimal("0.5")
_FEWEST_POSTS = 5
_MOST_FULL_TIME = 2.0
"""Hours a week: no service has only posts of two hours or fewer; a full-time equivalent is 1, or a little more."""


@dataclass(frozen=True)
class Unmatched:
    """How many cases name an officer and team that no post has, of those that name an officer, and why perhaps."""

    cases: int
    of: int
    cause: str = ""

    @property
    def share(self) -> float:
        """Their share, 0 where no case names an officer."""
        return self.cases / self.of if self.of else 0.0


def unmatched_officers(cases: pd.DataFrame, posts: pd.DataFrame) -> Unmatched:
    """The cases of an extract whose officer has no post in the case's team."""
    wanted = _post_codes(cases)
    known = _post_codes(posts)
    lost = wanted.filter(pc.invert(pc.is_in(wanted, value_set=known)))
    if not len(lost):
        return Unmatched(0, len(wanted))
    return Unmatched(len(lost), len(wanted), likely_cause(pc.unique(lost), known) or _in_other_teams(lost, known))


def _post_codes(frame: pd.DataFrame) -> "pa.StringArray":
    """Officer and team as one text for each row that names an officer."""
    codes = [pa.array(frame[name], pa.string(), from_pandas=True) for name in ("om_code", "team_code")]
    return pc.drop_null(pc.binary_join_element_wise(*codes, PART))


def _in_other_teams(lost: "pa.StringArray", known: "pa.StringArray") -> str:
    officers = [pc.list_element(pc.split_pattern(codes, PART), 0) for codes in (lost, known)]
    there = int(pc.sum(pc.is_in(officers[0], value_set=officers[1])).as_py() or 0)
    return f"{count_of(there, 'case')} would match an officer of another team" if there else ""


def unmatched_faults(found: Unmatched, limit: Decimal, few: int, last_share: float, last_day: str) -> Iterator[str]:
    """The fault of too many cases without a post.

    - limit: the share allowed, and by how much last week's share may grow.
    - few: the number of cases that is allowed, unless they are most of all.
    """
    allowed = max(limit, limit + Decimal(str(last_share)) if last_share else limit)
    too_many = found.cases > few and found.share > allowed
    is_most = found.cases > 1 and 2 * found.cases > found.of and found.share > last_share and limit < _HALF
    if not too_many and not is_most:
        return
    cause = f"; {found.cause}" if found.cause else ""
    before = f" ({last_share:.1%} {last_day})" if last_share else ""
    yield (
        f"cases.om_code: {found.cases:,} of {found.of:,} cases with an officer ({found.share:.1%}){before} name an "
        f"officer and team that are in no accepted row of offender_managers{cause}; correct om_code and team_code in "
        "both tables or, if it is right so, run again with --accept-unmatched"
    )


def hours_faults(posts: pd.DataFrame) -> Iterator[str]:
    """The fault of hours that are full-time equivalents, which are 1 for a full-time post."""
    hours = posts.loc[posts["contracted_hours"].gt(0), "contracted_hours"]
    if len(hours) >= _FEWEST_POSTS and hours.max() <= _MOST_FULL_TIME:
        yield (
            f"offender_managers.contracted_hours: none of {len(hours):,} posts has more than {hours.max():g} hours a "
            "week, so these look like full-time equivalents; write the contracted hours of a week, such as 37"
        )


def signer_faults(assessments: pd.DataFrame, posts: pd.DataFrame) -> Iterator[str]:
    """The fault of codes of who countersigned that would name a post if they were written as those of the posts are.

    A code without a post is no fault by itself: SPOs leave.
    """
    named = pc.drop_null(pa.array(assessments["countersigned_by"], pa.string(), from_pandas=True))
    known = pc.drop_null(pa.array(posts["om_code"], pa.string(), from_pandas=True))
    lost = named.filter(pc.invert(pc.is_in(named, value_set=known)))
    cause = likely_cause(pc.unique(lost), known) if len(lost) else ""
    if cause:
        yield (
            f"assessments.countersigned_by: {len(lost):,} of {len(named):,} codes are in no accepted row of "
            f"offender_managers; {cause}; correct them or, if it is right so, run again with --accept-unmatched"
        )
