"""What inspectors found of one cluster, as its page shows it next to load and timeliness."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from monitor.reference.inspections import (
    WHOLE,
    Cell,
    Criterion,
    Inspection,
    Unmatched,
    findings_of,
    load_inspections,
    note,
)
from monitor.reference.inspections import unmatched_clusters as unmatched_of
from monitor.web.read_model.snapshot import SnapshotView
from tiering.faults import ConfigFault


@dataclass(frozen=True)
class Line:
    """One criterion: what this cluster has, and the whole service; own_unit: if it is not its table's."""

    says: str
    own_unit: str
    here: Cell
    whole: Cell

    def notes(self, cluster: str, whole: str) -> list[str]:
        """What is wrong with the line's damaged cells."""
        both = ((cluster, self.here), (whole, self.whole))
        return [f"{self.says}, {who}: {note(cell)}." for who, cell in both if cell.is_damaged]


@dataclass(frozen=True)
class Report:
    """One inspection as one cluster sees it; key: the cluster's own in the report, None where it is not in it."""

    inspection: Inspection
    key: str | None
    years: int
    unmatched: tuple[Unmatched, ...]

    @property
    def covers(self) -> list[str]:
        """The clusters of the report, by their names there."""
        return [one.name for one in self.inspection.clusters.values()]

    @property
    def units(self) -> str:
        """The units of the tables, each once."""
        return "; ".join(dict.fromkeys(table.unit for table in self.inspection.tables))

    def judging(self, what: str) -> list[Line]:
        """The lines of the short table that are about ``time``, or about ``content``."""
        return [line for criterion, line in self._lines(None) if criterion.judges == what]

    def section(self, section: str) -> list[Line]:
        """Every line of one table."""
        return [line for _, line in self._lines(section)]

    def notes(self) -> list[str]:
        """What is wrong with each damaged cell that is shown."""
        name = "" if self.key is None else self.inspection.clusters[self.key].name
        return [text for _, line in self._lines(None) for text in line.notes(name, self.inspection.whole)]

    def _lines(self, section: str | None) -> Iterator[tuple[Criterion, Line]]:
        if self.key is None:
            return
        for table in self.inspection.tables:
            if section in (None, table.section):
                for one in table.criteria:
                    yield one, Line(one.words, one.unit, one.figures[self.key], one.figures[WHOLE])


def reports(config: Path, week: SnapshotView, code: str) -> tuple[Report, ...] | None:
    """Every inspection for the page of one cluster; None where a file of config/inspections has a fault."""
    try:
        found = load_inspections(config)
    except ConfigFault:
        return None
    names = dict(zip(week.organisation["cluster_code"], week.organisation["cluster_name"], strict=True))
    made = []
    for inspection in found:
        key = inspection.of_cluster(code, names[code])
        inspected_on = None if key is None else inspection.clusters[key].inspected_on
        years = 0 if inspected_on is None else max(0, (week.as_at - inspected_on).days * 4 // 1461)
        made.append(Report(inspection, key, years, tuple(unmatched_of(inspection, names))))
    return tuple(made)


def table_of(found: tuple[Report, ...]) -> pd.DataFrame:
    """Every criterion of every inspection of the cluster, for a file; see monitor.inspections.findings_of."""
    frames = [findings_of(report.inspection, report.key) for report in found if report.key is not None]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
