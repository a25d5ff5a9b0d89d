"""What the address of one case does: who may take it, and the choice recorded as a proposed move."""

import json
from collections.abc import Sequence

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from alerts.people import Role
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.results.tables.receivers import Receiver
from monitor.redistribution.results.who import PosedScope, Who, pose_scope, who_in
from monitor.redistribution.scenario.model import PlainScope
from monitor.redistribution.scenario.yaml_file import parse_scenario
from monitor.web.auth.permissions import WHO_FOR_A_CASE
from monitor.web.dependencies import Reader
from monitor.web.what_if.grounds import NAMED, baseline_of
from monitor.web.what_if.pages.scenario import MENU
from monitor.web.what_if.pages.who import WHO, unallocated_in, who_page
from monitor.web.what_if.service import LONGEST_AUTHOR, Scenarios, Sent, redirect_to
from tiering.terms import Level

_LONGEST_CRN = 200


class WhoRoutes:
    """What the address of one case does; ``show`` answers a GET, ``propose`` a form.

    A planner finds the people of the case's cluster, an SPO those of their own teams in it. A case that the reader may
    not see is answered as one that is not there.
    """

    def __init__(self, scenarios: Scenarios) -> None:
        self._scenarios = scenarios
        self._access = scenarios.access

    def show(self, request: Request) -> Response:
        asked = self._access.enter(request, WHO_FOR_A_CASE)
        crn = asked.text("crn", _LONGEST_CRN)
        if not crn:
            self._access.look_for_case(request, asked, None)
            return self._access.shown(request, who_page(asked, unallocated=unallocated_in(asked)), asked)
        answer = self._find(request, asked, crn)
        page = who_page(asked, crn, answer, proposed=asked.text("said") == "proposed")
        return self._access.shown(request, page, asked, 404 if answer is None else 200)

    def propose(self, request: Request, sent: Sent) -> Response:
        """Record the choice as a what-if with this one move; a planner goes on there, an SPO stays."""
        asked = self._access.enter(request, WHO_FOR_A_CASE)
        crn = _first(sent, "crn")
        answer = self._find(request, asked, crn)
        receiver = None if answer is None else _chosen(answer, _first(sent, "om_code"), _first(sent, "team_code"))
        if answer is None or receiver is None:
            raise HTTPException(400, "This person may not take this case. Go back, load the page again, and choose.")
        number = self._store(asked, answer, receiver)
        if asked.sight.person.role is Role.PLANNER:
            return redirect_to(f"{MENU}/{number}?said=proposed")
        return redirect_to(asked.with_words(WHO, crn=answer.crn, said="proposed"))

    def _find(self, request: Request, asked: Reader, crn: str) -> Who | None:
        """Who may take a case, and the look for it on record; None if there is no such case for this reader."""
        baseline = baseline_of(self._scenarios.front.snapshots.store, asked.week)
        own = baseline.caseload.cases[baseline.caseload.cases["crn"].eq(crn)]
        team_code = None if own.empty else str(own["team_code"].iloc[0])
        if team_code is None or not asked.sight.may_see(Level.TEAM, team_code):
            self._access.look_for_case(request, asked, crn)
            return None
        self._access.look_for_case(request, asked, crn, team_code)
        costs = load_costs(self._scenarios.front.settings.config, baseline.as_at)
        scope = _scope_of(asked, team_code)
        # An SPO asks about several cases in a row: the scope is posed once.
        key = ("who", json.dumps(scope), costs.fingerprint)
        posed: PosedScope = asked.week.recent.get(key, lambda: pose_scope(baseline, costs, scope))
        return who_in(posed, crn)

    def _store(self, asked: Reader, answer: Who, receiver: Receiver) -> int:
        cluster = asked.week.places.parent_of[Level.OFFICE, asked.week.places.parent_of[Level.TEAM, answer.team_code]]
        person = asked.sight.person
        move = {"crn": answer.crn, "to_om_code": receiver.om_code, "to_team_code": receiver.team_code}
        facts = {
            # Without the CRN: a name is kept when the rows of its snapshot are removed.
            "name": f"Who takes one case of {answer.team_code}"[:LONGEST_AUTHOR],
            "author": person.name[:LONGEST_AUTHOR],
            "as_at": asked.week.as_at,
            "revision": asked.week.snapshot.revision,
            "scope": {"cluster": cluster},
            "changes": [{"move": move}],
            "limits": {"elective_moves": 0},
        }
        return self._scenarios.save(parse_scenario(facts, NAMED), asked.week, person)


def _scope_of(asked: Reader, team_code: str) -> PlainScope:
    """The reader's own teams in the cluster of a team."""
    places = asked.week.places
    cluster = places.parent_of[Level.OFFICE, places.parent_of[Level.TEAM, team_code]]
    teams = places.teams_of[Level.CLUSTER, cluster]
    return {"cluster": cluster} if teams <= asked.sight.teams else {"teams": sorted(teams & asked.sight.teams)}


def _chosen(answer: Who, om_code: str, team_code: str) -> Receiver | None:
    posts = (receiver for receiver in answer.receivers if receiver.om_code == om_code)
    return next((receiver for receiver in posts if receiver.team_code == team_code), None)


def _first(sent: Sent, name: str) -> str:
    values: Sequence[str] = sent.get(name, ())
    return values[0].strip()[:_LONGEST_CRN] if values else ""
