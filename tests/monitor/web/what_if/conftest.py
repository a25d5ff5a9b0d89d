"""A planner for every test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.monitor.conftest import Home

from .planner import Planner, planner_of


@pytest.fixture
def planner(home: Home) -> Iterator[Planner]:
    made = planner_of(home)
    yield made
    made.app.state.planning.close()
