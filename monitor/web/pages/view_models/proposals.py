"""What a run proposes about a hotspot, as the pages show it."""

from collections.abc import Callable
from typing import Final, NamedTuple

from alerts.digest.proposals import plan_path
from alerts.digest.ranking import Hotspot
from alerts.digest.sentences.proposals import proposal_line
from monitor.web.auth.permissions import READ_PLANS
from monitor.web.dependencies import Reader
from tiering.terms import Level


class ShownProposal(NamedTuple):
    """What is proposed about a hotspot; everything is empty if nothing is.

    - line: what the moves would bring. plan: the address of the plan, empty for those who may not read it.
    - cluster: the code of the cluster within which cases move.
    """

    line: str = ""
    plan: str = ""
    cluster: str = ""


NO_PROPOSAL: Final = ShownProposal()

ProposalOf = Callable[[Hotspot], ShownProposal]
"""What is proposed about a hotspot."""


def no_proposal(_spot: Hotspot) -> ShownProposal:
    """What a page that is the same for all readers shows."""
    return NO_PROPOSAL


def proposal_shown(reader: Reader, spot: Hotspot) -> ShownProposal:
    """What the run of the week proposes about a hotspot, with the plan for those who may read it."""
    line, sight = proposal_line(spot, reader.week.red_line), reader.sight
    if not line or spot.proposal is None:
        return NO_PROPOSAL
    may = READ_PLANS.is_for(sight.person) and sight.may_see_scope(Level.CLUSTER, [spot.proposal.cluster])
    return ShownProposal(line, plan_path(spot.proposal, reader.week.as_at) if may else "", spot.proposal.cluster)
