"""Weigh every unit under all draws at once: cases are counted by class, and a class is weighed once per draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.capacity import available_points, reduction_hours
from tiering.caseload import Caseload
from tiering.points import WeighedCases, duty_points
from tiering.policies.policy import Rounding
from tiering.sensitivity.draws import DrawnWeights, Floats
from tiering.terms import REPORT_KINDS, UNCLASSIFIED, UNTIERED, Activity, Level, Setting, TeamType

Codes = npt.NDArray[np.intp]

_NEARLY = 1e-9
"""Sums of floats may miss a whole number by less than this; without it 1306 would be rounded down to 1305."""


@dataclass(frozen=True)
class DrawnUnits:
    """The capacity percentage of every unit in every draw.

    * keys: columns level and code, one row per unit.
    * percentages: shape (units, draws); NaN without available points.
    """

    keys: pd.DataFrame
    percentages: Floats


def weigh_draws(caseload: Caseload, weighed: WeighedCases, drawn: DrawnWeights, as_at: date) -> DrawnUnits:
    """Weigh every unit under every draw.

    * weighed: the cases as any policy of the same tiers weighed them; only their classes are used.
    """
    policy, managers = drawn.policy, caseload.offender_managers
    total = _case_points(caseload, weighed, drawn)
    posts = len(managers)
    total[:posts] += _duty_points(caseload, drawn, as_at)
    available = _available_points(caseload, drawn, as_at)
    if policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL:
        total[:posts] = np.floor(total[:posts] + 0.5 + _NEARLY)
        available = np.floor(available + _NEARLY)
    available = np.vstack([available, np.zeros((len(total) - posts, available.shape[1]))])

    places = _places(caseload)
    keys, percentages = [], []
    for level in Level:
        rows = np.arange(posts if level in (Level.POST, Level.OFFENDER_MANAGER) else len(total))
        codes, names = pd.factorize(places[level.value].to_numpy()[rows], sort=True)
        # Every code has a row, so that the rows of a code are one run of the sorted ones.
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(len(names)))
        sums, room = (np.add.reduceat(part[rows][order], starts) for part in (total, available))
        keys.append(pd.DataFrame({"level": level.value, "code": names}))
        percentages.append(np.divide(100 * sums, room, out=np.full_like(sums, np.nan), where=room > 0))
    return DrawnUnits(pd.concat(keys, ignore_index=True), np.vstack(percentages))


def _places(caseload: Caseload) -> pd.DataFrame:
    """The code of every row at each level: posts first, then the unallocated cases of each team."""
    managers = caseload.offender_managers[["om_code", "team_code"]]
    teams = caseload.organisation
    rows = pd.concat([managers.merge(teams, on="team_code", how="left"), teams], ignore_index=True)
    places = {
        Level.POST.value: rows["team_code"] + "/" + rows["om_code"],
        Level.OFFENDER_MANAGER.value: rows["om_code"],
        **{level.value: rows[f"{level}_code"] for level in (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA)},
        Level.ALL.value: "all",
    }
    return pd.DataFrame(places)


def _case_points(caseload: Caseload, weighed: WeighedCases, drawn: DrawnWeights) -> Floats:
    """Case points of every post, then unallocated points of every team; shape (posts + teams, draws)."""
    cases, managers = weighed.frame, caseload.offender_managers
    posts = pd.MultiIndex.from_frame(managers[["om_code", "team_code"]])
    held = posts.get_indexer(pd.MultiIndex.from_frame(cases[["om_code", "team_code"]]))
    team = pd.Index(caseload.organisation["team_code"]).get_indexer(pd.Index(cases["team_code"]))
    row = np.where(held >= 0, held, len(posts) + team)
    size = len(posts) + len(caseload.organisation)

    activity = _codes(cases["activity"], list(Activity))
    setting = _codes(cases["setting"], list(Setting))
    number = cases["number_of_cases"].to_numpy(dtype=np.float64)
    share = drawn.activity_share
    points = np.zeros((size, share.shape[1]))
    for named, known, weights in (
        (cases["tier"].fillna(UNTIERED), list(drawn.policy.tier_points), drawn.tier_points),
        (cases["rosh"].fillna(UNCLASSIFIED), list(drawn.policy.rosh_points), drawn.rosh_points),
    ):
        # A case weighs share x (tier + RoSH): the two parts apart make a fifth of the classes that they make together.
        shape = (len(share), *weights.shape[:2])
        classes = np.ravel_multi_index((activity, _codes(named, known), setting), shape)
        cells = row * int(np.prod(shape)) + classes
        counts = np.bincount(cells, weights=number, minlength=size * int(np.prod(shape))).reshape(size, -1)
        of_class = share[:, np.newaxis, np.newaxis] * weights
        points += counts @ of_class.reshape(-1, share.shape[1])
    return points


def _duty_points(caseload: Caseload, drawn: DrawnWeights, as_at: date) -> Floats:
    """Duty points of every post: what reports, hours and support contacts are each worth once, times their weight."""
    policy, managers = drawn.policy, caseload.offender_managers
    none = dict.fromkeys(policy.report_points, 0)

    def parts(**weights: object) -> Floats:
        changed = {"report_points": none, "nominal_target": dict.fromkeys(policy.nominal_target, 0), "default_hours": 1}
        points = duty_points(caseload.duties, managers, policy.model_copy(update=changed | weights), as_at)
        keys = zip(managers["om_code"], managers["team_code"], strict=True)
        return np.array([float(points.get(key, 0)) for key in keys], dtype=np.float64)

    support = parts()
    hours = parts(nominal_target=dict.fromkeys(policy.nominal_target, 1)) - support
    total = support[:, np.newaxis] + hours[:, np.newaxis] * _per_hour(managers, drawn)
    for kind in REPORT_KINDS:
        written = parts(report_points={**none, kind: 1}) - support
        total = total + written[:, np.newaxis] * drawn.values[f"report_points.{kind}"]
    return total


def _available_points(caseload: Caseload, drawn: DrawnWeights, as_at: date) -> Floats:
    """Available points of every post: its hours at work, times what an hour is worth; shape (posts, draws)."""
    policy, managers = drawn.policy, caseload.offender_managers
    types = dict(zip(caseload.organisation["team_code"], caseload.organisation["team_type"], strict=True))
    an_hour_each = {
        "nominal_target": dict.fromkeys(policy.nominal_target, 1),
        "team_type_factor": dict.fromkeys(policy.team_type_factor, 1),
        "default_hours": 1,
        "rounding": Rounding.NONE,
    }
    lost = reduction_hours(caseload.reductions, managers, as_at)
    at_work = available_points(managers, lost, types, policy.model_copy(update=an_hour_each), as_at)
    hours = np.array([float(part) for part in at_work], dtype=np.float64)
    factors = drawn.of("team_type_factor", list(TeamType))
    of_type = factors[_codes(managers["team_code"].map(types), list(TeamType))]
    return hours[:, np.newaxis] * of_type * _per_hour(managers, drawn)


def _per_hour(managers: pd.DataFrame, drawn: DrawnWeights) -> Floats:
    """Points that an hour of each post's grade is worth; 0 for a post of unknown grade, which has no target."""
    grades = list(drawn.policy.nominal_target)
    targets = drawn.of("nominal_target", list(grades)) / drawn.values["default_hours"]
    with_none = np.vstack([targets, np.zeros(targets.shape[1])])
    return with_none[pd.Index(list(map(str, grades))).get_indexer(pd.Index(managers["grade"].astype(str)))]


def _codes(words: "pd.Series[str]", known: Sequence[str]) -> Codes:
    return pd.Index([str(word) for word in known]).get_indexer(pd.Index(words.astype(str)))
