"""READ THIS FIRST: the whole river, from an extract to a stored digest.

    extract -> points -> workload -> assessments -> lateness joined to load -> forecast -> hotspots -> digests
        -> one transaction

Each step takes values and gives values; this is the only file that knows them all. The past is read once, before the
hotspots; everything is written once, at the end. Sending is apart: it reads only what was stored here.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from alerts.detection.hotspots import CLEARED, CONTINUING, NEW, detect_hotspots
from alerts.detection.overdue import count_high_risk_due_soon, count_late
from alerts.detection.unit_weeks import missing_weeks, weights_since
from alerts.digest.week_facts import Picture
from alerts.forecasting.accuracy import score_forecasts
from alerts.forecasting.forecast import forecast
from alerts.forecasting.outlook import look_ahead
from alerts.people import load_people
from alerts.recipients import readers
from monitor.extracts import AcceptanceLimits, Bounds, Extract, ExtractRefused, read_extract
from monitor.mail.outbox import write_messages
from monitor.reference.known_events import load_known_events
from monitor.settings import Settings
from monitor.snapshots.history import Past, find_history, read_past
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.parameters import Parameters, fingerprint_of, load_numbers
from monitor.snapshots.store import Store, StoredFigures, next_revision, same_input
from monitor.snapshots.summary import HotspotCounts, RunSummary
from monitor.snapshots.tables import Snapshot
from tiering.assessments import assessment_items, due_soon_items, overdue_items, timeliness
from tiering.caseload import Caseload
from tiering.findings import find
from tiering.grades import grade_points
from tiering.points import weigh_cases
from tiering.policy import Policy
from tiering.projection import first_seen_dates, flow
from tiering.supervision import count_supervision
from tiering.terms import Level
from tiering.workload import weigh_units

SYNTHETIC = "synthetic"
"""What the manifest of a made-up extract gives as its source."""


@dataclass(frozen=True)
class Request:
    """What a run is asked for: which extract, as at which date, under which policy."""

    extract: str
    as_at: date
    policy: str = "london-2009"
    headings: Path | None = None
    accept_swing: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the snapshot as it is stored, what this run found, and whether it changed anything.

    * snapshot: the earlier one if the same rows were already judged by the same policy and rules.
    * summary: what ``hotspots run --json`` prints; of an unchanged snapshot it counts no digests.
    """

    snapshot: Snapshot
    summary: RunSummary
    unchanged: bool


def take_snapshot(request: Request, settings: Settings, store: Store, now: datetime) -> Outcome:
    """Take one snapshot and queue its digests; sends nothing.

    A snapshot older than the newest one queues no digests: they would
    be stale. One under another policy than that of the settings is a comparison: it has revisions of its own, is judged
    against earlier comparisons, replaces nothing and queues nothing. Raises ExtractRefused or ConfigFault, each with
    every fault found; the store is then as it was.
    """
    numbers = load_numbers(settings.config, request.policy, request.as_at)
    people = load_people(settings.people_file, settings.mail_domains)
    known_events = load_known_events(settings.events_file)
    extract = read_accepted(request, settings, store, numbers.policy)

    comparison = "" if request.policy == settings.policy else request.policy
    newest = store.newest(request.as_at, comparison)
    judged_by = fingerprint_of(numbers, known_events)
    if newest is not None and same_input(newest, extract.content_hash, numbers.policy.fingerprint, judged_by):
        summary = RunSummary.stored_with(newest).model_copy(update={"unchanged": True, "digests_queued": 0})
        return Outcome(newest, summary, unchanged=True)

    latest = store.newest()
    if extract.source_name == SYNTHETIC and latest is not None and latest.source != SYNTHETIC:
        raise ExtractRefused(["this home holds real figures, the extract made-up ones: set another HOTSPOTS_HOME"])
    history_ids = find_history(store, request.as_at, comparison)
    past = read_past(store, history_ids, numbers.policy.weights_fingerprint)
    figures = compute(extract.caseload, extract.rejected, known_events, numbers, past, request.as_at)
    previous = store.units(history_ids[-1]) if history_ids else None
    revision = next_revision(newest)
    picture = draw_picture(extract, figures, numbers, past, previous, revision, request.as_at)
    is_latest = not comparison and (latest is None or latest.as_at <= request.as_at)
    receivers = readers(people, picture.organisation) if is_latest else []
    messages = write_messages(picture, receivers, settings, float(numbers.policy.bands.red_above), now)
    queued = sum(message.state == MessageState.QUEUED for message in messages)
    summary = summarise(picture, extract, figures, queued, request.policy, comparison=bool(comparison))
    snapshot = Snapshot(
        as_at=request.as_at,
        comparison=comparison,
        revision=picture.revision,
        created_at=now,
        policy=numbers.policy.name,
        policy_fingerprint=numbers.policy.fingerprint,
        weights_fingerprint=numbers.policy.weights_fingerprint,
        rules_fingerprint=judged_by,
        content_hash=extract.content_hash,
        source=extract.source_name or "",
        source_hashes=json.dumps(extract.source_hashes, sort_keys=True),
        policy_json=numbers.policy.model_dump_json(),
        rules_json=json.dumps([rule.model_dump(mode="json") for rule in numbers.rules]),
        forecast_json=numbers.need_forecast().model_dump_json(),
        history=json.dumps(history_ids),
        summary=summary.to_json(),
    )
    return Outcome(store.save(snapshot, figures, messages), summary, unchanged=False)


def warnings_for(latest: Snapshot | None, snapshot: Snapshot, today: date) -> list[str]:
    """What whoever took a snapshot by hand should know; ``latest`` is the newest one from before."""
    found = []
    if snapshot.comparison:
        return [
            f"policy {snapshot.policy} is not this home's (HOTSPOTS_POLICY), so this is a comparison: no page, digest "
            f"or later week uses it; read it with: hotspots export workload --as-at {snapshot.as_at} "
            f"--policy {snapshot.policy}"
        ]
    if snapshot.as_at > today:
        found.append(f"{snapshot.as_at} is still to come: every week before it now counts as past, and gets no digests")
    if latest is not None and latest.source == SYNTHETIC and snapshot.source != SYNTHETIC:
        found.append("this home holds made-up figures, the extract does not say that it is made up: mind the history")
    return found


def read_accepted(request: Request, settings: Settings, store: Store, policy: Policy) -> Extract:
    """The extract, checked against the contract, the limits that are set and the last snapshot's size."""
    last = store.newest_before(request.as_at, inclusive=True)
    limits = AcceptanceLimits(
        rejected_share=settings.rejected_share,
        rejected_rows=settings.rejected_rows,
        swing_share=settings.swing_share,
        maximum_age_days=settings.maximum_age_days,
        bounds=table_bounds(settings),
    )
    return read_extract(
        request.extract,
        request.as_at,
        policy.tiers,
        headings=request.headings,
        limits=limits,
        last_cases=None if last is None else RunSummary.stored_with(last).cases,
        accept_swing=request.accept_swing,
    )


def table_bounds(settings: Settings) -> Bounds:
    """How large a table of an extract may be, and how long it may take to read."""
    return Bounds(settings.table_mb, settings.table_rows, settings.table_values, settings.table_seconds)


def compute(
    caseload: Caseload,
    rejected: pd.DataFrame,
    known_events: pd.DataFrame,
    numbers: Parameters,
    past: Past,
    as_at: date,
) -> StoredFigures:
    """Every figure of a snapshot from accepted rows, numbers and the past: the same in, the same out."""
    policy, ahead = numbers.policy, numbers.need_forecast()
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    units = weigh_units(caseload, weighed, policy, as_at)
    items = assessment_items(caseload, weighed, policy, as_at)
    late = overdue_items(items, as_at)
    soon = due_soon_items(items, policy, as_at)
    findings = find(caseload, weighed, units, policy, as_at)
    units = count_late(units, late, soon)
    units = count_supervision(units, caseload, findings, policy, as_at)
    seen = first_seen_dates(caseload.cases, past.first_seen, as_at)
    flowing = flow(caseload, weighed, seen, known_events, policy, ahead, as_at)
    today = pd.Timestamp(as_at).as_unit("s")
    flows = pd.concat([past.flows, flowing.assign(as_at=today)], ignore_index=True)
    expected = forecast(flows, units, past.comparable, caseload.organisation, ahead, as_at)
    came = pd.concat([past.comparable, units.assign(as_at=today)[["as_at", "level", "code", "total_points"]]])
    units = look_ahead(units, expected, numbers.rule("forecast_over"))
    hotspots = detect_hotspots(numbers.rules, units, past.units, as_at)
    archived = {
        **{f"extract_{name}": frame for name, frame in caseload.tables().items()},
        "rejected": rejected,
        "known_events": known_events,
        "cases": weighed.frame.sort_values("crn", ignore_index=True),
        "overdue": late,
        "due_soon": soon,
        "findings": findings,
        "grades": grade_points(caseload, weighed, units),
        "first_seen": seen,
        "flow": flowing,
        "forecast": expected,
        "forecast_scores": score_forecasts(past.forecasts, came, str(expected["method"].iloc[0]), as_at),
    }
    return StoredFigures(units, hotspots, timeliness(items, policy, as_at), archived)


def draw_picture(
    extract: Extract,
    figures: StoredFigures,
    numbers: Parameters,
    past: Past,
    previous: pd.DataFrame | None,
    revision: int,
    as_at: date,
) -> Picture:
    """The week as the digests draw on it; of earlier weeks only those that were weighed alike."""
    organisation = extract.caseload.organisation
    now = figures.units.assign(as_at=pd.Timestamp(as_at))
    columns = ["as_at", "level", "code", "total_points", "available_points", "capacity_percentage"]
    alike = past.comparable
    above_people = ~alike["level"].isin([Level.POST, Level.OFFENDER_MANAGER])
    history = pd.concat([alike.loc[above_people, columns], now[columns]], ignore_index=True)
    teams = figures.units[figures.units["level"].eq(Level.TEAM)]
    posts = extract.caseload.offender_managers["team_code"]
    empty = teams.loc[teams["cases"].eq(0) & ~teams["code"].isin(posts), "code"]
    dates = sorted({stamp.date() for stamp in past.units["as_at"].unique()} | {as_at})
    before = dates[-2] if len(dates) > 1 else None
    compares = before in past.alike
    names = [name for name in extract.caseload.offender_managers["om_name"].unique() if name.split()]
    return Picture(
        as_at=as_at,
        revision=revision,
        policy_title=numbers.policy.title,
        policy_fingerprint=numbers.policy.fingerprint,
        numbers=numbers.count,
        local_assumptions=numbers.local_assumptions,
        workload=count_high_risk_due_soon(figures.units, figures.archived["due_soon"]),
        previous=previous if compares else None,
        previous_as_at=before if compares else None,
        reweighed_since=None if compares else before,
        weights_since=weights_since(dates, [day in past.alike or day == as_at for day in dates]),
        history=history,
        hotspots=figures.hotspots[figures.hotspots["rule"].isin([rule.name for rule in numbers.rules if rule.sent])],
        forecasts=figures.archived["forecast"],
        forecast_scores=figures.archived["forecast_scores"],
        grades=figures.archived["grades"],
        rising_weeks=int(numbers.rule("rising").number("weeks_apart")),
        rising_mean_of=int(numbers.rule("rising").number("weeks_averaged")),
        weeks_needed=numbers.need_forecast().weeks_needed,
        timeliness=figures.timeliness,
        organisation=organisation,
        missing_weeks=tuple(missing_weeks(dates)),
        teams_without_data=tuple(empty),
        rows_read=sum(extract.rows.values()),
        rows_rejected=len(extract.rejected[["table", "line"]].drop_duplicates()),
        findings=len(figures.archived["findings"]),
        surnames=frozenset(name.split()[-1] for name in names),
        full_names=frozenset(name for name in names if len(name.split()) > 1),
        crns=frozenset(extract.caseload.cases["crn"]),
    )


def summarise(
    picture: Picture, extract: Extract, figures: StoredFigures, queued: int, policy: str, *, comparison: bool
) -> RunSummary:
    """What the run found, in a few figures."""
    whole = figures.units[figures.units["level"].eq(Level.ALL)].iloc[0]
    status = figures.hotspots["status"].value_counts()
    percentage = whole["capacity_percentage"]
    return RunSummary(
        as_at=picture.as_at,
        policy=policy,
        policy_fingerprint=picture.policy_fingerprint,
        revision=picture.revision,
        unchanged=False,
        cases=int(whole["cases"]),
        offender_managers=int(extract.caseload.offender_managers["om_code"].nunique()),
        rejected=picture.rows_rejected,
        total_points=float(whole["total_points"]),
        available_points=float(whole["available_points"]),
        capacity_percentage=None if pd.isna(percentage) else float(percentage),
        hotspots=HotspotCounts(**{name: int(status.get(name, 0)) for name in (NEW, CONTINUING, CLEARED)}),
        overdue=int(whole["overdue"]),
        high_risk_overdue=int(whole["high_risk_overdue"]),
        findings=picture.findings,
        digests_queued=queued,
        rows_read=picture.rows_read,
        missing_weeks=picture.missing_weeks,
        teams_without_data=picture.teams_without_data,
        unused_columns=extract.unused,
        comparison=comparison,
    )
