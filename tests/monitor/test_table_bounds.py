"""The limits on a table of an extract, from the settings."""

import pytest

from monitor.extracts import Bounds
from monitor.settings import load_settings
from monitor.table_bounds import table_bounds


@pytest.mark.usefixtures("own_environment")
def test_each_limit_is_the_one_of_its_setting() -> None:
    settings = load_settings(table_mb=11, table_rows=22, table_values=33, table_seconds=44)
    assert table_bounds(settings) == Bounds(11, 22, 33, 44)
