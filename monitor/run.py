"""READ THIS FIRST: one whole run, from an extract to stored digests.

    extract -> points -> workload -> assessments -> lateness joined to load -> forecast -> hotspots -> causes
        -> proposals -> digests -> one transaction

Each step takes values and returns values; this is the only file that knows them all. The past is read once, before the
hotspots; everything is written once, at the end. Sending is separate: it reads only what was stored here.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from alerts.causes.causes import find_causes
from alerts.detection.episodes import name_episodes
from alerts.detection.hotspots import detect_hotspots
from alerts.detection.measures import recent_weeks
from alerts.detection.overdue import count_late, count_late_oversight
from alerts.detection.trends.unit_weeks import WeeksByLevel
from alerts.forecasting.accuracy import score_forecasts
from alerts.forecasting.forecast import forecast
from alerts.forecasting.outlook import look_ahead
from alerts.people import Person, load_people
from alerts.recipients import AbsentScope, absent_scopes, readers
from alerts.risk_limits.judgement import judge_limits
from monitor.extracts import (
    NO_INSISTENCE,
    NO_WEEK,
    AcceptanceLimits,
    Extract,
    ExtractRefused,
    Insistence,
    LastWeek,
    read_extract,
)
from monitor.follow_through.concerns import counted_concerns
from monitor.mail.cadence import due_readers, readers_without_news
from monitor.mail.writing import write_messages
from monitor.redistribution.proposals.cluster_plan import Week
from monitor.redistribution.proposals.propose import propose
from monitor.redistribution.proposals.terms import ProposalNumbers, load_proposal_numbers
from monitor.reference.known_events import load_known_events
from monitor.settings import Settings
from monitor.snapshots.follow_through.concerns import read_concerns
from monitor.snapshots.follow_through.decisions import read_recent_decisions
from monitor.snapshots.follow_through.outcomes import read_moves
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.other_policies import policies_frame
from monitor.snapshots.parameters import Parameters, fingerprint_of, load_numbers
from monitor.snapshots.store import Store, StoredFigures, next_revision, same_input
from monitor.snapshots.summary import AbsentReader, RunSummary
from monitor.snapshots.tables import SYNTHETIC, Snapshot
from monitor.snapshots.weeks.earlier_weeks import read_earlier_weeks
from monitor.snapshots.weeks.history import Past, find_history, past_units, read_past
from monitor.snapshots.weeks.last_intake import read_last_week
from monitor.snapshots.weeks.organisation import changes_to_json, find_changes_since
from monitor.table_bounds import table_bounds
from monitor.week_facts import build_week_facts, find_coming, summarise
from tiering.by_policy import weigh_by_policy
from tiering.caseload import Caseload
from tiering.contact import count_contact
from tiering.faults import ConfigFault
from tiering.findings import find
from tiering.oversight.items import oversight_items
from tiering.oversight.rates import count_rates, late_and_due
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.projection import first_seen_dates, flow
from tiering.sensitivity.firmness import judge_offices
from tiering.staff.grades import grade_points
from tiering.staff.staffing import count_staffing, people_seen
from tiering.staff.supervision import count_supervision
from tiering.staff.team_types import compare_team_types
from tiering.terms import Level
from tiering.timeliness.assessments import assessment_items, due_soon_items, overdue_items, timeliness
from tiering.timeliness.bulk_days import bulk_days
from tiering.workload import weigh_units

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """A request for a run: which extract, as at which date, under which policy, and what to accept in it.

    * also: further policies to weigh the same rows under; they judge nothing.
    * proposes: whether to search for moves; a comparison never does.
    """

    extract: str
    as_at: date
    policy: str = "london-2009"
    headings: Path | None = None
    insistence: Insistence = NO_INSISTENCE
    also: tuple[str, ...] = ()
    proposes: bool = True


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run: the stored snapshot, its summary, and whether it is an earlier one, unchanged.

    * snapshot: the earlier one if the same rows were already judged by the same policy and rules.
    * summary: what ``hotspots run --json`` prints; for an unchanged snapshot it counts no digests.
    * absences: people whose units are not in the snapshot, if it is the latest.
    """

    snapshot: Snapshot
    summary: RunSummary
    unchanged: bool
    absences: tuple[AbsentScope, ...] = ()


def take_snapshot(request: Request, settings: Settings, store: Store, now: datetime) -> Outcome:
    """Take one snapshot and queue its digests; this sends nothing.

    * A snapshot older than the latest one queues no digests, because they would be out of date.
    * A snapshot under a policy other than that of the settings is a comparison: it has revisions of its own, is judged
      against earlier comparisons, replaces nothing and queues nothing.
    * Raises ExtractRefused or ConfigFault, each with every fault found; the store is then as it was.
    """
    numbers = load_numbers(settings.config, request.policy, request.as_at)
    also = load_further_policies(settings.config, request)
    people = load_people(settings.people_file, settings.mail_domains)
    known_events = load_known_events(settings.events_file)
    extract = read_accepted(request, settings, store, numbers.policy)
    numbers = numbers.for_extract(extract.caseload)

    comparison = "" if request.policy == settings.policy else request.policy
    newest, latest = store.newest(request.as_at, comparison), store.newest()
    is_latest = not comparison and (latest is None or latest.as_at <= request.as_at)
    real_people = () if settings.has_example_people else people
    absences = find_absences(real_people, extract.caseload) if is_latest else ()
    absent_readers = tuple(map(_absent_reader, absences))
    proposes = request.proposes and not comparison
    proposing = numbers_for_proposals(settings.config, request.as_at) if proposes else None
    judged_by = fingerprint_of(numbers, known_events, "" if proposing is None else proposing.fingerprint, also)
    if newest is not None and same_input(newest, extract.content_hash, numbers.policy.fingerprint, judged_by):
        summary = RunSummary.of_snapshot(newest).of_unchanged_run(absent_readers)
        return Outcome(newest, summary, unchanged=True, absences=absences)

    refuse_mixing(extract, latest)
    history_ids = find_history(store, request.as_at, comparison)
    past = read_past(store, history_ids, numbers.policy.weights_fingerprint)
    previous = store.units(history_ids[-1]) if history_ids else None
    changes = () if previous is None else find_changes_since(store, history_ids[-1], previous, extract.caseload)
    past = past.carry_over(extract.caseload.organisation, changes, request.as_at)
    past = replace(past, compared=read_earlier_weeks(store, history_ids, request.as_at))
    figures = compute(extract.caseload, extract.rejected, known_events, numbers, past, request.as_at, proposing, also)
    figures = replace(figures, archived={**figures.archived, "intake": extract.intake.report})

    decisions = read_recent_decisions(store.engine, decided_episodes(figures.hotspots), request.as_at)
    agreed_moves = read_moves(store, extract.caseload.cases, request.as_at)
    posts, organisation = extract.caseload.offender_managers, extract.caseload.organisation
    concerns = counted_concerns(read_concerns(store.engine), posts, organisation, request.as_at)
    facts = build_week_facts(
        extract,
        figures,
        numbers,
        past,
        previous,
        next_revision(newest),
        request.as_at,
        decisions,
        agreed_moves,
        concerns,
        find_coming(extract.caseload, figures, numbers.policy, request.as_at),
        small_team=settings.small_team,
    )
    receivers = due_readers(store, readers(people, facts.organisation), request.as_at) if is_latest else []
    red_line, rules = float(numbers.policy.bands.red_above), [rule.name for rule in numbers.rules if rule.sent]
    without_news = readers_without_news(
        store, receivers, facts, rules=rules, red_line=red_line, small_team=settings.small_team
    )
    messages = write_messages(facts, receivers, settings, red_line, now, without_news)
    queued = sum(message.state == MessageState.QUEUED for message in messages)

    summary = summarise(facts, extract, figures, queued, request.policy, comparison=bool(comparison))
    suppressed = tuple(message.recipient for message in messages if message.state == MessageState.SUPPRESSED)
    summary = summary.model_copy(update={"absent_readers": absent_readers, "digests_suppressed": suppressed})
    snapshot = Snapshot(
        as_at=request.as_at,
        comparison=comparison,
        revision=facts.revision,
        created_at=now,
        policy=numbers.policy.name,
        policy_fingerprint=numbers.policy.fingerprint,
        weights_fingerprint=numbers.policy.weights_fingerprint,
        rules_fingerprint=judged_by,
        content_hash=extract.content_hash,
        source=extract.source_name or "",
        source_hashes=json.dumps(extract.source_hashes, sort_keys=True),
        history=json.dumps(history_ids),
        summary=summary.to_json(),
        organisation_changes=changes_to_json(facts.changes),
        proposals_json="" if proposing is None else proposing.model_dump_json(),
        **numbers.to_columns(),
    )
    return Outcome(store.save(snapshot, figures, messages), summary, unchanged=False, absences=absences)


def load_further_policies(config: Path, request: Request) -> tuple[Policy, ...]:
    """The further policies that a request names; raises ConfigFault with the faults of all of them."""
    faults = [
        f"--also {name}: this is the policy of the run; leave it out" for name in request.also if name == request.policy
    ]
    policies = []
    for name in dict.fromkeys(name for name in request.also if name != request.policy):
        try:
            policies.append(load_policy(config, name, request.as_at))
        except ConfigFault as fault:
            faults += fault.faults
    if faults:
        raise ConfigFault(faults)
    return tuple(policies)


def numbers_for_proposals(config: Path, as_at: date) -> ProposalNumbers | None:
    """The numbers that proposals go by; None if their files have faults, which must not cost a reader their digest."""
    try:
        return load_proposal_numbers(config, as_at)
    except ConfigFault as fault:
        logger.warning("the run makes no proposals: %s", "; ".join(fault.faults))
        return None


def decided_episodes(hotspots: pd.DataFrame) -> list[str]:
    """The identities of the episodes about which there can be decisions: those of units."""
    of_units = hotspots["level"].ne(Level.OFFENDER_MANAGER)
    return sorted(hotspots.loc[of_units, "episode"].unique())


def find_absences(people: Sequence[Person], caseload: Caseload) -> tuple[AbsentScope, ...]:
    """The people of whose units at least one is not in a caseload."""
    return tuple(absent_scopes(people, caseload.organisation, set(caseload.offender_managers["om_code"])))


def _absent_reader(absence: AbsentScope) -> AbsentReader:
    codes = tuple(unit.code for unit in absence.units)
    return AbsentReader(
        email=absence.person.email, level=absence.units[0].level.value, codes=codes, whole=absence.is_whole
    )


def refuse_mixing(extract: Extract, latest: Snapshot | None) -> None:
    """Raise ExtractRefused for a made-up extract in a home whose latest snapshot is of a real service."""
    if extract.source_name == SYNTHETIC and latest is not None and latest.source != SYNTHETIC:
        raise ExtractRefused(["this home holds real figures, the extract made-up ones: set another HOTSPOTS_HOME"])


def warnings_for(latest: Snapshot | None, snapshot: Snapshot, today: date) -> list[str]:
    """Warnings for a person who took a snapshot by hand.

    * latest: the latest snapshot from before this run.
    """
    if snapshot.comparison:
        return [
            f"policy {snapshot.policy} is not this home's (HOTSPOTS_POLICY), so this is a comparison: no page, digest "
            f"or later week uses it; read it with: hotspots export workload --as-at {snapshot.as_at} "
            f"--policy {snapshot.policy}"
        ]
    early = f"{snapshot.as_at} is still to come: every week before it now counts as past, and gets no digests"
    mixed = "this home holds made-up figures, the extract does not say that it is made up: mind the history"
    is_mixed = latest is not None and latest.source == SYNTHETIC and snapshot.source != SYNTHETIC
    return [early] * (snapshot.as_at > today) + [mixed] * is_mixed


def read_accepted(request: Request, settings: Settings, store: Store, policy: Policy) -> Extract:
    """The extract, checked against the contract, the limits that are set and the last snapshot."""
    last = read_last_week(store, request.as_at)
    return read_judged(
        request.extract, request.as_at, policy, settings, request.headings, request.insistence, last=last
    )


def read_judged(
    source: str,
    as_at: date,
    policy: Policy,
    settings: Settings,
    headings: Path | None,
    insistence: Insistence,
    *,
    last: LastWeek = NO_WEEK,
) -> Extract:
    """The extract at ``source``, checked against the contract, the limits that are set and the last week given."""
    limits = AcceptanceLimits(
        rejected_share=settings.rejected_share,
        rejected_rows=settings.rejected_rows,
        swing_share=settings.swing_share,
        unmatched_share=settings.unmatched_share,
        maximum_age_days=settings.maximum_age_days,
        bounds=table_bounds(settings),
    )
    return read_extract(
        source,
        as_at,
        policy.tiers,
        headings=headings,
        limits=limits,
        last=last,
        insistence=insistence,
        policy=policy,
    )


def compute(
    caseload: Caseload,
    rejected: pd.DataFrame,
    known_events: pd.DataFrame,
    numbers: Parameters,
    past: Past,
    as_at: date,
    proposing: ProposalNumbers | None = None,
    also: Sequence[Policy] = (),
) -> StoredFigures:
    """Calculate every figure of a snapshot from accepted rows, numbers and the past; the same in, the same out.

    * proposing: the numbers that proposals go by; None for a snapshot without proposals.
    * also: further policies to weigh the same rows under.
    """
    policy, ahead = numbers.policy, numbers.forecast
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    units = weigh_units(caseload, weighed, policy, as_at)
    items = assessment_items(caseload, weighed, policy, as_at)
    late = overdue_items(items, as_at)
    soon = due_soon_items(items, policy, as_at)
    done, in_bulk = timeliness(items, policy, as_at), bulk_days(caseload, items, policy, as_at)
    # A national week has a million items, which take 100 MB: they go as soon as they are counted.
    del items
    findings = find(caseload, weighed, units, policy, as_at)
    units = count_late(units, late, soon)
    people = people_seen(caseload, past.people, as_at)
    beyond = oversight_items(caseload, weighed, units, people, numbers.oversight, policy, as_at)
    oversight, rates = late_and_due(beyond, policy, as_at), count_rates(beyond, policy, as_at)
    del beyond
    units = count_late_oversight(units, oversight, judged=bool(numbers.oversight))
    units = count_supervision(units, caseload, findings, policy, as_at)
    seen = first_seen_dates(caseload.cases, past.first_seen, as_at)
    flowing = flow(caseload, weighed, seen, known_events, policy, ahead, as_at)
    today = pd.Timestamp(as_at).as_unit("s")
    flows = pd.concat([past.flows, flowing.assign(as_at=today)], ignore_index=True)
    expected = forecast(flows, units, past.comparable, caseload.organisation, ahead, as_at)
    came = pd.concat(
        [weeks[["as_at", "level", "code", "total_points"]] for weeks in (past.comparable, units.assign(as_at=today))]
    )
    # A copy holds its numbers in one block: of a frame filled column by column each is copied whenever rows are taken.
    units = look_ahead(units, expected, numbers.rule("forecast_over")).copy()
    staffing = count_staffing(caseload, units, people, past.staffing, past.dates, policy, as_at)
    weeks = WeeksByLevel(units, past.units, as_at)
    hotspots = name_episodes(detect_hotspots(numbers.rules, weeks), past.episodes, as_at)
    limits = judge_limits(numbers.limits, weeks, expected, float(policy.bands.red_above))
    causes = find_causes(caseload, weighed, policy, as_at, past.compared, past.changes)
    archived = {
        **{f"extract_{name}": frame for name, frame in caseload.tables().items()},
        "rejected": rejected,
        "known_events": known_events,
        "cases": weighed.frame.sort_values("crn", ignore_index=True),
        "overdue": late,
        "due_soon": soon,
        "findings": findings,
        "grades": grade_points(caseload, weighed, units),
        "team_types": compare_team_types(units, caseload.organisation),
        "contact": count_contact(caseload, weighed),
        "firmness": judge_offices(caseload, weighed, units, policy, numbers.firmness, as_at),
        "limits": limits,
        "first_seen": seen,
        "people_seen": people,
        "staffing": staffing,
        "bulk_days": in_bulk,
        "oversight": oversight,
        "oversight_rates": rates,
        "flow": flowing,
        "forecast": expected,
        "unit_weeks": recent_weeks(past.weeks, past.alike, units, as_at),
        "past_units": past_units(units),
        "cause_rows": causes.rows,
        "causes": causes.units,
        "standing_causes": causes.standing,
        "forecast_scores": score_forecasts(past.forecasts, came, str(expected["method"].iloc[0]), as_at),
    }
    if also:
        archived |= {
            "by_policy": weigh_by_policy(caseload, (policy, *also), as_at),
            "also_policies": policies_frame(also),
        }
    if proposing is not None:
        archived |= propose(Week(caseload, weighed, units, policy, as_at), hotspots, proposing)
    return StoredFigures(units, hotspots, done, archived)
