"""Compare the recorded tier of each case with the tier that its inputs give."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.policies.policy import BySetting, Policy
from tiering.terms import Setting
from tiering.tiers.columns import NEEDS, POINTS_COLUMNS, STEPS_COLUMNS, need_column
from tiering.tiers.explain import explain_points, explain_steps
from tiering.tiers.schemes import CalculationInForce, PointsNumbers
from tiering.tiers.v2 import calculate_v2
from tiering.tiers.v3 import calculate_v3

_POINTS_NEED = ("rsr", "ogrs", "complexity_factors")
_STEPS_NEED = ("arp", "csrp")


def check_tiers(caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date) -> pd.DataFrame:
    """List the cases whose recorded tier differs from the calculated one; columns crn and detail.

    A case is compared if its tier is of a scheme that is calculated, the source gives that scheme's scores for at least
    one case, and it says of this case whether there is a mandate (v2) or an active event (v3). The detail has the
    effect on points and every step.
    """
    rows = [_differences(part, caseload, weighed, policy, as_at) for part in policy.tier_calculations]
    return pd.DataFrame([row for part in rows for row in part], columns=["crn", "detail"]).astype("str")


def _differences(
    part: CalculationInForce, caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date
) -> list[tuple[str, str]]:
    of_points = isinstance(part.numbers, PointsNumbers)
    given = caseload.tier_inputs
    if given[list(_POINTS_NEED if of_points else _STEPS_NEED)].isna().all().any():
        return []
    given = given[given["mandate" if of_points else "active_event"].notna()]
    cases = caseload.cases[caseload.cases["tier"].isin(part.tiers)]
    # The weighed cases are in the order of the caseload.
    cases = cases.assign(**{name: weighed.frame[name] for name in ("tier_points", "rosh_points", "activity_share")})
    known = cases.merge(given, on="crn")
    if isinstance(part.numbers, PointsNumbers):
        inputs = points_inputs(known, as_at)
        results = calculate_v2(inputs, part.numbers)
    else:
        inputs = steps_inputs(known, as_at)
        results = calculate_v3(inputs, part.numbers, as_at)
    differs = known["tier"].ne(results["tier"].astype("object")).to_numpy()
    rows = pd.concat([inputs[differs], results[differs]], axis="columns").to_dict("records")
    recorded = known[differs].to_dict("records")
    return [
        (case["crn"], "; ".join([_verdict(case, row["tier"], policy.tier_points), *_steps(row, part)]))
        for case, row in zip(recorded, rows, strict=True)
    ]


def _steps(row: Mapping[Any, Any], part: CalculationInForce) -> list[str]:
    return explain_points(row, part.numbers) if isinstance(part.numbers, PointsNumbers) else explain_steps(row)


def points_inputs(known: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The columns that v2 reads, from cases joined with their tier inputs."""
    age = (pd.Timestamp(as_at) - known["assessed_on"]).dt.days
    columns: dict[str, Any] = {
        "rosh": known["rosh"].str.upper(),
        "mappa_level": ("M" + known["mappa_level"]).where(known["mappa_level"].ne("unrecorded")),
        "complexity_factors": known["complexity_factors"].fillna(0),
        "assessed": known["assessed_on"].notna(),
        "assessment_age": age,
        **{need_column(need): known[need_column(need)].str.upper() for need in NEEDS},
    }
    return _typed(known, columns, POINTS_COLUMNS)


def steps_inputs(known: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The columns that v3 reads, from cases joined with their tier inputs; a planned release is none yet."""
    words = ("rosh", "arp_type", "csrp_type", "dc_srp_band", "mappa_category")
    columns: dict[str, Any] = {name: known[name].str.upper() for name in words}
    columns["released_on"] = known["release_on"].where(known["release_on"].le(pd.Timestamp(as_at)))
    return _typed(known, columns, STEPS_COLUMNS)


def _typed(known: pd.DataFrame, columns: Mapping[str, Any], wanted: Mapping[str, Any]) -> pd.DataFrame:
    """The wanted columns with their types; a missing yes or no is a no."""
    frame = {}
    for name, dtype in wanted.items():
        values = columns.get(name, known.get(name))
        frame[name] = (values.fillna(False) if dtype == "bool" else values).astype(dtype)
    return pd.DataFrame(frame, index=known.index)


def _verdict(case: Mapping[Any, Any], tier: object, points: Mapping[str, BySetting]) -> str:
    """Both tiers, and what the case would weigh with the other one."""
    if not isinstance(tier, str):
        return f"recorded {case['tier']}, cannot be calculated"
    times = case["activity_share"] * case["number_of_cases"]
    now = (case["tier_points"] + case["rosh_points"]) * times
    # Plus 0, so that no difference has no sign.
    change = (float(points[tier][Setting(case["setting"])]) - case["tier_points"]) * times + 0.0
    return f"recorded {case['tier']}, calculated {tier}: {now + change:g} points, not {now:g} ({change:+g})"
