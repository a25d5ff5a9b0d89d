"""One bundle of a cluster of the little service, made once; the home that it was made from is only read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from alerts.digest.privacy import name_scope
from monitor.bundles.container import read_container
from monitor.bundles.make import Made, Secrets, make_bundle

from ...clock import NOW
from ..conftest import Home, Template, _leave_out_settings, copy_service, home_in
from ..databases import SqliteFiles

SIGNING = "1f" * 32
CLUSTER = ("cluster", "C1")


@dataclass(frozen=True)
class Bundle:
    """A bundle with its file, and the home that it was made from."""

    home: Home
    made: Made
    path: Path

    @property
    def members(self) -> dict[str, bytes]:
        return read_container(self.path)


@pytest.fixture(scope="session")
def bundle(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bundle]:
    folder, files = tmp_path_factory.mktemp("bundle"), SqliteFiles()
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        like = _three_weeks.url_of(files)
        copy_service(_three_weeks.folder_of(files), folder)
        home = home_in(folder, database=files.copy(folder / "var" / "hotspots.db", like))
        teams = home.store.archived_frame(home.newest.id or 0, "extract_organisation")
        scope, secrets = name_scope([CLUSTER], teams), Secrets(b"a key of one test", SIGNING)
        made = make_bundle(home.store, home.newest, scope, 1, secrets, NOW)
    path = folder / "bundle.zip"
    path.write_bytes(made.content)
    yield Bundle(home, made, path)
    home.store.engine.dispose()
