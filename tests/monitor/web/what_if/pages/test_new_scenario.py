"""Where a what-if begins."""

import pytest

from monitor.redistribution import repository

from ..planner import Planner


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": "", "unit": "cluster/C1"}, "Enter name"),
        ({"name": "Away", "unit": ""}, "Select cluster, office or area"),
        ({"name": "Away", "unit": "cluster/C9"}, "choose one that is there"),
        ({"name": "A" * 121, "unit": "all/"}, "Name must be 120 letters or less, on one line"),
    ],
)
def test_a_new_what_if_needs_a_name_and_a_unit_of_ones_own(form: dict[str, str], says: str, planner: Planner) -> None:
    assert says in planner.send("/what-if/new", 400, **form)
    assert repository.scenarios(planner.home.store.engine) == []
