"""How firm it is that an office is over the red line."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle.strategies import Drawn, caseloads, to_frames
from tests.oracle.what_if import firmness as oracle
from tests.tiering.rows import CONFIG, FRIDAY, LONDON, WMT, caseload, duty, weigh
from tests.tiering.sensitivity.test_ranges import changed_config
from tests.tiering.sensitivity.test_weighing import KNOWN, OF_WMT, every_weight_assumed
from tiering.faults import ConfigFault
from tiering.policies.policy import Policy
from tiering.sensitivity.draws import draw_weights
from tiering.sensitivity.firmness import COLUMNS, FirmnessNumbers, judge_offices, load_firmness_numbers
from tiering.sensitivity.weighing import weigh_draws, weigh_offices
from tiering.workload import weigh_units

from ...longer import examples

NUMBERS = FirmnessNumbers(low=0.5, high=2, draws=10, seed=3, firm_from=95)


@settings(
    max_examples=examples(8),
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(caseloads())
def test_plain_loops_find_each_office_over_the_line_in_as_many_draws(made: Drawn) -> None:
    tables, as_at = made
    policy, known = every_weight_assumed(LONDON), to_frames(tables)
    weighed = weigh(known, policy)
    rows = judge_offices(known, weighed, weigh_units(known, weighed, policy, as_at), policy, NUMBERS, as_at)
    drawn = draw_weights(policy, NUMBERS.range, NUMBERS.draws, NUMBERS.seed)
    draws = [
        {place: Fraction(repr(round(float(values[draw]), 3))) for place, values in drawn.values.items()}
        for draw in range(NUMBERS.draws)
    ]
    expected = oracle.draws_over(tables, as_at, draws, Fraction(policy.bands.red_above))
    assert dict(zip(rows["code"], rows["draws_over"], strict=True)) == expected
    assert rows["draws_needed"].eq(10).all()
    assert rows["is_firm"].tolist() == [expected[code] >= 10 for code in rows["code"]]
    assert rows["over_line_share"].tolist() == [expected[code] / 10 for code in rows["code"]]


@pytest.mark.parametrize("policy", [LONDON, WMT], ids=["exact", "rounded"])
def test_an_office_weighed_as_a_whole_is_the_sum_of_its_posts(policy: Policy) -> None:
    known = KNOWN if policy is LONDON else OF_WMT
    drawn = draw_weights(every_weight_assumed(policy), NUMBERS.range, 30, seed=2)
    weighed = weigh(known, policy)
    offices, every = (part(known, weighed, drawn, FRIDAY) for part in (weigh_offices, weigh_draws))
    own = every.keys["level"].eq("office").to_numpy()
    assert offices.keys["code"].tolist() == every.keys.loc[own, "code"].tolist()
    assert offices.percentages == pytest.approx(every.percentages[own], nan_ok=True)


def test_an_office_without_available_points_has_no_row_and_where_nothing_is_drawn_no_office_has() -> None:
    weighed = weigh(KNOWN, LONDON)
    units = weigh_units(KNOWN, weighed, LONDON, FRIDAY)
    rows = judge_offices(KNOWN, weighed, units, LONDON, NUMBERS, FRIDAY)
    assert rows["code"].tolist() == ["F1", "F2"]
    assert list(rows.columns) == COLUMNS
    for policy, numbers in ((LONDON, None), (policy_of_sources(), NUMBERS)):
        nothing = judge_offices(KNOWN, weighed, units, policy, numbers, FRIDAY)
        assert len(nothing) == 0
        assert nothing.dtypes.equals(rows.dtypes)


@pytest.mark.parametrize(("points", "over"), [(2393.6, 0), (2393.7, 10)])
def test_an_office_at_the_line_is_not_over_it(points: float, over: int) -> None:
    """A full-time post carries 2,176 points, and 110% of them are 2,393.6; with this range every draw is the policy."""
    known = caseload(duties=[duty("support_given", points)])
    weighed, still = weigh(known, LONDON), NUMBERS.model_copy(update={"low": 1.0, "high": 1.0})
    rows = judge_offices(known, weighed, weigh_units(known, weighed, LONDON, FRIDAY), LONDON, still, FRIDAY)
    assert rows["draws_over"].tolist() == [over]


def policy_of_sources() -> Policy:
    """The policy of London as if every number had a source."""
    return LONDON.model_copy(update={"numbers": ()})


def test_what_is_drawn_has_a_fingerprint() -> None:
    other = NUMBERS.model_copy(update={"draws": 11})
    wider = LONDON.model_copy(
        update={"numbers": tuple(n.model_copy(update={"low": Decimal("0.1")}) for n in LONDON.numbers)}
    )
    prints = {NUMBERS.fingerprint_for(LONDON), other.fingerprint_for(LONDON), NUMBERS.fingerprint_for(wider)}
    assert len(prints) == 3


def test_the_numbers_are_read_and_checked(tmp_path: Path) -> None:
    shipped = load_firmness_numbers(CONFIG, CONFIG, FRIDAY)
    assert (shipped.low, shipped.high, shipped.draws, shipped.draws_needed) == (0.75, 1.25, 500, 475)
    config = changed_config(tmp_path, "{value: 500", "{value: 0", "firmness.yaml")
    with pytest.raises(ConfigFault, match="draws: 0 must be from 1 to 10,000"):
        load_firmness_numbers(CONFIG, config, FRIDAY)
    (config / "firmness.yaml").write_text(
        (CONFIG / "firmness.yaml").read_text(encoding="utf-8").replace("{value: 95", "{value: 101"), encoding="utf-8"
    )
    with pytest.raises(ConfigFault, match=r"firm_from: 101\.0 must be above 0 and at most 100 per cent"):
        load_firmness_numbers(CONFIG, config, FRIDAY)
    assert NUMBERS.model_copy(update={"draws": 3, "firm_from": 50}).draws_needed == 2
