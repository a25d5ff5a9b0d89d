"""The director's digest: a story in words, as HTML and as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from alerts.digest.brief import shorten_story
from alerts.digest.first_screen.answers import write_first_screen
from alerts.digest.follow_up import decision_facts, with_decisions, with_moves
from alerts.digest.message.mime import EmailContent, list_name
from alerts.digest.message.rendering import render_html, render_text
from alerts.digest.privacy import ReaderScope
from alerts.digest.proposals import plan_path, with_proposals
from alerts.digest.ranking import Hotspot
from alerts.digest.scope.spare_capacity import ROOM_NOTE
from alerts.digest.scope.units import Unit, path_of
from alerts.digest.sentences.bulk_days import bulk_line
from alerts.digest.sentences.decisions import asks_for_link, decision_line, outcome_line
from alerts.digest.sentences.headline import possessive, preheader, subject
from alerts.digest.sentences.next_week import next_week_line
from alerts.digest.sentences.organisation import organisation_lines, organisation_note
from alerts.digest.sentences.outages import outage_lines
from alerts.digest.sentences.oversight import oversight_line
from alerts.digest.sentences.proposals import proposal_line
from alerts.digest.sentences.provenance import describe_figures, describe_omissions
from alerts.digest.sentences.remarks import remarks
from alerts.digest.sentences.risk_limits import limit_lines
from alerts.digest.sentences.staffing import staff_lines
from alerts.digest.sentences.team_types import heavy_type_line
from alerts.digest.settings import MOST_NAMED, DigestSettings
from alerts.digest.story import Story, build_story
from alerts.digest.week_facts import WeekFacts
from alerts.people import Cadence
from alerts.wording import (
    clean,
    limit,
    long_date,
    number,
    shorten,
)

if TYPE_CHECKING:
    from alerts.digest.charts.canvas import Chart


def write_digest(
    picture: WeekFacts,
    scope: ReaderScope,
    reader_name: str,
    wording: DigestSettings,
    *,
    charts: bool = True,
    cadence: Cadence = Cadence.WEEKLY,
) -> EmailContent:
    """Write the digest of one scope for one reader; raises ValueError for a scope without digest or without a unit."""
    decisions = decision_facts(
        picture.decisions, picture.episode_places, picture.decision_outcomes, picture.as_at, picture.decision_after
    )
    whole = with_decisions(
        build_story(picture, scope, red_line=wording.red_line, small_team=wording.small_team), decisions
    )
    whole = with_moves(whole, picture.agreed_moves)
    whole = with_proposals(whole, picture.proposals, picture.proposed_units)
    story = shorten_story(whole)
    drawn = _draw_charts(picture, story, wording) if charts else ()
    headline, glance = subject(story, picture.revision, wording), preheader(story)
    words = {
        "story": story,
        "charts": {chart.name: chart for chart in drawn},
        "reader": clean(reader_name),
        "marking": clean(wording.marking),
        "closing": wording.contact.closing,
        "red": limit(wording.red_line),
        "service": list_name(cadence),
        "title": f"{list_name(cadence)}, {shorten(story.whole.name, 24)}, {long_date(story.as_at)}",
        "preheader": glance,
        "screen": write_first_screen(whole, picture),
        "remarks": remarks(story, picture),
        "whose": possessive(story),
        "organisation": organisation_lines(story),
        "organisation_note": organisation_note(story, has_chart=bool(drawn)),
        "bulk_line": bulk_line(story.bulk_days),
        "oversight_line": oversight_line(story.whole, story.oversight),
        "next_week": next_week_line(story.whole, story.next_week),
        "staff": staff_lines(story.staff),
        "outages": outage_lines(story.outages),
        "watched": first_few([f"{unit.name} ({unit.standing})" for unit in story.watched]),
        "unallocated": [f"{unit.name} ({number(unit.unallocated_points)})" for unit in story.unallocated],
        "room_note": ROOM_NOTE,
        "heavy_type": heavy_type_line(story),
        "limits": limit_lines(picture.limits, scope),
        "about": [*describe_figures(story, picture, wording), describe_omissions(wording)],
        "link": _unit_links(wording.base_url),
        "decision_line": decision_line,
        "outcome_line": outcome_line,
        "asks_for_link": asks_for_link,
        "proposal_line": lambda spot: proposal_line(spot, wording.red_line),
        "plan_link": _plan_links(story, wording.base_url),
        "pages": _page_addresses(story, wording.base_url),
    }
    return EmailContent(
        subject=headline,
        preheader=glance,
        html=render_html("digest.html", words),
        text=render_text("digest.txt", words),
        images={chart.content_id: chart.png for chart in drawn},
        alternative_texts={chart.content_id: chart.alternative_text for chart in drawn},
        cadence=cadence,
    )


def _draw_charts(picture: WeekFacts, story: Story, wording: DigestSettings) -> tuple[Chart, ...]:
    if story.whole.withheld or story.quiet:
        return ()
    # Imported here, because drawing loads matplotlib: half a second that every page and command would wait for.
    from alerts.digest.charts.capacity import draw_capacity_by_week

    chart = draw_capacity_by_week(
        picture.history, picture.forecasts, story.visible_parts, story.as_at, wording.red_line, wording.normal_from
    )
    return () if chart is None else (chart,)


def first_few(parts: list[str]) -> list[str]:
    """The first of the parts and, as the last part, how many more there are."""
    more = len(parts) - MOST_NAMED
    return [*parts[:MOST_NAMED], f"{number(more)} more"] if more > 0 else parts


def _unit_links(base_url: str) -> Callable[[Unit], str]:
    """Make the function from a unit to the address of its page; the address is empty without a ``base_url``."""
    base = base_url.rstrip("/")
    return lambda unit: f"{base}{path_of(unit.level, unit.code)}" if base else ""


def _plan_links(story: Story, base_url: str) -> Callable[[Hotspot], str]:
    """Make the function from a hotspot to the address of the plan proposed for its cluster.

    The address is empty without a ``base_url``, or if the reader does not answer for the whole cluster.
    """
    base = base_url.rstrip("/") if story.scope.level in ("all", "area", "cluster") else ""

    def link(spot: Hotspot) -> str:
        path = plan_path(spot.proposal, story.as_at)
        return f"{base}{path}" if base and path else ""

    return link


def _page_addresses(story: Story, base_url: str) -> dict[str, str]:
    """Addresses of the pages that a digest links to; empty without a ``base_url``."""
    base = base_url.rstrip("/")
    if not base:
        return {"whole": "", "definitions": ""}
    whole = f"{base}/" if story.scope.level == "all" else _unit_links(base)(story.whole)
    return {"whole": whole, "definitions": f"{base}/definitions"}
