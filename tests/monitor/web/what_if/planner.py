"""A planner at the pages."""

import csv
import html
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.redistribution.scenario.yaml_file import read_scenario, scenario_yaml
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.app import make_app
from tests.monitor.conftest import Home

from ..conftest import NOW, PEOPLE, sign_in, token_in


@dataclass
class Planner:
    """A planner at the pages."""

    browser: TestClient
    app: FastAPI
    home: Home

    @cached_property
    def csrf(self) -> str:
        """The secret that every form of this session carries."""
        return token_in(self.browser.get("/definitions").text)

    def get(self, path: str, status: int = 200, **words: Any) -> str:
        answer = self.browser.get(path, params=words or None)
        assert answer.status_code == status, answer.text
        return html.unescape(answer.text)

    def send(self, path: str, status: int = 303, **form: Any) -> str:
        """Where a form leads, or what its page says."""
        form.setdefault("version", self._version(path))
        form["csrf"] = self.csrf
        answer = self.browser.post(path, data=form, follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer.headers["location"] if status == 303 else html.unescape(answer.text)

    def _version(self, path: str) -> int:
        """The version of a what-if that a page loaded just now has; 0 for a path of no what-if."""
        number = re.match(r"/what-if/(\d+)/", path)
        row = number and repository.scenario(self.home.store.engine, int(number[1]))
        return row.version if row else 0

    def new(self, unit: str = "cluster/C1", name: str = "Two away") -> str:
        """The address of a new what-if."""
        return self.send("/what-if/new", name=name, unit=unit)

    def solved(self, scenario: str) -> str:
        """The address of the plan of a what-if, once it is there with all that is said about it."""
        path = self.send(f"{scenario}/solve")
        self.app.state.planning.finish()
        assert self.plan(path).state == PlanState.DONE, self.plan(path).message
        return path

    def plan(self, path: str) -> PlanRow:
        found = repository.plan(self.home.store.engine, number_in(path))
        assert found is not None
        return found

    def row(self, path: str) -> ScenarioRow:
        found = repository.scenario(self.home.store.engine, number_in(path))
        assert found is not None
        return found

    def start_from(self, path: str, as_at: date) -> None:
        """Let a what-if start from an earlier snapshot, as one does that was saved in an earlier week."""
        row, store = self.row(path), self.home.store
        snapshot = store.newest(as_at)
        assert snapshot is not None
        scenario = read_scenario(row.text, "stored").model_copy(update={"as_at": as_at})
        values = {"snapshot_id": snapshot.id, "as_at": as_at, "text": scenario_yaml(scenario)}
        assert repository.change(store.engine, number_in(path), row.version, NOW, **values)

    def rows(self, path: str, table: str) -> list[dict[str, str]]:
        content = self.browser.get(path, params={"table": table, "format": "csv"}).content
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def number_in(path: str) -> int:
    return int(path.partition("?")[0].rpartition("/")[2])


def planner_of(home: Home, name: str = "planner", now: datetime = NOW) -> Planner:
    home.settings.people_file.write_text(
        PEOPLE + "  - {email: second@example.org, name: Second Planner, role: planner, area: all}\n", encoding="utf-8"
    )
    app = make_app(home.settings, home.store, lambda: now)
    # What else is said of a plan takes longer than the plan, and one test is about it.
    app.state.planning.further = ()
    return Planner(sign_in(app, name), app, home)


def another(planner: Planner, name: str) -> Planner:
    return Planner(sign_in(planner.app, name), planner.app, planner.home)


def asked_elsewhere(planner: Planner, path: str) -> str:
    """A plan that another server process has taken up."""
    row = planner.row(path)
    number = repository.ask(planner.home.store.engine, row, row.author, "elsewhere:1", NOW)
    return f"/what-if/plan/{number}"


def let_it_say(planner: Planner, path: str, text: str) -> None:
    """Write a text over that of a stored what-if, as if its snapshot had borne it once."""
    with Session(planner.home.store.engine) as session, session.begin():
        session.get_one(ScenarioRow, number_in(path)).text = text
