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
    case_of = {case["crn"]: case for case in tables["cases"]}
    place_of = {team["team_code"]: team for team in tables["organisation"]}
    piles: dict[tuple[str, ...], list[Plan]] = {}
    of_all = [code for team in place_of for code in _spos(tables, as_at, "team_code", team)]
    for plan, signer in _plans_of(tables, as_at).items():
        team = case_of[plan[0]]["team_code"]
        own = _spos(tables, as_at, "team_code", team) or _spos(
            tables, as_at, "office_code", place_of[team]["office_code"]
        )
        pile = ("signer", signer) if signer in of_all else ("team", team, *own)
        piles.setdefault(pile, []).append(plan)
    for (kind, *rest), plans in piles.items():
        own = rest if kind == "signer" else rest[1:]
        heaps = {risk: [plan for plan in plans if case_of[plan[0]]["rosh"] == risk] for risk in RISKS}
        sizes = {risk: len(heap) for risk, heap in heaps.items()}
        for heap in heaps.values():
            heap.sort(key=lambda plan: _lot(plan, seed))
        dealt: list[tuple[str | None, Plan]] = []
        while any(heaps.values()) and len(dealt) < each * len(own):
            for risk in RISKS:
                if heaps[risk] and len(dealt) < each * len(own):
                    dealt.append((risk, heaps[risk].pop(0)))
        for risk, plan in dealt:
            place = place_of[case_of[plan[0]]["team_code"]]
            office, cluster = (_spos(tables, as_at, level, place[level]) for level in ("office_code", "cluster_code"))
            near = [code for code in office if code not in own] or [code for code in cluster if code not in own]
            second = near[int(_lot(plan, seed), 16) % len(near)] if near else None
            answer[plan] = ("; ".join(own), second, [other for other, _ in dealt].count(risk), sizes[risk])
    return answer


def _plans_of(tables: Tables, as_at: date) -> dict[Plan, str]:
    """Each plan countersigned in the month before, with who did it: the first by code; empty if no one is named."""
    last = as_at - timedelta(days=as_at.day)
    plans: dict[Plan, str] = {}
    for row in tables["assessments"]:
        signed = row.get("countersigned_on")
        if row["kind"] not in KINDS or signed is None or (signed.year, signed.month) != (last.year, last.month):
            continue
        plan = (row["crn"], row["kind"], row["completed_on"], signed)
        named = [code for code in (plans.get(plan), row.get("countersigned_by")) if code]
        plans[plan] = min(named, default="")
    return plans


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
