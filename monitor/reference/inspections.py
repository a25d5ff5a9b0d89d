"""Load and check what inspectors found, by cluster: config/inspections, one report per file."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict

from tiering.dated import SourceStatus
from tiering.faults import ConfigFault
from tiering.yaml_files import file_fingerprint, read_yaml

NOT_LEGIBLE: Final = "not legible"
WHOLE: Final = "whole"
FIGURES: Final = ("percent", "of", "cases")
Figure = int | Literal["not legible"]


class Cell(BaseModel):
    """One printed cell: a percentage of a number of cases, or a number of cases.

    A damaged cell, in which one of these is ``not legible``, also has:

    * reads: what the copy has there.
    * why: what is wrong with it.
    * elsewhere: what the report's text says instead.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    percent: Figure | None = None
    of: Figure | None = None
    cases: Figure | None = None
    reads: int | None = None
    why: str = ""
    elsewhere: str = ""

    @property
    def is_damaged(self) -> bool:
        return NOT_LEGIBLE in (self.percent, self.of, self.cases)


class Criterion(BaseModel):
    """One line of a table.

    * judges: whether it is about being on time or about what was done, for the short table.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    group: str = ""
    says: str
    unit: str = ""
    judges: Literal["time", "content"] | None = None
    figures: dict[str, Cell]

    @property
    def words(self) -> str:
        """The criterion with the heading above it."""
        return f"{self.group}: {self.says[:1].lower()}{self.says[1:]}" if self.group else self.says


class PublishedTable(BaseModel):
    """One table of the report.

    * as_at: the first day of the last week of inspection.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    section: str
    title: str
    source: str
    as_at: date
    unit: str
    status: SourceStatus
    criteria: tuple[Criterion, ...]


class InspectedCluster(BaseModel):
    """A cluster as the report names it, its code in the extracts, the week inspected and the cases read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    code: str | None
    named_here: tuple[str, ...] = ()
    inspected_on: date
    cases: int

    def is_called(self, name: str) -> bool:
        """Whether this is a name of the cluster, in capitals or not."""
        return name.casefold() in {alias.casefold() for alias in (self.name, *self.named_here)}


class Inspection(BaseModel):
    """A file of config/inspections."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    source: str
    published: str
    whole: str
    clusters: dict[str, InspectedCluster]
    tables: tuple[PublishedTable, ...]

    def of_cluster(self, code: str, name: str) -> str | None:
        """The report's key of a cluster with that code and name; None if it is not in the report."""
        keys = (key for key, cluster in self.clusters.items() if cluster.code == code and cluster.is_called(name))
        return next(keys, None)


class Unmatched(NamedTuple):
    """A cluster of a report that matches no cluster of a snapshot, and why."""

    key: str
    name: str
    why: str


def load_inspections(config: Path) -> tuple[Inspection, ...]:
    """Load every inspection, in the order of the file names; raises ConfigFault with every fault.

    Without the folder there is none. A file is read again when it changes.
    """
    inspections, faults = [], []
    for path in sorted((config / "inspections").glob("*.yaml")):
        try:
            inspections.append(_load(path, file_fingerprint(path)))
        except ConfigFault as fault:
            faults += fault.faults
    if faults:
        raise ConfigFault(faults)
    return tuple(inspections)


def unmatched_clusters(inspection: Inspection, names: Mapping[str, str]) -> list[Unmatched]:
    """List the clusters of a report that match none of a snapshot.

    * names: of the snapshot's clusters, by code.
    """
    unmatched = []
    for key, cluster in inspection.clusters.items():
        if cluster.code is None:
            unmatched.append(Unmatched(key, cluster.name, "it has no code here"))
        elif cluster.code not in names:
            unmatched.append(Unmatched(key, cluster.name, f"no cluster has the code {cluster.code} that it is given"))
        elif not cluster.is_called(names[cluster.code]):
            unmatched.append(Unmatched(key, cluster.name, f"its code {cluster.code} is that of another cluster here"))
    return unmatched


def misnamed_clusters(config: Path, names: Mapping[str, str]) -> Iterator[str]:
    """List faults of codes that belong to a cluster of another name in the latest snapshot.

    * names: of the snapshot's clusters, by code.
    """
    for inspection in load_inspections(config):
        path = config / "inspections" / f"{inspection.name}.yaml"
        for key, cluster in inspection.clusters.items():
            name = names.get(cluster.code or "")
            if name is not None and not cluster.is_called(name):
                yield (
                    f"{path}: clusters.{key}.code: {cluster.code} is {name!r} in the newest snapshot, "
                    f"not {cluster.name!r}; give its own code, or null, or add the name to named_here"
                )


def findings_of(inspection: Inspection, key: str) -> pd.DataFrame:
    """List every criterion for one cluster of a report and for the whole, one row each.

    Returns the columns inspection, source, published, inspected_on, status, number, section, criterion, unit, percent,
    of, cases, whole_percent, whole_of, whole_cases (percentages, and cases), note. A damaged cell is missing and noted.
    """
    rows = []
    for table in inspection.tables:
        for criterion in table.criteria:
            here, whole = criterion.figures[key], criterion.figures[WHOLE]
            rows.append(
                {
                    "inspection": inspection.name,
                    "source": table.source,
                    "published": inspection.published,
                    "inspected_on": inspection.clusters[key].inspected_on.isoformat(),
                    "status": table.status.value,
                    "number": criterion.number,
                    "section": table.section,
                    "criterion": criterion.words,
                    "unit": criterion.unit or table.unit,
                    **{name: _legible(getattr(here, name)) for name in FIGURES},
                    **{f"whole_{name}": _legible(getattr(whole, name)) for name in FIGURES},
                    "note": "; ".join(
                        f"{who}: not legible in the source ({note(cell)})"
                        for who, cell in ((inspection.clusters[key].name, here), (inspection.whole, whole))
                        if cell.is_damaged
                    ),
                }
            )
    numbers = [*FIGURES, *(f"whole_{name}" for name in FIGURES)]
    return pd.DataFrame(rows).astype(dict.fromkeys(numbers, "Int64"))


def note(cell: Cell) -> str:
    """What the copy has in a damaged cell, why that cannot be right, and what the report's text says instead."""
    return f"the copy reads {cell.reads}: {cell.why}" + (f"; {cell.elsewhere}" if cell.elsewhere else "")


def _legible(figure: Figure | None) -> int | None:
    return figure if isinstance(figure, int) else None


@lru_cache(maxsize=16)
def _load(path: Path, _fingerprint: str) -> Inspection:
    file = read_yaml(path, Inspection)
    faults = [f"{path}: {fault}" for fault in _unusable(file, path.stem)]
    if faults:
        raise ConfigFault(faults)
    return file


def _unusable(file: Inspection, stem: str) -> Iterator[str]:
    """What a file leaves out or contradicts."""
    if file.name != stem:
        yield f"name: is {file.name!r}; the file's name says {stem!r}"
    if WHOLE in file.clusters:
        yield f"clusters.{WHOLE}: is the column of the whole service; name the cluster otherwise"
    codes = [cluster.code for cluster in file.clusters.values() if cluster.code is not None]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"clusters: two have the code {code}; give each its own, or null"
    needed = {WHOLE, *file.clusters}
    numbers: set[int] = set()
    for table in file.tables:
        for criterion in table.criteria:
            place = f"tables.{table.section}.{criterion.number}"
            if criterion.number in numbers:
                yield f"{place}: number {criterion.number} is there twice"
            numbers.add(criterion.number)
            for key in sorted(needed - set(criterion.figures)):
                yield f"{place}.figures: {key} has no cell"
            for key in sorted(set(criterion.figures) - needed):
                yield f"{place}.figures.{key}: is not one of clusters"
            for key, cell in criterion.figures.items():
                yield from (f"{place}.figures.{key}: {fault}" for fault in _cell_faults(cell))


def _cell_faults(cell: Cell) -> Iterator[str]:
    counts = cell.cases is not None
    if counts == (cell.percent is not None) or counts == (cell.of is not None):
        yield "give percent and of, or cases alone"
    if cell.is_damaged and (cell.reads is None or not cell.why):
        yield "is not legible; say what the copy reads, and why that cannot be"
    if not cell.is_damaged and (cell.reads is not None or cell.why or cell.elsewhere):
        yield "is legible; leave out reads, why and elsewhere"
    if any(isinstance(figure, int) and figure < 0 for figure in (cell.percent, cell.of, cell.cases)):
        yield "must not be below 0"
    elif isinstance(cell.percent, int) and isinstance(cell.of, int) and not _can_be(cell.percent, cell.of):
        yield (
            f"no whole number of {cell.of} cases is {cell.percent}%; correct what was misread, "
            f"or write {NOT_LEGIBLE} with reads and why"
        )


def _can_be(percent: int, of: int) -> bool:
    """Whether a whole number of cases can be that percentage of ``of``; a half may be rounded either way."""
    nearest = round(percent * of / 100)
    return of > 0 and nearest <= of and abs(200 * nearest - 2 * percent * of) <= of
