"""The newest snapshot of the little service, and what each of its people sees of it."""

from collections.abc import Callable

import pytest

from alerts.people import load_people
from monitor.web.auth.permissions import Visibility
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from tests.monitor.conftest import Home

Sees = Callable[[str], Visibility]


@pytest.fixture
def week(service: Home) -> SnapshotView:
    week = SnapshotCache(service.store).week()
    assert week is not None
    return week


@pytest.fixture
def sees(service: Home, week: SnapshotView) -> Sees:
    """What a person of the people file sees, by the name in their address."""
    people = {person.email.partition("@")[0]: person for person in load_people(service.settings.people_file)}
    return lambda name: Visibility(people[name], week.places)
