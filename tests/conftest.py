"""What every test may ask for: a database of its own, on SQLite, or on SQLite and on PostgreSQL; and its clock."""

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from .clock import NOW, clock
from .longer import DRAWS_THE_SAME
from .monitor.databases import BOTH, Databases, PostgresqlServer, SqliteFiles, postgresql_server

# A shell starts what runs in its background with interrupts ignored, and children inherit that: tests that interrupt a
# program would wait for its end for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


TESTS = Path(__file__).parent

# A busy machine is no fault of the program: no property is judged by the time that an example takes.
settings.register_profile("every test run", deadline=None, derandomize=DRAWS_THE_SAME)
settings.load_profile("every test run")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "both_databases: run on SQLite and on PostgreSQL, where it uses a database")
    config.addinivalue_line("markers", "reads_clock: depends on a clock; run on other days too at every test run")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "databases" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("databases", BOTH, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let coverage count what the test file of a module itself runs.

    Tests of a topic, in browsers and against the oracle run the same lines again, thousands of times. To trace them
    takes half as much time again, and would count lines as covered that no test of their module checks.
    """
    for item in items:
        if not mirrors_a_module(item.path):
            item.add_marker("no_cover")


def mirrors_a_module(path: Path) -> bool:
    """Whether a test file is about the module of the same folder and name."""
    module = TESTS.parent / path.relative_to(TESTS).with_name(path.name.removeprefix("test_"))
    return module.is_file()


def pytest_collection_finish() -> None:
    """Look for unused objects as seldom as the program, and not among modules and tests, which stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every test starts at the same moment, before its fixtures are made."""
    clock.set(NOW)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """The PostgreSQL server of this test run."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def own_postgresql(postgresql: PostgresqlServer) -> Iterator[PostgresqlServer]:
    """The PostgreSQL server; what this test makes on it is dropped afterwards."""
    with postgresql.dropping() as own:
        yield own


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Databases:
    """Where this test's databases come from: SQLite, and PostgreSQL too where the test is marked ``both_databases``."""
    if getattr(request, "param", BOTH[0]) == BOTH[0]:
        return SqliteFiles()
    server: PostgresqlServer = request.getfixturevalue("own_postgresql")
    return server
