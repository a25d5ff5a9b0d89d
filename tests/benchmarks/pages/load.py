"""Readers that walk through the pages at once, and how long they wait."""

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, RemoteDisconnected
from threading import Lock, Thread
from urllib.parse import quote, urlencode

from monitor.web.auth.permissions import OrganisationIndex, Visibility
from monitor.web.read_model.snapshot import SnapshotView


@dataclass(frozen=True)
class Wait:
    """How long one reader waited for one page."""

    kind: str
    seconds: float
    size: int


class Reader:
    """A signed-in browser that keeps its connection."""

    def __init__(self, port: int, email: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookie = ""
        page = self._ask("GET", "/sign-in")[1].decode()
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        if found is None:
            raise RuntimeError("the sign-in page has no form")
        status, _ = self._ask("POST", "/sign-in", urlencode({"csrf": found[1], "email": email, "next": "/"}))
        if status != 303:
            raise RuntimeError(f"{email} could not sign in: {status}")

    def open(self, path: str) -> int:
        """Open a page and return its size, 0 where it cannot be shown now; raises RuntimeError for other answers."""
        try:
            status, body = self._ask("GET", path)
        except RemoteDisconnected:
            # The server closes a connection on which nothing was asked for some seconds.
            self._connection.close()
            status, body = self._ask("GET", path)
        if status not in (200, 503):
            raise RuntimeError(f"{path}: {status}")
        return len(body) if status == 200 else 0

    def _ask(self, method: str, path: str, form: str = "") -> tuple[int, bytes]:
        headers = {"cookie": self._cookie, "content-type": "application/x-www-form-urlencoded"}
        self._connection.request(method, path, form or None, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        for given in answer.headers.get_all("set-cookie") or ():
            self._cookie = given.partition(";")[0]
        return answer.status, body


def walk(week: SnapshotView, sight: Visibility, seed: int) -> Iterator[tuple[str, str]]:
    """Kind and address of one page after another, as one reader goes down to people and looks around, for ever."""
    chance = random.Random(seed)
    units = {level: _codes(week, sight, level) for level in ("area", "cluster", "office", "team", "offender_manager")}
    names = [name for code, name in week.names.items() if sight.may_see("offender_manager", code)]
    crns = week.frame("cases")["crn"][sight.rows(week.frame("cases"))]
    crns = crns.sample(min(len(crns), 200), random_state=seed).tolist()
    return _for_ever(chance, units, names, crns)


def _for_ever(
    chance: random.Random, units: Mapping[str, Sequence[str]], names: Sequence[str], crns: Sequence[str]
) -> Iterator[tuple[str, str]]:
    while True:
        yield "where it is hot", "/"
        for level in ("area", "cluster", "office", "team", "offender_manager", "offender_manager"):
            if units[level]:
                yield level.replace("_", " "), f"/{level.replace('_', '-')}/{quote(chance.choice(units[level]))}"
        yield "overdue", "/overdue"
        yield "overdue, next page", f"/overdue?page={chance.randint(2, 9)}"
        if units["office"]:
            office = chance.choice(units["office"])
            yield "overdue of an office", f"/overdue?unit={quote('office/' + office, safe='')}&rosh=high"
            yield "an office as CSV", f"/office/{quote(office)}?table=people&format=csv"
        yield "search by name", f"/search?q={quote(chance.choice(names).split()[-1])}"
        yield "search by CRN", f"/search?q={chance.choice(crns)}"
        yield "data quality", "/data-quality"
        yield "snapshots", "/snapshots"
        yield "digests", "/digests"
        yield "definitions", "/definitions"
        yield "policy", "/policy"


def _codes(week: SnapshotView, sight: Visibility, level: str) -> list[str]:
    codes = week.units["code"][week.units["level"].eq(level)].tolist()
    return [code for code in codes if sight.may_see(level, code)]


def read_at_once(
    port: int, readers: Sequence[tuple[str, Iterator[tuple[str, str]]]], until: Callable[[], bool], pause: float = 0.0
) -> list[Wait]:
    """Let readers (address, walk) open pages until told to stop, each with a pause of that many seconds on average."""
    waits: list[Wait] = []
    faults: list[Exception] = []
    lock = Lock()

    def read(place: int) -> None:
        email, pages = readers[place]
        chance = random.Random(place)
        try:
            reader = Reader(port, email)
            while not until() and not faults:
                if pause:
                    time.sleep(chance.uniform(0, 2 * pause))
                kind, path = next(pages)
                began = time.perf_counter()
                size = reader.open(path)
                waited = time.perf_counter() - began
                with lock:
                    waits.append(Wait(kind, waited, size))
        except Exception as error:
            faults.append(error)

    threads = [Thread(target=read, args=(place,)) for place in range(len(readers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return waits


def sight_of(week: SnapshotView, person: object) -> Visibility:
    """What one of the people sees of a week."""
    return Visibility(person, OrganisationIndex(week.organisation, week.posts, week.as_at))  # type: ignore[arg-type]
