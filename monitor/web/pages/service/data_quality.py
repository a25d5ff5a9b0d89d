"""The page of data quality: rejected rows by reason, findings by kind and by unit."""

import pandas as pd

from alerts.people import Role
from monitor.web.dependencies import Reader
from monitor.web.pages.scope import own_file_part, part_asked
from monitor.web.pages.view_models.models import DataQualityPage, KindOfFinding
from monitor.web.pages.view_models.page import Table
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.rows_of_cases import Finding, RejectedCount
from tiering.findings import FINDINGS


def data_quality_page(reader: Reader) -> DataQualityPage:
    """What the extract leaves out or contradicts, as far as the reader may see it."""
    week, sight = reader.week, reader.sight
    operator = sight.person.role is Role.OPERATOR
    findings, kind = visible_findings(reader), reader.text("finding")
    shown = _of_kind(findings, kind)
    part = part_asked(reader, len(shown))
    rejected = week.frame("rejected")
    # A rejected row belongs to no unit: only those who see everything see its values, and the operator why.
    reasons = sight.sees_source
    columns = ["table", "line", "column", *(["value"] if sight.everything else []), *(["reason"] if reasons else [])]
    tables: dict[str, Table] = {"rejected": lambda: rejected[columns]}
    if not operator:
        tables["findings"] = lambda: shown
    return DataQualityPage(
        title="Data quality",
        shows_findings=not operator,
        shows_reasons=reasons,
        kinds=tuple(
            KindOfFinding(str(name), FINDINGS[str(name)], int(count))
            for name, count in findings["finding"].value_counts().items()
        ),
        kind=kind,
        findings=_listed(reader, shown.iloc[part.first : part.end]),
        count=len(shown),
        part=part,
        rejected=rows_of(RejectedCount, _count_rejected(rejected, reasons)),
        rows_read=week.summary.rows_read,
        rows_rejected=week.summary.rejected,
        empty_teams=tuple(team for team in week.summary.teams_without_data if sight.may_see("team", team)),
        intake=reader.same_week("/data-quality/intake"),
        tables=tables,
        file_part=own_file_part(reader),
        subjects=reader.own_scope,
    )


def visible_findings(reader: Reader, kind: str = "") -> pd.DataFrame:
    """The findings that the reader may see, of one kind or of all; none for an operator."""
    findings = reader.week.frame("findings")
    if reader.sight.person.role is Role.OPERATOR:
        return findings.iloc[:0]
    return _of_kind(findings[reader.sight.rows(findings)], kind)


def _of_kind(findings: pd.DataFrame, kind: str) -> pd.DataFrame:
    return findings[findings["finding"].eq(kind)] if kind else findings


def _listed(reader: Reader, findings: pd.DataFrame) -> tuple[Finding, ...]:
    names = reader.week.names
    return rows_of(
        Finding,
        findings,
        says=[FINDINGS[finding] for finding in findings["finding"]],
        om_name=[names.get(code, "") for code in findings["om_code"]],
    )


def _count_rejected(rejected: pd.DataFrame, reasons: bool) -> pd.DataFrame:
    """How many rows were rejected, by table, column and, if it may be shown, reason."""
    by = ["table", "column", *(["reason"] if reasons else [])]
    counted: pd.DataFrame = rejected.groupby(by, dropna=False).size().reset_index(name="rows")
    return counted if reasons else counted.assign(reason="")
