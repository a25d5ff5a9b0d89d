"""The model of the table of people, and its template."""

from dataclasses import fields

from monitor.web.pages.view_models.team_models import Heading, TeamTable
from monitor.web.read_model.units.team import TeamMember

from .test_cause_models import read_by


def test_the_template_reads_only_what_the_table_has() -> None:
    read = read_by("team.html", "table")
    assert read >= {"headings", "members", "total"}
    assert read <= {field.name for field in fields(TeamTable)}
    assert read_by("team.html", "heading") <= set(Heading._fields)
    assert read_by("team.html", "row") <= {field.name for field in fields(TeamMember)}
