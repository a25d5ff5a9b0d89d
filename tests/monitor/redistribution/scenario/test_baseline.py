"""The stored snapshot that a what-if starts from."""

from pathlib import Path

import pytest

from monitor.redistribution.scenario.faults import ScenarioFault

from ...conftest import NOBODY, Home, home_in
from ...extracts.small import write_csv
from ..service import a_service, plan_for


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("as_at: 2026-11-19", "as_at: there is no snapshot of 2026-11-19; the last ones: 2026-11-20"),
        ("as_at: 2026-11-20\nrevision: 2", "revision: there is no revision 2 of 2026-11-20; there are: 1"),
        ("revision: 2", "revision: 2: of which date? write as_at as well"),
    ],
)
def test_a_snapshot_that_is_not_there_is_said(service: Home, text: str, said: str) -> None:
    with pytest.raises(ScenarioFault) as raised:
        plan_for(service, f"{text}\n")
    assert raised.value.faults == [f"tried.yaml: {said}"]


def test_an_earlier_revision_can_be_asked_about(tmp_path: Path, own_environment: None) -> None:
    home = home_in(tmp_path / "revised", NOBODY)
    with pytest.raises(ScenarioFault, match="there is no snapshot to start from; take one with: hotspots run"):
        plan_for(home)
    tables = a_service()
    for cases in (tables["cases"], tables["cases"][:-1]):
        home.take(write_csv(tmp_path / str(len(cases)), tables | {"cases": cases}))
    plans = {one: plan_for(home, f"as_at: 2026-11-20\nrevision: {one}\n") for one in (1, 2)}
    newest = plan_for(home)
    home.store.engine.dispose()
    assert len(plans[1].problem.cases) == len(plans[2].problem.cases) + 1
    assert newest.baseline.revision == 2
