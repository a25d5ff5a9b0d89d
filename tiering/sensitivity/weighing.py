"""Weigh units under all draws at once: what a weight multiplies is counted once, then weighed once per draw.

The same figures come out on every machine: sums are exact, or added in one order. A matrix product of whole numbers has
one result whatever its order; one of other floats has not.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tiering.capacity import contracted_column, exact_fraction, lost_values, reduction_hours
from tiering.caseload import Caseload
from tiering.exact import Exact, Integers, of_repeated, places_of
from tiering.points import WeighedCases, counted_duties
from tiering.policies.policy import Rounding
from tiering.sensitivity.draws import DrawnWeights, Floats
from tiering.terms import REPORT_KINDS, UNCLASSIFIED, UNTIERED, Activity, Level, Setting, SupportKind, TeamType

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


@dataclass(frozen=True)
class _Groups:
    """The groups of parts that are weighed together; the parts are the posts, then the unallocated cases of each team.

    * codes: the group of each part, from 0 to ``size`` - 1.
    """

    codes: Integers
    size: int


def weigh_draws(caseload: Caseload, weighed: WeighedCases, drawn: DrawnWeights, as_at: date) -> DrawnUnits:
    """Weigh every unit under every draw.

    * weighed: the cases as any policy of the same tiers weighed them; only their classes are used.
    """
    posts = len(caseload.offender_managers)
    total, available = _weigh_parts(caseload, weighed, drawn, as_at)
    places = _places(caseload)
    keys, percentages = [], []
    for level in Level:
        rows = slice(posts if level in (Level.POST, Level.OFFENDER_MANAGER) else len(total))
        codes, names = pd.factorize(places[level.value].to_numpy()[rows], sort=True)
        groups = _Groups(codes, len(names))
        keys.append(pd.DataFrame({"level": level.value, "code": names}))
        percentages.append(_percentages(_sums(total[rows], groups), _sums(available[rows], groups)))
    return DrawnUnits(pd.concat(keys, ignore_index=True), np.vstack(percentages))


def weigh_offices(caseload: Caseload, weighed: WeighedCases, drawn: DrawnWeights, as_at: date) -> DrawnUnits:
    """Weigh offices alone, each as a whole: many times faster, unless the policy rounds the points of every post."""
    teams = caseload.organisation
    of_team, names = pd.factorize(teams["office_code"], sort=True)
    of_post = of_team[places_of(caseload.offender_managers["team_code"], pd.Index(teams["team_code"]))]
    groups = _Groups(np.concatenate([of_post, of_team]), len(names))
    if drawn.policy.rounding is Rounding.NONE:
        total, available = _weigh_groups(caseload, weighed, drawn, as_at, groups)
    else:
        total, available = (_sums(part, groups) for part in _weigh_parts(caseload, weighed, drawn, as_at))
    return DrawnUnits(pd.DataFrame({"level": Level.OFFICE.value, "code": names}), _percentages(total, available))


def _percentages(total: Floats, available: Floats) -> Floats:
    return np.divide(100 * total, available, out=np.full_like(total, np.nan), where=available > 0)


def _sums(values: Floats, groups: _Groups) -> Floats:
    """The sum of the rows of each group; every group has a row."""
    order = np.argsort(groups.codes, kind="stable")
    starts = np.searchsorted(groups.codes[order], np.arange(groups.size))
    return np.add.reduceat(values[order], starts)


def _places(caseload: Caseload) -> pd.DataFrame:
    """The code of every part at each level: posts first, then the unallocated cases of each team."""
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


def _weigh_parts(caseload: Caseload, weighed: WeighedCases, drawn: DrawnWeights, as_at: date) -> tuple[Floats, Floats]:
    """Total and available points of every part, rounded as the policy rounds them; shape (parts, draws)."""
    posts, parts = len(caseload.offender_managers), len(caseload.offender_managers) + len(caseload.organisation)
    total, available = _weigh_groups(caseload, weighed, drawn, as_at, _Groups(np.arange(parts), parts))
    if drawn.policy.rounding is Rounding.WORKLOAD_MANAGEMENT_TOOL:
        total[:posts] = np.floor(total[:posts] + 0.5 + _NEARLY)
        available[:posts] = np.floor(available[:posts] + _NEARLY)
    return total, available


def _weigh_groups(
    caseload: Caseload, weighed: WeighedCases, drawn: DrawnWeights, as_at: date, groups: _Groups
) -> tuple[Floats, Floats]:
    """Total and available points of every group, not rounded; shape (groups, draws)."""
    total = _case_points(caseload, weighed, drawn, groups) + _duty_points(caseload, drawn, as_at, groups)
    return total, _available_points(caseload, drawn, as_at, groups)


def _case_points(caseload: Caseload, weighed: WeighedCases, drawn: DrawnWeights, groups: _Groups) -> Floats:
    """Case points of every group, unallocated ones with them; shape (groups, draws)."""
    cases, managers = weighed.frame, caseload.offender_managers
    held = weighed.post
    team = places_of(cases["team_code"], pd.Index(caseload.organisation["team_code"]))
    group = groups.codes[np.where(held >= 0, held, len(managers) + team)]
    activity, setting = _codes(cases["activity"], list(Activity)), _codes(cases["setting"], list(Setting))
    number = cases["number_of_cases"].to_numpy(dtype=np.float64)
    share = np.rint(drawn.activity_share * drawn.below)
    whole = np.zeros((groups.size, share.shape[1]))
    for named, known, weights in (
        (cases["tier"].fillna(UNTIERED), list(drawn.policy.tier_points), drawn.tier_points),
        (cases["rosh"].fillna(UNCLASSIFIED), list(drawn.policy.rosh_points), drawn.rosh_points),
    ):
        # A case weighs share x (tier + RoSH): the two parts apart make a fifth of the classes that they make together.
        shape = (len(share), *weights.shape[:2])
        classes = np.ravel_multi_index((activity, _codes(named, known), setting), shape)
        size = int(np.prod(shape))
        counts = np.bincount(group * size + classes, weights=number, minlength=groups.size * size)
        of_class = share[:, np.newaxis, np.newaxis] * np.rint(weights * drawn.below)
        whole += counts.reshape(-1, size) @ of_class.reshape(size, -1)
    return whole / drawn.below**2


def _duty_points(caseload: Caseload, drawn: DrawnWeights, as_at: date, groups: _Groups) -> Floats:
    """Duty points of every group: reports, hours by grade and support contacts, each times what one is worth."""
    managers = caseload.offender_managers
    post, duties = counted_duties(caseload.duties, managers, drawn.policy, as_at)
    grades = list(map(str, drawn.policy.nominal_target))
    support = {SupportKind.GIVEN: 1.0, SupportKind.RECEIVED: -1.0}
    named = [*map(str, REPORT_KINDS), *map(str, support)]
    worth = [drawn.values[f"report_points.{kind}"] for kind in REPORT_KINDS]
    worth += [np.full_like(worth[0], points) for points in support.values()]
    kind, grade = _codes(duties["kind"], named), _codes(managers["grade"], grades)[post]
    # An hour of a post of unknown grade is worth nothing: it has no target.
    what = np.where(kind >= 0, kind, np.where(grade >= 0, len(named) + grade, len(named) + len(grades)))
    rates = np.vstack([*worth, *_per_hour(drawn, grades), np.zeros_like(worth[0])])
    quantity = of_repeated(duties["quantity"], exact_fraction)
    return _weigh(quantity, groups.codes[post], what, rates, groups.size)


def _available_points(caseload: Caseload, drawn: DrawnWeights, as_at: date, groups: _Groups) -> Floats:
    """Available points of every group: hours at work by grade and type of team, times what an hour is worth."""
    managers, teams = caseload.offender_managers, caseload.organisation
    lost = lost_values(reduction_hours(caseload.reductions, managers, as_at), managers)
    contracted = contracted_column(managers, as_at)
    taken = contracted.least(Exact.of(*lost))
    at_work = contracted.plus(Exact(-taken.whole, taken.below))
    grades, types = list(map(str, drawn.policy.nominal_target)), list(map(str, TeamType))
    team = places_of(managers["team_code"], pd.Index(teams["team_code"]))
    grade, kind = _codes(managers["grade"], grades), _codes(teams["team_type"], types)[team]
    an_hour, factors = _per_hour(drawn, grades), drawn.of("team_type_factor", types)
    rates = np.vstack([target * factors for target in an_hour] + [np.zeros_like(an_hour[:1])])
    what = np.where(grade >= 0, grade * len(types) + kind, len(rates) - 1)
    return _weigh(at_work, groups.codes[: len(managers)], what, rates, groups.size)


def _weigh(quantity: Exact, group: Integers, what: Integers, worth: Floats, size: int) -> Floats:
    """What the quantities of each group are worth in every draw; worth: one row per ``what``."""
    sums = quantity.sums(group * len(worth) + what, size * len(worth)).floats().reshape(size, len(worth))
    points = np.zeros((size, worth.shape[1]))
    for column, rate in zip(sums.T, worth, strict=True):
        if column.any():
            points += column[:, np.newaxis] * rate
    return points


def _per_hour(drawn: DrawnWeights, grades: list[str]) -> Floats:
    """Points that an hour of each grade is worth; shape (grades, draws)."""
    return drawn.of("nominal_target", grades) / drawn.values["default_hours"]


def _codes(words: "pd.Series[str]", known: list[str]) -> Integers:
    return places_of(words, pd.Index([str(word) for word in known], dtype=words.dtype))
