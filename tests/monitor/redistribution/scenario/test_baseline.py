"""The stored snapshot that a what-if starts from."""

from pathlib import Path

import pytest
from sqlmodel import col, delete

from monitor.redistribution.scenario.baseline import load_baseline
from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.snapshots.tables import ArchivedFrame

from ...conftest import NOBODY, Home, home_in
from ...extracts.small import write_csv
from ..service import a_service, asked, plan_for


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


def test_the_weeks_ahead_are_read_if_draws_are_asked_for(service: Home) -> None:
    with_draws, without = (load_baseline(service.store, asked(text), "tried.yaml") for text in ("robust: 5\n", ""))
    assert without.weeks_ahead is None
    assert with_draws.weeks_ahead is not None
    assert with_draws.holders.weeks == 1


def test_a_snapshot_without_a_forecast_has_nothing_to_draw_from(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(delete(ArchivedFrame).where(col(ArchivedFrame.name) == "forecast"))
    with pytest.raises(ScenarioFault) as raised:
        load_baseline(home.store, asked("robust: 5\n"), "tried.yaml")
    (fault,) = raised.value.faults
    assert fault == (
        "tried.yaml: robust: the snapshot of 2026-11-20 was stored without a forecast to draw weeks from; "
        "leave robust out"
    )
