"""Answer who may take one case, without a scenario: the people of its cluster, ranked, and why the rest may not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from alerts.wording import clean, long_date, percent_at, rough_percent
from monitor.redistribution.plan import pose_scenario
from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.hours_ahead import HoursAhead, find_hours_ahead
from monitor.redistribution.results.tables.receivers import Receiver, Refusal, count_refused, rank_receivers
from monitor.redistribution.scenario.baseline import Baseline
from monitor.redistribution.scenario.model import PlainScope, ScenarioScope
from monitor.redistribution.scenario.yaml_file import parse_scenario
from tiering.faults import UserFault
from tiering.terms import Level

PlainRow = Mapping[str, str | float | bool | list[str]]

_NAMED: Final = "who"
_SHOWN_AT_MOST: Final = 25
_LEVELS: Final = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA)


@dataclass(frozen=True)
class Who:
    """The people who may take one case.

    - held_by: code of its offender manager, None if it is unallocated; team_code: of the team that has it.
    - receivers: best first, those who would end over the line last.
    - refused: how many people in scope may not take it, by rule.
    """

    crn: str
    as_at: date
    held_by: str | None
    team_code: str
    receivers: tuple[Receiver, ...]
    refused: tuple[Refusal, ...]

    def as_plain(self) -> Mapping[str, str | list[PlainRow] | None]:
        """Return the answer as ``hotspots what-if who --json`` prints it."""
        return {
            "crn": self.crn,
            "as_at": self.as_at.isoformat(),
            "held_by": self.held_by,
            "receivers": [_plain_receiver(receiver) for receiver in self.receivers],
            "refused": [{"reason": refusal.reason, "people": refusal.people} for refusal in self.refused],
        }


@dataclass(frozen=True)
class PosedScope:
    """The posts and cases of a scope as they are, and the ends of hours that are known, for any number of its cases."""

    problem: Problem
    hours_ahead: HoursAhead


def pose_scope(baseline: Baseline, costs: Costs, scope: PlainScope) -> PosedScope:
    """Pose the problem of a scope without changes; raises ScenarioFault for an unknown one.

    If the scope is wider than a cluster, cases may go to another cluster.
    """
    wide = scope == Level.ALL.value or Level.AREA.value in scope
    facts = {"name": _NAMED, "scope": scope, "limits": {"between_clusters": wide}}
    applied, problem = pose_scenario(parse_scenario(facts, _NAMED), baseline, costs, _NAMED)
    people = problem.people["om_code"].tolist()
    return PosedScope(problem, find_hours_ahead(applied.caseload, people, baseline.as_at))


def find_who(baseline: Baseline, costs: Costs, crn: str, scope: PlainScope | None = None) -> Who:
    """Find who may take a case of a snapshot.

    - scope: whose posts take part; None for the cluster of the case.
    - Raises UserFault for an unknown CRN, an unknown scope, or a case outside the scope.
    """
    cases = baseline.caseload.cases
    own = cases[cases["crn"].eq(crn)]
    if own.empty:
        raise UserFault([f"{crn!r} is no case of the snapshot of {baseline.as_at}; write a CRN as the extract has it"])
    team_code = str(own["team_code"].iloc[0])
    posed = pose_scope(baseline, costs, scope or {Level.CLUSTER.value: _cluster_of(baseline, team_code)})
    if not posed.problem.cases["crn"].eq(crn).any():
        raise UserFault([f"{crn} is in team {team_code}, outside the scope; give a scope that holds this team"])
    return who_in(posed, crn)


def who_in(posed: PosedScope, crn: str) -> Who:
    """Answer who may take a case of a posed scope; raises KeyError if it is not there."""
    problem = posed.problem
    row = problem.cases.index[problem.cases["crn"].eq(crn)]
    if not len(row):
        raise KeyError(crn)
    case = problem.cases.iloc[int(row[0])]
    return Who(
        crn=crn,
        as_at=problem.as_at,
        held_by=case["from_om_code"] if isinstance(case["from_om_code"], str) else None,
        team_code=str(case["from_team_code"]),
        receivers=rank_receivers(problem, problem.start, int(row[0]), posed.hours_ahead),
        refused=count_refused(problem, int(row[0])),
    )


def read_scope(text: str) -> PlainScope:
    """Read a scope such as ``cluster:C02`` or ``all``; raises UserFault."""
    level, _, code = text.partition(":")
    if text == Level.ALL.value:
        return text
    if level not in _LEVELS or not code:
        raise UserFault([f"{text!r} is no scope; write team:CODE, office:CODE, cluster:CODE, area:CODE or all"])
    return ScenarioScope.model_validate({level: code}).as_plain()


def describe_who(who: Who) -> Iterator[str]:
    """Describe the answer, line by line."""
    held = f"held by {clean(who.held_by)}" if who.held_by else "unallocated"
    yield f"{who.crn}: {held} in {who.team_code}, as at {long_date(who.as_at)}"
    yield ""
    if not who.receivers:
        yield "no one in scope may take it"
    else:
        yield f"may take it, best first: {len(who.receivers)}"
    for receiver in who.receivers[:_SHOWN_AT_MOST]:
        against = "; ".join(receiver.reasons_against)
        named = f"{clean(receiver.om_code)} {clean(receiver.name)}, {receiver.grade}"
        place = f"{clean(receiver.team_code)}, {clean(receiver.office_name)}"
        yield f"  {named:34.34}  {place:34.34}  {from_to(receiver):16}  {against}".rstrip()
    more = len(who.receivers) - _SHOWN_AT_MOST
    if more > 0:
        yield f"  and {more} more; all of them with --json"
    if who.refused:
        yield ""
        yield "may not take it:"
        yield from (f"  {refusal.people:>4}  {refusal.reason}" for refusal in who.refused)


def from_to(receiver: Receiver) -> str:
    """The capacity percentage of a receiver without and with the case: whole numbers, finer if that says too little."""
    loads = receiver.before, receiver.after
    before, after = (rough_percent(load, receiver.line) for load in loads)
    if before == after:
        before, after = (percent_at(load, receiver.line) for load in loads)
    return f"{before} to {after}"


def _plain_receiver(receiver: Receiver) -> PlainRow:
    return {
        "om_code": receiver.om_code,
        "team_code": receiver.team_code,
        "grade": receiver.grade,
        "office": receiver.office_name,
        "before": receiver.before,
        "after": receiver.after,
        "price": receiver.price,
        "over_line": receiver.over_line,
        "reasons_against": list(receiver.reasons_against),
    }


def _cluster_of(baseline: Baseline, team_code: str) -> str:
    organisation = baseline.caseload.organisation
    return str(organisation.loc[organisation["team_code"].eq(team_code), "cluster_code"].iloc[0])
