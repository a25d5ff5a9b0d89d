"""The pages of reference: what every figure means, and every number in force with its source."""

from monitor.web.dependencies import Reader
from monitor.web.pages import tables
from monitor.web.pages.models import DefinitionsPage, PolicyPage
from monitor.web.pages.policy.sections import count_by_status, list_sections
from tiering.findings import FINDINGS


def definitions_page(reader: Reader) -> DefinitionsPage:
    """What every figure means, with the numbers of the snapshot's policy."""
    week = reader.week
    return DefinitionsPage(title="Definitions", policy=week.policy, rules=week.rules, findings=FINDINGS)


def policy_page(reader: Reader) -> PolicyPage:
    """Every number in force on the snapshot's date."""
    sections = list_sections(reader.config, reader.week)
    return PolicyPage(
        title="Policy",
        policy=reader.week.policy,
        sections=sections,
        by_status=count_by_status(sections),
        tables={
            "numbers": lambda: tables.policy_table(sections),
            "changes": lambda: tables.policy_changes_table(sections),
        },
    )
