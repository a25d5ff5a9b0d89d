"""Homes with one snapshot of the little service; a what-if never writes to one, so that all tests share them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..conftest import AS_AT, NOBODY, Home, _leave_out_settings, home_in
from ..extracts.small import write_csv
from .service import a_service


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Home]]:
    made: dict[str, Home] = {}

    def with_snapshot(policy: str) -> Home:
        if policy not in made:
            folder = tmp_path_factory.mktemp(policy)
            with pytest.MonkeyPatch.context() as patch:
                _leave_out_settings(patch, folder)
                home = home_in(folder, NOBODY)
                write_csv(Path(home.extract), a_service(policy))
                home.settings = home.with_settings(policy=policy)
                home.take(home.extract, AS_AT, policy=policy)
            made[policy] = home
        return made[policy]

    yield with_snapshot
    for home in made.values():
        home.store.engine.dispose()


@pytest.fixture
def service(_homes: Callable[[str], Home], own_environment: None) -> Home:
    """The little service under the policy of 2009; not to be changed."""
    return _homes("london-2009")


@pytest.fixture
def service_wmt(_homes: Callable[[str], Home], own_environment: None) -> Home:
    """The same under the points of the Workload Management Tool, which rounds; not to be changed."""
    return _homes("wmt")
