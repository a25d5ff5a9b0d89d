"""The pages of reference: what every figure means, and every number in force with its source."""

from monitor.web.auth.permissions import UNIT_FIGURES
from monitor.web.dependencies import Reader
from monitor.web.pages import tables
from monitor.web.pages.alternatives import PATH, has_alternatives
from monitor.web.pages.policy.sections import count_by_status, list_sections
from monitor.web.pages.view_models.models import DefinitionsPage, PolicyPage
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
        by_policy_path=reader.same_week("/by-policy") if _may_compare(reader) else "",
        alternatives_path=reader.same_week(PATH) if _may_see_alternatives(reader) else "",
        tables={
            "numbers": lambda: tables.policy_table(sections),
            "changes": lambda: tables.policy_changes_table(sections),
        },
    )


def _may_compare(reader: Reader) -> bool:
    """Whether there is a page of this snapshot under several policies, and it is for the reader's role."""
    return UNIT_FIGURES.is_for(reader.sight.person) and reader.week.has_frame("by_policy")


def _may_see_alternatives(reader: Reader) -> bool:
    """Whether there is an alternative history, and the page of them is for the reader's role."""
    return UNIT_FIGURES.is_for(reader.sight.person) and has_alternatives(reader)
