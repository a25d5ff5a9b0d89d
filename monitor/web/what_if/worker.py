"""Plans are solved behind the pages, one at a time in each server process; the database says how far each one is."""

import json
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

import pandas as pd
from fastapi import FastAPI

from monitor.redistribution import repository
from monitor.redistribution.plan import Plan, plan_from_store, scenario_to_repeat
from monitor.redistribution.results.record import PlanRecord, record_plan
from monitor.redistribution.results.tables.recruitment import TimedOut, find_recruitment
from monitor.redistribution.results.tables.spare_capacity import find_spare_capacity
from monitor.redistribution.results.tables.trade_off import sweep_budgets
from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.yaml_file import read_scenario, scenario_yaml
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.tables import ScenarioRow
from monitor.web.what_if.grounds import NAMED
from tiering.faults import UserFault

SIGN_OF_LIFE: Final = 2.0
"""Seconds between two signs of life of a plan in the making; then it is also seen whether it was cancelled."""

_LOG: Final = logging.getLogger(__name__)


class Cancelled(Exception):
    """A planner called the plan off, or the server ends."""


Further = Callable[[Plan, Callable[[], bool]], dict[str, pd.DataFrame]]
"""What else there is to say about a plan: tables by name."""


def _trade_off(plan: Plan, cancelled: Callable[[], bool]) -> dict[str, pd.DataFrame]:
    return {"trade_off": sweep_budgets(plan.problem, cancelled=cancelled)}


def _recruitment(plan: Plan, cancelled: Callable[[], bool]) -> dict[str, pd.DataFrame]:
    line = plan.applied.over_line
    recruitment = find_recruitment(plan.applied, plan.problem.limits, plan.baseline.as_at, line, cancelled)
    spare = find_spare_capacity(plan.problem)
    return {"recruitment": recruitment.options, "recruits": recruitment.posts, "spare_capacity": spare}


FURTHER: Final[tuple[tuple[str, Further], ...]] = (
    ("What more or fewer moves would do", _trade_off),
    ("Whom to recruit, and who has spare capacity", _recruitment),
)


class Workbench:
    """Where plans wait for their turn and are solved; further: what else is said of each, and in which order."""

    def __init__(self, store: Store, config: Path, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.config = config
        self.clock = clock
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="plan")
        self.closing = Event()
        self._last: _Job | None = None
        self.further = FURTHER
        # A number of its own: in a container every process has the same name and number.
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def ask(self, scenario: ScenarioRow, author: str) -> int:
        """Let a plan for a scenario be found; its number."""
        number = repository.ask(self.store.engine, scenario, author, self.owner, self.clock())
        self._last = _Job(self, number)
        self._last.start()
        return number

    @asynccontextmanager
    async def open(self, _app: FastAPI) -> AsyncIterator[None]:
        """While the server runs; afterwards nothing is solved any more."""
        yield
        self.close()

    def close(self) -> None:
        """Break off what is being solved; it is shown so, and can be asked for again."""
        self.closing.set()
        self.pool.shutdown(cancel_futures=True)

    def finish(self) -> None:
        """Wait until the plan that was asked for last is there, with everything about it."""
        if self._last is not None:
            self._last.over.wait()


Work = Callable[[], Any]
"""One piece of work; it gives the piece that follows from it, or None."""


class _Job:
    """One plan in the making: first the plan, then what else there is to say; in between, others have their turn."""

    def __init__(self, bench: Workbench, number: int) -> None:
        self._bench, self._number = bench, number
        self._engine, self._owner = bench.store.engine, bench.owner
        self._lost = Event()
        self.over = Event()

    def start(self) -> None:
        """Wait for its turn; from now on the database shows that a process is at it."""
        Thread(target=self._live, name=f"plan {self._number}", daemon=True).start()
        self._bench.pool.submit(self._turn, self._solve)

    def _live(self) -> None:
        while not self.over.wait(SIGN_OF_LIFE) and not self._bench.closing.is_set():
            try:
                if not repository.renew_lease(self._engine, self._number, self._owner, self._bench.clock()):
                    self._lost.set()
                    return
            except Exception:
                # The next sign of life may get through; if none does, the plan is shown as broken off.
                _LOG.exception("plan %d: no sign of life could be given", self._number)

    def _cancelled(self) -> bool:
        """Whether to stop: called off by a planner, or the server ends."""
        return self._lost.is_set() or self._bench.closing.is_set()

    def _turn(self, work: Work) -> None:
        """Do one piece of work, and wait in line for the one that follows from it."""
        following = None
        try:
            following = work()
            if following is not None and not self._bench.closing.is_set():
                self._bench.pool.submit(self._turn, following)
        except Cancelled:
            pass
        except ScenarioFault as error:
            self._fail("\n".join(fault.line for fault in error.scenario_faults))
        except (UserFault, RowsRemoved) as error:
            self._fail("\n".join(error.faults))
        except Exception:
            if not self._cancelled():
                _LOG.exception("plan %d failed", self._number)
                self._fail("Sorry, there is a problem with the service. Try again in a few minutes.")
        finally:
            if following is None:
                self.over.set()

    def _fail(self, message: str) -> None:
        repository.store_failure(self._engine, self._number, self._owner, self._bench.clock(), message)

    def _solve(self) -> Work | None:
        row = repository.plan(self._engine, self._number)
        if row is None or not repository.begin(self._engine, self._number, self._owner, self._bench.clock()):
            return None
        self._tell("Looking for the best plan")
        asked = read_scenario(row.text, NAMED)
        plan = plan_from_store(asked, self._bench.store, self._bench.config, NAMED, self._cancelled)
        self._stop_if_cancelled()
        self._tell("Measuring before and after")
        record, again = record_plan(plan), scenario_to_repeat(plan)
        facts = {
            "text": scenario_yaml(again),
            "policy_fingerprint": again.policy_fingerprint,
            "prices_fingerprint": again.prices_fingerprint,
            "figures": json.dumps(record.figures.model_dump(mode="json"), ensure_ascii=False),
        }
        return self._store(plan, record, facts, self._bench.further)

    def _store(
        self, plan: Plan, record: PlanRecord, facts: Mapping[str, str | None], further: Sequence[tuple[str, Further]]
    ) -> Work | None:
        """Store what there is so far, and give what follows."""
        self._stop_if_cancelled()
        step = further[0][0] if further else ""
        content, now = record.to_bytes(), self._bench.clock()
        if not repository.store_answer(
            self._engine, self._number, self._owner, now, **facts, answer=content, step=step
        ):
            raise Cancelled

        def add() -> Work | None:
            tables = {**record.tables, **self._further(*further[0], plan)}
            return self._store(plan, replace(record, tables=tables), facts, further[1:])

        return add if further else None

    def _further(self, step: str, more: Further, plan: Plan) -> dict[str, pd.DataFrame]:
        """What else there is to say; nothing where it cannot be found in the time allowed."""
        try:
            return more(plan, self._cancelled)
        except TimedOut:
            _LOG.warning("plan %d: nothing was found in the time allowed for: %s", self._number, step)
            return {}

    def _tell(self, step: str) -> None:
        if not repository.report_step(self._engine, self._number, self._owner, step):
            raise Cancelled

    def _stop_if_cancelled(self) -> None:
        if self._cancelled():
            raise Cancelled
