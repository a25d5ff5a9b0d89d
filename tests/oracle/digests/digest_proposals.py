"""What moves would bring a hotspot, from plain rows: the sentence that the digest must have."""

from .digest_figures import Truth
from .digest_rows import LINE, PlainProposal, UnitRow


def proposal_line(truth: Truth, row: UnitRow) -> str:
    """The sentence; empty if the digest must have none."""
    for proposal in truth.proposals:
        if (proposal.level, proposal.code) == (row.level, row.code):
            return _sentence(truth, row, proposal)
    return ""


def _sentence(truth: Truth, row: UnitRow, proposal: PlainProposal) -> str:
    knows = ("cluster", proposal.cluster) in truth.visible
    short = f"{proposal.short:.1f}" if knows and proposal.short >= 0.05 else ""
    lacks = f"short of {short} full-time offender managers"
    if row.level == "cluster":
        return f"Moves within the cluster cannot bring it under {LINE:g}%: it is {lacks}." if short else ""
    if proposal.moves == 0:
        return ""
    start = f"{proposal.moves} {'move' if proposal.moves == 1 else 'moves'} within the cluster would"
    now, then = f"{proposal.before:.1f}%", f"{proposal.after:.1f}%"
    if proposal.before < proposal.after or now == then:
        change = (
            f"leave {row.name} at {then}, as it is now" if now == then else f"raise {row.name} from {now} to {then}"
        )
        people = ""
        if knows and proposal.over_after < proposal.over_before:
            names = {0: "no offender manager", 1: "1 offender manager"}
            left = names.get(proposal.over_after, f"{proposal.over_after} offender managers")
            people = f" In the cluster {left} would be over {LINE:g}%, not {proposal.over_before}."
        end = f" The cluster is {lacks}." if short else ""
        return f"{start} {change}: they relieve people, not offices.{people}{end}"
    if proposal.after > LINE:
        end = f": the cluster is {lacks}" if short else ""
        if then == f"{LINE:.1f}%":
            return f"{start} leave {row.name} just over {LINE:g}%{end}."
        return f"{start} leave {row.name} at {then}, still over {LINE:g}%{end}."
    over = f"no offender manager over {LINE:g}% who is not now"
    if proposal.newly_over:
        one = proposal.newly_over == 1
        people = "offender manager" if one else "offender managers"
        over = f"{proposal.newly_over} {people} over {LINE:g}% who {'is' if one else 'are'} not now"
    there = truth.visible.get(("office", proposal.to))
    to = f"; {proposal.moves_to} of them to {there.name}" if there else ""
    return f"{start} bring {row.name} to {proposal.after:.1f}% and {over}{to}."
