"""Every unit under every draw, against one draw at a time with the plain functions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tests.tiering.rows import FRIDAY, LONDON, WMT, case, caseload, duty, post, reduction, team, weigh
from tiering.caseload import Caseload
from tiering.dated import SourceStatus
from tiering.policies.policy import DRAWN, Policy
from tiering.sensitivity.draws import DrawnWeights, draw_weights
from tiering.sensitivity.ranges import Range
from tiering.sensitivity.weighing import weigh_draws
from tiering.workload import weigh_units

WIDE = Range(0.5, 2)

KNOWN = caseload(
    case("X1", tier="4", rosh="very_high"),
    case("X2", tier=None, rosh=None, setting="custody", number_of_cases=3),
    case("X3", tier="2", rosh="high", setting="licence", team_code="T2", om_code="Q"),
    case("X4", tier="3", activity="warrant"),
    case("X5", tier="3", rosh="medium", om_code=None, team_code="T2"),
    case("X6", tier="1", om_code="NOBODY"),
    case("X7", tier="1", om_code="P", team_code="T2"),
    organisation=[team(), team("T2", office="F2", cluster="C2", team_type="ppu"), team("T3", office="F3")],
    offender_managers=[
        post(hours=22.2),
        post("P", "T2", hours=10),
        post("Q", "T2", grade="PSO"),
        post("L", "T2", left_on=FRIDAY),
        post("U", grade="unknown"),
    ],
    duties=[
        duty("sdr", 2),
        duty("fdr", 1, team_code="T2", om_code="Q"),
        duty("court_duty", 3.5, starts_on=FRIDAY, ends_on=None),
        duty("office_duty", 7, om_code="U"),
        duty("support_given", 140),
        duty("support_received", 90, team_code="T2", om_code="Q"),
    ],
    reductions=[reduction(5), reduction(3.7, None)],
)
OF_WMT = caseload(
    *(case(f"X{number}", tier=tier) for number, tier in enumerate(("A3", "B1", "C2", "D0"))),
    case("X9", tier=None, rosh=None),
    offender_managers=[post(hours=22.3), post("Q", hours=14.9)],
    duties=[duty("office_duty", 2.3), duty("sdr", 1)],
    reductions=[reduction(1.1)],
)


def policy_of(drawn: DrawnWeights, draw: int) -> Policy:
    """The policy of one draw, for the plain functions."""

    def changed(place: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: changed(f"{place}.{name}", part) for name, part in value.items()}
        return Decimal(repr(round(float(drawn.values[place][draw]), 3)))

    return drawn.policy.model_copy(update={name: changed(name, getattr(drawn.policy, name)) for name in DRAWN})


def every_weight_assumed(policy: Policy) -> Policy:
    assumed = {"status": SourceStatus.LOCAL_ASSUMPTION}
    return policy.model_copy(update={"numbers": tuple(number.model_copy(update=assumed) for number in policy.numbers)})


def assert_each_draw_is_its_policy(known: Caseload, drawn: DrawnWeights, draws: int) -> None:
    units = weigh_draws(known, weigh(known, drawn.policy), drawn, FRIDAY)
    assert units.percentages.shape == (len(units.keys), draws)
    for draw in range(draws):
        policy = policy_of(drawn, draw)
        plain = weigh_units(known, weigh(known, policy), policy, FRIDAY).set_index(["level", "code"])
        ours = dict(zip(units.keys.itertuples(index=False, name=None), units.percentages[:, draw], strict=True))
        assert set(ours) == set(plain.index)
        for key, percentage in ours.items():
            assert percentage == pytest.approx(plain.loc[key, "capacity_percentage"], nan_ok=True, abs=1e-9), key


def test_each_draw_weighs_as_its_policy_does() -> None:
    drawn = draw_weights(every_weight_assumed(LONDON), WIDE, 5, seed=3)
    assert len({float(value) for value in drawn.values["nominal_target.PO"]}) == 5
    assert_each_draw_is_its_policy(KNOWN, drawn, 5)


def test_a_policy_that_rounds_rounds_in_each_draw() -> None:
    drawn = draw_weights(every_weight_assumed(WMT), WIDE, 4, seed=5)
    assert np.array_equal(drawn.tier_points, np.round(drawn.tier_points))
    assert_each_draw_is_its_policy(OF_WMT, drawn, 4)
