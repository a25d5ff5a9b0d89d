"""The dated numbers of the configuration, as its files have them."""

from pathlib import Path

import pytest

from monitor.web.pages.policy.sources import blocks_of, config_file, dated_values, figures_of
from tiering.policies.policy_files import WeightingsFile

from ..conftest import SHIPPED


@pytest.mark.parametrize(
    ("value", "figures"),
    [
        (25.0, {(): "25"}),
        ([1, 2.50], {(): "1, 2.5"}),
        ({"low": {"custody": 4, "licence": 8}}, {("low", "custody"): "4", ("low", "licence"): "8"}),
    ],
)
def test_every_number_has_its_path_and_no_idle_zeros(value: object, figures: dict[tuple[str, ...], str]) -> None:
    assert figures_of(value) == figures


def test_the_forms_of_a_value_come_in_the_order_of_their_dates() -> None:
    file = config_file(SHIPPED / "weightings" / "london-2009.yaml", WeightingsFile)
    dated = dated_values(file)
    assert {"tier_points", "bands", "default_hours"} <= set(dated)
    for value in dated.values():
        dates = [block.origin.since for block in blocks_of(value)]
        assert dates == sorted(dates)
    assert blocks_of(None) == []


def test_a_file_that_is_missing_or_has_a_fault_has_no_numbers(tmp_path: Path) -> None:
    file = tmp_path / "weights.yaml"
    assert config_file(file, WeightingsFile) is None
    file.write_text("name: 1\n", encoding="utf-8")
    assert config_file(file, WeightingsFile) is None
    assert dated_values(None) == {}
