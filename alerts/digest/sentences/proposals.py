"""What moves within its cluster would bring a hotspot, in one sentence."""

from alerts.digest.ranking import Hotspot, Proposal
from alerts.wording import choose, count_of, limit, number, percent, percent_at

_LEAST_SHORT = 0.05
"""Full-time offender managers that round to 0.0."""


def proposal_line(spot: Hotspot, red_line: float) -> str:
    """What the proposed moves would bring a hotspot; empty if there are none.

    It never says that no moves could bring more: the search is for people under the line, not for the office.
    """
    proposal = spot.proposal
    if proposal is None:
        return ""
    is_short = proposal.full_time_short >= _LEAST_SHORT
    short = f"short of {proposal.full_time_short:.1f} full-time offender managers"
    line = limit(red_line)
    if spot.unit.level == "cluster":
        return f"Moves within the cluster cannot bring it under {line}: it is {short}." if is_short else ""
    if not proposal.moves:
        return ""
    moves = f"{count_of(proposal.moves, 'move')} within the cluster would"
    if round(proposal.after, 1) >= round(proposal.before, 1):
        end = f" The cluster is {short}." if is_short else ""
        return f"{moves} {_no_lower(spot.unit.name, proposal)}: {_who_is_relieved(proposal, line)}.{end}"
    if proposal.after > red_line:
        why = f": the cluster is {short}" if is_short else ""
        after = percent_at(proposal.after, red_line)
        where = f"at {after}, still over {line}" if after == percent(proposal.after) else after
        return f"{moves} leave {spot.unit.name} {where}{why}."
    return (
        f"{moves} bring {spot.unit.name} to {percent(proposal.after)} and {_newly_over(proposal, line)}{_to(proposal)}."
    )


def _no_lower(name: str, proposal: Proposal) -> str:
    after = percent(proposal.after)
    before = percent(proposal.before)
    return f"leave {name} at {after}, as it is now" if after == before else f"raise {name} from {before} to {after}"


def _who_is_relieved(proposal: Proposal, line: str) -> str:
    """Why moves are proposed that do not lower an office: what they bring the people of its cluster."""
    if not proposal.over_after < proposal.over_before:
        return "they relieve people, not offices"
    left = count_of(int(proposal.over_after), "offender manager") if proposal.over_after else "no offender manager"
    return (
        f"they relieve people, not offices. In the cluster {left} would be over {line}, not {proposal.over_before:.0f}"
    )


def _newly_over(proposal: Proposal, line: str) -> str:
    count = proposal.newly_over
    if not count:
        return f"no offender manager over {line} who is not now"
    return f"{count_of(count, 'offender manager')} over {line} who {choose(count, 'is', 'are')} not now"


def _to(proposal: Proposal) -> str:
    return f"; {number(proposal.moves_to)} of them to {proposal.to}" if proposal.to else ""
