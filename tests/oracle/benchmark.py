"""The countersigned plans that a second SPO reads again, dealt one after another as cards would be."""

from datetime import date, timedelta
from hashlib import sha256

from .card import Tables

Plan = tuple[str, str, date, date]
Drawn = tuple[str, str | None, int, int]

KINDS = ("risk_management_plan", "sentence_plan", "sentence_plan_review")
RISKS = ("very_high", "high", "medium", "low", None)


def benchmark_plans(tables: Tables, as_at: date, each: int, seed: int) -> dict[Plan, Drawn]:
    """The SPOs, the second SPO, and how many of how many of its RoSH were drawn, by plan: crn, kind and both days."""
    answer: dict[Plan, Drawn] = {}
    cases = {case["crn"]: case for case in tables["cases"]}
    for team in tables["organisation"]:
        own = _spos(tables, as_at, "team_code", team["team_code"])
        of_office = _spos(tables, as_at, "office_code", team["office_code"])
        of_cluster = _spos(tables, as_at, "cluster_code", team["cluster_code"])
        own = own or of_office
        near = [code for code in of_office if code not in own] or [code for code in of_cluster if code not in own]
        heaps: dict[str | None, list[Plan]] = {risk: [] for risk in RISKS}
        for plan in _plans_of(tables, as_at):
            case = cases[plan[0]]
            if case["team_code"] == team["team_code"]:
                heaps[case["rosh"]].append(plan)
        sizes = {risk: len(heap) for risk, heap in heaps.items()}
        for heap in heaps.values():
            heap.sort(key=lambda plan: _lot(plan, seed))
        dealt: list[tuple[str | None, Plan]] = []
        while any(heaps.values()) and len(dealt) < each * len(own):
            for risk in RISKS:
                if heaps[risk] and len(dealt) < each * len(own):
                    dealt.append((risk, heaps[risk].pop(0)))
        for risk, plan in dealt:
            second = near[int(_lot(plan, seed), 16) % len(near)] if near else None
            answer[plan] = ("; ".join(own), second, [other for other, _ in dealt].count(risk), sizes[risk])
    return answer


def _plans_of(tables: Tables, as_at: date) -> set[Plan]:
    """Each plan countersigned in the month before, once."""
    last = as_at - timedelta(days=as_at.day)
    return {
        (row["crn"], row["kind"], row["completed_on"], signed)
        for row in tables["assessments"]
        if row["kind"] in KINDS
        and (signed := row.get("countersigned_on")) is not None
        and (signed.year, signed.month) == (last.year, last.month)
    }


def _spos(tables: Tables, as_at: date, level: str, code: str) -> list[str]:
    """The SPOs who have a post in a unit on the date, by code."""
    teams = [team["team_code"] for team in tables["organisation"] if team[level] == code]
    return sorted(
        {
            post["om_code"]
            for post in tables["offender_managers"]
            if post["grade"] == "SPO"
            and post["team_code"] in teams
            and (post.get("left_on") is None or post["left_on"] > as_at)
        }
    )


def _lot(plan: Plan, seed: int) -> str:
    crn, kind, completed, signed = plan
    return sha256(f"{seed}|{crn}|{kind}|{completed.isoformat()}|{signed.isoformat()}".encode()).hexdigest()
