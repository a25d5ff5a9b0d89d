"""A little service of two areas with a home of three weekly snapshots, made once and copied for each test."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.main import main
from monitor.run import Outcome, Request, take_snapshot
from monitor.settings import Settings, load_settings
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot

from ..clock import NOW, clock
from ..loaded_program import Loaded
from .databases import Databases, SqliteFiles
from .extracts.small import (
    Tables,
    a_case,
    a_duty,
    a_post,
    a_reduction,
    a_team,
    an_assessment,
    write_csv,
)

AS_AT = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
BELIEVED = {"clock_jump_days": 36_500}
"""The services here are as at fixed dates: what is not about a clock that jumps believes any clock."""
FORMULA = '=HYPERLINK("http://evil.example","Dalston")'
PEOPLE = """\
people:
  - {email: north@example.org, name: Director North, role: director, area: N, digest: weekly}
  - {email: south@example.org, name: Director South, role: director, area: S, digest: weekly}
  - {email: officer@example.org, name: An Officer, role: offender_manager, om_code: M1}
  - {email: operator@example.org, name: On Call, role: operator}
"""
NOBODY = "people: []\n"

TEAMS = [
    a_team("T1", "O1", cluster_code="C1", area_code="N", area_name="North"),
    a_team("T2", "O1", cluster_code="C1", area_code="N", area_name="North"),
    a_team("T3", "O2", cluster_code="C1", area_code="N", area_name="North", office_name=FORMULA),
    a_team("T4", "O3", cluster_code="C2", cluster_name="Cluster 2", area_code="S", area_name="South"),
]
POSTS = [
    a_post("M1", "T1", om_name="Ann Arbuthnot"),
    a_post("M1", "T2", om_name="Ann Arbuthnot", contracted_hours=18.5),
    a_post("M2", "T2", om_name="+Bo Plussington"),
    a_post("M3", "T3", om_name="-Cy Minusham"),
    a_post("M4", "T3", om_name="@Di Atterbury", contracted_hours=18.5),
    a_post("M5", "T4", om_name="\tEd Tabberer"),
    a_post("M6", "T4", om_name="Fay 'Zed' Örnsköld\u202e"),
]


def little_london(**more: list[dict[str, Any]]) -> Tables:
    """Seven posts: M1 is over 110% and late, M6 is away and holds cases; three rows are rejected."""
    cases = [a_case(f"X{number:06d}", tier="4", rosh="very_high") for number in range(1, 13)]
    cases += [
        a_case("X000101", om_code="M1", number_of_cases=20),
        a_case("X000102", om_code="M2", team_code="T2", number_of_cases=15),
        a_case("X000103", om_code="M3", team_code="T3", tier="2", setting="community", rosh="medium"),
        a_case("X000104", om_code="M4", team_code="T3", tier=None, rosh=None),
        a_case("X000105", om_code="M5", team_code="T4", sentence_start=date(2026, 10, 5)),
        a_case("X000106", om_code="M6", team_code="T4", setting="custody", release_on=date(2027, 1, 8)),
        a_case("X000107", om_code=None, team_code="T4"),
        a_case("X000108", om_code="M9", team_code="T1"),
        a_case("X000901", setting="=cmd|' /C calc'!A0"),
        a_case("X000902", om_code="M1\tM2"),
    ]
    assessments = [
        an_assessment("X000001", completed_on=date(2026, 9, 1)),
        an_assessment("X000002", completed_on=date(2026, 5, 1)),
        an_assessment("X000105", kind="rosh_screening", completed_on=date(2026, 10, 6)),
        an_assessment("X000105", kind="rosh_full_analysis", completed_on=date(2026, 11, 2)),
        an_assessment("X000105", kind="palmistry"),
    ]
    tables = {
        "organisation": TEAMS,
        "offender_managers": POSTS,
        "cases": cases,
        "assessments": assessments,
        "events": [{"crn": "X000001", "kind": "significant_change", "occurred_on": date(2026, 10, 20)}],
        "duties": [a_duty(quantity=1.0)],
        "reductions": [a_reduction(), a_reduction(om_code="M6", reason="maternity", hours=37.0)],
    }
    return {name: rows + more.get(name, []) for name, rows in tables.items()}


@dataclass
class Home:
    """A home of its own to change at will: its settings, its store and the extract of its newest snapshot."""

    settings: Settings
    store: Store
    extract: str

    @property
    def newest(self) -> Snapshot:
        found = self.store.newest()
        assert found is not None
        return found

    def take(self, extract: str, as_at: date = AS_AT, **request: Any) -> Snapshot:
        """Take a snapshot as ``hotspots run`` does."""
        return self.run(extract, as_at, **request).snapshot

    def run(self, extract: str, as_at: date = AS_AT, **request: Any) -> Outcome:
        """Do what ``hotspots run`` does."""
        return take_snapshot(Request(extract, as_at, **request), self.settings, self.store, NOW)

    def with_settings(self, **change: Any) -> Settings:
        """The same settings with some changed."""
        return self.settings.model_copy(update=change)

    def environment(self, **more: object) -> dict[str, str]:
        """The variables that name this home to another process, and more, given without their prefix."""
        named = {"home": self.settings.home, "people": self.settings.people, "database": self.settings.database_url}
        return {f"HOTSPOTS_{name.upper()}": str(value) for name, value in (BELIEVED | named | more).items()}


def home_in(folder: Path, people: str = PEOPLE, database: str | None = None) -> Home:
    """A home with nothing in it but its people file; its database is SQLite in it unless another is named."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "people.yaml"
    # A program at work in this folder must not find the file half written.
    if not file.exists() or file.read_text(encoding="utf-8") != people:
        file.write_text(people, encoding="utf-8")
    database = database or SqliteFiles().ready(folder / "var" / "hotspots.db")
    settings = load_settings(home=folder / "var", people=file, database=database)
    return Home(
        settings,
        Store(settings.database_url, settings.archive, settings.alternatives),
        str(folder / "extracts" / AS_AT.isoformat()),
    )


def everything_in(home: Home) -> dict[str, Any]:
    """Every row of every table, and the size and time of every file of the archive."""
    tables = ("snapshot", "unit_workload", "hotspot", "timeliness", "archived_frame", "outbox", "run")
    with home.store.engine.connect() as connection:
        rows = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in tables}
    files = (path for path in home.settings.archive.rglob("*") if path.is_file())
    return {**rows, "archive": sorted((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)}


def at_once(program: str, count: int) -> list[tuple[int, str, str]]:
    """Exit status, output and errors of several processes which start ``program`` at the same moment.

    The first line of ``program`` is done before that: it should import what takes time.
    """
    imports, _, rest = program.strip().partition("\n")
    code = f"{imports}\nprint('ready', flush=True); input()\n{rest}"
    pipe = subprocess.PIPE
    started = [Loaded(["-c", code], stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(count)]
    for one in started:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60) for one in started]
    return [(one.returncode, *words) for one, words in zip(started, said, strict=True)]


@dataclass
class Template:
    """A service to be copied: its folder, what is done in it first, and its database of each kind asked for.

    after: the template of which it is a copy before anything is done in it.
    """

    folder: Path
    fill: Callable[[Home], object]
    after: "Template | None" = None
    urls: dict[str, str] = field(default_factory=dict)

    def folder_of(self, server: Databases) -> Path:
        """Where the service is, for every process of a test run."""
        return self.folder / server.kind

    def url_of(self, server: Databases) -> str:
        if server.kind not in self.urls:
            self.urls[server.kind] = self._made_once(server, self.folder_of(server))
        return self.urls[server.kind]

    def _made_once(self, server: Databases, folder: Path) -> str:
        """The URL of its database: the first process that asks fills it, and others wait for that and put it back."""
        kept = folder.with_suffix(".kept")
        self.folder.mkdir(parents=True, exist_ok=True)
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if kept.exists():
                return server.put_back(kept)
            url = self._made(server, folder)
            server.keep(url, kept)
            return url

    def _made(self, server: Databases, folder: Path) -> str:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            _leave_out_settings(patch, folder)
            made = home_in(folder, database=self._begin(server, folder))
            self.fill(made)
            made.store.engine.dispose()
        return made.settings.database_url

    def _begin(self, server: Databases, folder: Path) -> str:
        file = folder / "hotspots.db"
        if self.after is None:
            return server.ready(file)
        like = self.after.url_of(server)
        copy_service(self.after.folder_of(server), folder)
        return server.copy(file, like)


def shared_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that is the same in every process of a test run."""
    own = factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """The folder, which the first process of the test run that asks for it makes, in no other settings and folder."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder.with_name(f"{folder.name}.made")
        if not made.exists():
            folder.mkdir()
            with pytest.MonkeyPatch.context() as patch:
                _leave_out_settings(patch, folder)
                make(folder)
            made.touch()
    return folder


def copy_service(folder: Path, copy: Path) -> None:
    """Everything in the folder of a service but its database."""
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("hotspots.db"), dirs_exist_ok=True)


def take_three_weeks(home: Home) -> None:
    for as_at in (AS_AT - 2 * WEEK, AS_AT - WEEK, AS_AT):
        home.take(write_csv(Path(home.extract).with_name(as_at.isoformat()), little_london()), as_at)


@pytest.fixture(scope="session")
def _three_weeks(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(shared_folder(tmp_path_factory, "three_weeks"), take_three_weeks)


HomeLike = Callable[[Template], Home]


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting from outside the test, and an empty folder to work in."""
    _leave_out_settings(monkeypatch, tmp_path)


@pytest.fixture
def home_like(
    databases: Databases, tmp_path: Path, own_environment: None, request: pytest.FixtureRequest
) -> Iterator[HomeLike]:
    """Makes the test's copy of a template, to change at will."""
    copies: list[Home] = []

    def copy_of(template: Template) -> Home:
        server: Databases = databases if databases.kind == "sqlite" else request.getfixturevalue("postgresql")
        like = template.url_of(server)
        folder = tmp_path / "service"
        copy_service(template.folder_of(server), folder)
        copies.append(home_in(folder, database=databases.copy(folder / "var" / "hotspots.db", like)))
        return copies[-1]

    yield copy_of
    for home in copies:
        home.store.engine.dispose()


@pytest.fixture
def home(_three_weeks: Template, home_like: HomeLike) -> Home:
    """Three weekly snapshots, the last of ``AS_AT``; the two digests of the last are queued."""
    return home_like(_three_weeks)


@pytest.fixture
def new_home(databases: Databases, tmp_path: Path, own_environment: None) -> Iterator[Home]:
    """No snapshot yet, and an extract of ``AS_AT`` ready."""
    made = home_in(tmp_path / "new", database=databases.ready(tmp_path / "new" / "var" / "hotspots.db"))
    write_csv(Path(made.extract), little_london())
    yield made
    made.store.engine.dispose()


@dataclass(frozen=True)
class Answer:
    """What the program said, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture
def hotspots(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_environment: None
) -> Callable[..., Answer]:
    """The program as its entry point runs it, by the test's clock; settings as keywords, without their prefix."""

    def program(*words: object, home: Home | Path | None = None, **environment: object) -> Answer:
        if isinstance(home, Home):
            named = {"home": home.settings.home, "people": home.settings.people}
            environment = named | {"database": home.settings.database_url} | environment
        elif home is not None:
            environment["home"] = home
        environment = BELIEVED | environment
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(f"HOTSPOTS_{name.upper()}", str(value))
            patch.setattr("monitor.cli.session.now", clock.now)
            patch.setattr(sys, "argv", ["hotspots", *map(str, words)])
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        said = capsys.readouterr()
        return Answer(int(ended.value.code or 0), said.out, said.err)

    return program


def _leave_out_settings(patch: pytest.MonkeyPatch, folder: Path) -> None:
    for name in [name for name in os.environ if name.startswith("HOTSPOTS_")]:
        patch.delenv(name)
    patch.chdir(folder)


@pytest.fixture(scope="session")
def _services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Home]]:
    from .redistribution.service import a_service

    made: dict[str, Home] = {}

    def take(folder: Path, policy: str) -> None:
        home = home_in(folder, NOBODY)
        write_csv(Path(home.extract), a_service(policy))
        home.settings = home.with_settings(policy=policy)
        home.take(home.extract, AS_AT, policy=policy)
        home.store.engine.dispose()

    def with_snapshot(policy: str) -> Home:
        if policy not in made:
            folder = made_once(shared_folder(tmp_path_factory, policy), lambda folder: take(folder, policy))
            home = home_in(folder, NOBODY)
            home.settings = home.with_settings(policy=policy)
            made[policy] = home
        return made[policy]

    yield with_snapshot
    for home in made.values():
        home.store.engine.dispose()


@pytest.fixture
def service(_services: Callable[[str], Home], own_environment: None) -> Home:
    """A home with one snapshot of the little service under the policy of 2009; not to be changed."""
    return _services("london-2009")


@pytest.fixture
def service_wmt(_services: Callable[[str], Home], own_environment: None) -> Home:
    """The same under the points of the Workload Management Tool, which rounds; not to be changed."""
    return _services("wmt")
