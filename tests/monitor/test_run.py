"""One snapshot: what it says, what it keeps, and what it refuses."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from monitor.extracts import ExtractRefused
from monitor.mail.outbox import load_message, messages
from monitor.mail.preview import text_of
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from tiering.faults import ConfigFault

from .conftest import AS_AT, FORMULA, WEEK, Answer, Home, everything_in, little_london
from .extracts.small import Tables, a_case, a_post, an_assessment, write_csv, write_parquet, write_workbook
from .mail.mailbox import NORTH, SOUTH

Program = Callable[..., Answer]


def corrected() -> Tables:
    """The same week with one person more, supervised by M2 and released on the Wednesday after."""
    release = {"setting": "custody", "release_on": AS_AT + timedelta(days=5)}
    return little_london(cases=[a_case("X000201", om_code="M2", team_code="T2", **release)])


def exported(hotspots: Program, home: Home, table: str, *words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(hotspots("export", table, *words, home=home).out)))


def messages_of(home: Home, snapshot: Snapshot) -> list[OutboxMessage]:
    """The digests of a snapshot, with their bytes."""
    numbers = [message.id for message in messages(home.store) if message.snapshot_id == snapshot.id]
    return [message for number in numbers if (message := load_message(home.store, number or 0)) is not None]


def mail_states(home: Home) -> list[tuple[date, int, str, str]]:
    return sorted((one.period, one.revision, one.recipient, one.state) for one in messages(home.store))


def test_a_run_prints_one_json_object_with_the_figures_of_its_snapshot(new_home: Home, hotspots: Program) -> None:
    answer = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, "--json", home=new_home)
    said = json.loads(answer.out)
    assert (answer.status, answer.err) == (0, "")
    assert list(said)[:16] == [
        "as_at",
        "policy",
        "policy_fingerprint",
        "revision",
        "unchanged",
        "cases",
        "offender_managers",
        "rejected",
        "total_points",
        "available_points",
        "capacity_percentage",
        "hotspots",
        "overdue",
        "high_risk_overdue",
        "findings",
        "digests_queued",
    ]
    assert {name: said[name] for name in ("as_at", "policy", "revision", "unchanged")} == {
        "as_at": "2026-11-20",
        "policy": "london-2009",
        "revision": 1,
        "unchanged": False,
    }
    # 12 people one by one, 20 and 15 counted, six more; M1 holds two posts; three rows break the contract.
    assert (said["cases"], said["offender_managers"], said["rejected"], said["digests_queued"]) == (53, 6, 3, 2)
    assert said["rows_read"] == 42
    assert said["policy_fingerprint"] == new_home.newest.policy_fingerprint
    assert said["capacity_percentage"] == 100 * said["total_points"] / said["available_points"]


def test_the_figures_a_run_prints_are_those_it_exports(home: Home, hotspots: Program) -> None:
    said = json.loads(home.newest.summary)
    whole = next(row for row in exported(hotspots, home, "workload") if row["level"] == "all")
    shown = [row["status"] for row in exported(hotspots, home, "hotspots")]
    overdue = exported(hotspots, home, "overdue")
    assert [said["total_points"], said["available_points"]] == [
        float(whole["total_points"]),
        float(whole["available_points"]),
    ]
    assert said["hotspots"] == {status: shown.count(status) for status in ("new", "continuing", "cleared")}
    assert said["hotspots"]["new"] > 0
    assert said["hotspots"]["continuing"] > 0
    assert said["overdue"] == len(overdue) == int(whole["overdue"])
    assert said["high_risk_overdue"] == sum(row["rosh"] in ("high", "very_high") for row in overdue) > 0
    assert said["findings"] == len(exported(hotspots, home, "findings")) > 0


def test_the_same_extract_twice_changes_nothing_and_says_so(home: Home, hotspots: Program) -> None:
    before = everything_in(home)
    command = ("run", "--extract", home.extract, "--as-at", AS_AT)
    as_json = json.loads(hotspots(*command, "--json", home=home).out)
    in_words = hotspots(*command, home=home)
    assert as_json == json.loads(home.newest.summary) | {"unchanged": True, "digests_queued": 0}
    assert (in_words.status, in_words.out.splitlines()[0]) == (
        0,
        "unchanged: the snapshot for 2026-11-20 already holds these rows under this policy",
    )
    assert everything_in(home) == before


@pytest.mark.parametrize("file", ["parquet", "xlsx", "csv in another order"])
def test_the_same_data_from_another_kind_of_file_changes_nothing(home: Home, tmp_path: Path, file: str) -> None:
    before = everything_in(home)
    tables = little_london()
    if file == "parquet":
        extract = write_parquet(tmp_path / "again", tables)
    elif file == "xlsx":
        extract = write_workbook(tmp_path / "again.xlsx", tables)
    else:
        turned = {name: rows if name == "cases" else rows[::-1] for name, rows in tables.items()}
        turned["assessments"] = [*tables["assessments"][:4][::-1], tables["assessments"][4]]
        extract = write_csv(tmp_path / "again", turned)
    assert home.run(extract).unchanged
    assert everything_in(home) == before


def test_a_corrected_extract_makes_a_second_revision_and_the_first_stays_readable(
    home: Home, tmp_path: Path, hotspots: Program
) -> None:
    first = home.newest
    assert first.id is not None
    before = home.store.units(first.id), home.store.archived_frame(first.id, "cases")
    home.settings = home.with_settings(small_team=1)
    spo = "  - {email: spo@example.org, name: An SPO, role: spo, office: O1, digest: weekly}\n"
    home.settings.people_file.write_text(home.settings.people_file.read_text(encoding="utf-8") + spo, encoding="utf-8")
    second = home.run(write_csv(tmp_path / "corrected", corrected()), proposes=False)
    assert (second.snapshot.revision, second.unchanged, second.summary.cases) == (2, False, 54)
    assert home.newest.id == second.snapshot.id
    assert home.store.units(first.id).equals(before[0])
    assert home.store.archived_frame(first.id, "cases").equals(before[1])
    assert "X000201" in hotspots("export", "cases", "--as-at", AS_AT, home=home).out
    assert [(row[1:]) for row in mail_states(home) if row[0] == AS_AT] == [
        (1, "north@example.org", "superseded"),
        (1, "south@example.org", "superseded"),
        (2, "north@example.org", "queued"),
        (2, "south@example.org", "queued"),
        (2, "spo@example.org", "queued"),
    ]
    coming = "Next week (23 to 29 November 2026): 0 assessments and plans due and 1 release."
    digests = {message.recipient: text_of(message.message) for message in messages_of(home, second.snapshot)}
    assert [coming in digests[reader] for reader in ("spo@example.org", NORTH, SOUTH)] == [True, False, False]
    back_again = home.run(home.extract)
    assert (back_again.snapshot.revision, back_again.unchanged) == (3, False)


def test_a_refused_extract_lists_every_fault_and_leaves_the_store_as_it_was(
    home: Home, tmp_path: Path, hotspots: Program
) -> None:
    before = everything_in(home)
    tables = little_london(assessments=[an_assessment("X000001", kind=f"kind {number}") for number in range(20)])
    del tables["offender_managers"]
    for case in tables["cases"]:
        del case["setting"]
    extract = write_csv(tmp_path / "broken", tables)
    (tmp_path / "broken" / "manifest.json").write_text('{"as_at": "2026-11-13"}', encoding="utf-8")
    answer = hotspots("run", "--extract", extract, "--as-at", AS_AT, home=home)
    assert (answer.status, answer.out) == (2, "")
    for fault in (
        "offender_managers: the table is missing",
        "setting",
        "assessments.csv: 21 of 25",
        "as_at is 2026-11-13",
    ):
        assert any(fault in line for line in answer.err.splitlines()), fault
    assert "Traceback" not in answer.err
    assert everything_in(home) == before


def test_a_policy_fault_is_the_users_and_leaves_the_store_as_it_was(home: Home, hotspots: Program) -> None:
    before = everything_in(home)
    answer = hotspots("run", "--extract", home.extract, "--as-at", AS_AT, "--policy", "paris-1789", home=home)
    assert (answer.status, answer.out) == (2, "")
    assert "paris-1789" in answer.err
    assert "london-2009" in answer.err
    assert "Traceback" not in answer.err
    assert everything_in(home) == before


def test_the_policy_of_the_workload_management_tool_weighs_by_its_own_tiers(new_home: Home, tmp_path: Path) -> None:
    tables = little_london()
    for case in tables["cases"]:
        case["tier"] = {"4": "A3", "3": "B2", "2": "C1"}.get(case["tier"])
    snapshot = new_home.take(write_csv(tmp_path / "wmt", tables), policy="wmt", proposes=False)
    assert snapshot.id is not None
    summary = RunSummary.of_snapshot(snapshot)
    assert (snapshot.policy, summary.policy, summary.cases) == ("wmt", "wmt", 53)
    cases = new_home.store.archived_frame(snapshot.id, "cases").set_index("crn")
    assert list(cases.loc[["X000001", "X000101"], "tier"]) == ["A3", "B2"]
    assert not cases["rosh_points"].any()


def test_tiers_of_another_policy_are_refused(new_home: Home, hotspots: Program) -> None:
    answer = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, "--policy", "wmt", home=new_home)
    assert answer.status == 2
    assert "cases.csv: 21 of 22 rows are rejected" in answer.err
    assert new_home.store.newest() is None


def test_posts_with_one_code_between_them_are_the_extracts_fault(
    new_home: Home, tmp_path: Path, hotspots: Program
) -> None:
    tables = little_london()
    tables["organisation"] += [tables["organisation"][0] | {"team_code": code} for code in ("A/B", "A")]
    tables["offender_managers"] += [a_post("C", "A/B"), a_post("B/C", "A")]
    extract = write_csv(tmp_path / "alike", tables)
    answer = hotspots("run", "--extract", extract, "--as-at", AS_AT, home=new_home)
    assert answer.status == 2
    assert "have the same post code 'A/B/C'" in answer.err
    assert new_home.store.newest() is None


def test_a_snapshot_older_than_the_newest_queues_no_digests(home: Home, tmp_path: Path) -> None:
    before = mail_states(home)
    older = home.take(write_csv(tmp_path / "older", little_london()), AS_AT - 3 * WEEK, proposes=False)
    assert RunSummary.of_snapshot(older).digests_queued == 0
    assert home.newest.as_at == AS_AT
    assert mail_states(home) == before


def test_a_swing_in_the_number_of_cases_is_refused_until_it_is_accepted(
    home: Home, tmp_path: Path, hotspots: Program
) -> None:
    before = everything_in(home)
    extract = write_csv(tmp_path / "more", little_london(cases=[a_case("X000301", number_of_cases=11)]))
    command = ("run", "--extract", extract, "--as-at", AS_AT + WEEK, "--json")
    refused = hotspots(*command, home=home)
    assert refused.status == 2
    assert "64 cases against 53" in refused.err
    assert "--accept-swing" in refused.err
    assert everything_in(home) == before
    accepted = hotspots(*command, "--accept-swing", home=home)
    assert (accepted.status, json.loads(accepted.out)["cases"]) == (0, 64)


def test_rejected_rows_are_exported_with_line_column_value_and_reason(home: Home, hotspots: Program) -> None:
    rows = exported(hotspots, home, "rejected")
    assert [(row["table"], row["line"], row["column"], row["value"]) for row in rows] == [
        ("assessments", "6", "kind", "palmistry"),
        ("cases", "22", "setting", "'=cmd|' /C calc'!A0"),
        ("cases", "23", "om_code", "M1\tM2"),
    ]
    assert all(row["reason"] for row in rows)


def test_a_faulty_people_file_stops_a_run_before_anything_is_stored(new_home: Home, hotspots: Program) -> None:
    assert new_home.settings.people is not None
    new_home.settings.people.write_text("people: [{email: nobody, name: N, role: king}]\n", encoding="utf-8")
    answer = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, home=new_home)
    assert answer.status == 2
    assert "king" in answer.err
    assert "nobody" in answer.err
    assert new_home.store.newest() is None


def test_a_run_in_process_raises_refusals_with_all_faults_as_values(new_home: Home, tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused) as refused:
        new_home.take(str(tmp_path / "nowhere"), proposes=False)
    assert refused.value.faults
    with pytest.raises(ConfigFault) as faulty:
        new_home.take(new_home.extract, policy="paris-1789", proposes=False)
    assert faulty.value.faults


def test_a_name_that_is_a_formula_reaches_the_store_as_it_was(home: Home) -> None:
    newest = home.newest
    assert newest.id is not None
    units = home.store.units(newest.id).set_index(["level", "code"])
    assert units.loc[("office", "O2"), "name"] == FORMULA


KNOWN_EVENTS = """\
starts_on,ends_on,level,code,kind,quantity,note
2026-12-07,,team,T4,hours,37,a new officer joins
"""


def with_events(home: Home, content: str) -> None:
    path = home.settings.home.parent / "known_events.csv"
    path.write_text(content, encoding="utf-8")
    home.settings = home.with_settings(events=path)


def available_ahead(home: Home, hotspots: Program, code: str) -> dict[int, float]:
    rows = exported(hotspots, home, "forecast")
    return {int(row["weeks_ahead"]): float(row["available_points"]) for row in rows if row["code"] == code}


def test_a_known_event_changes_the_forecast_and_makes_a_new_revision(home: Home, hotspots: Program) -> None:
    before = available_ahead(home, hotspots, "T4")
    with_events(home, KNOWN_EVENTS)
    again = home.run(home.extract)
    assert (again.snapshot.revision, again.unchanged) == (2, False)
    after = available_ahead(home, hotspots, "T4")
    # From 7 December on: the snapshot three weeks on is the first that finds the new officer in post.
    assert [week for week in after if after[week] != before[week]] == list(range(3, 13))
    assert after[3] - before[3] == pytest.approx(2176)
    assert home.run(home.extract).unchanged


def test_an_outage_changes_no_figure_and_makes_a_new_revision_that_shows_it(home: Home) -> None:
    before = home.newest
    with_events(home, f"{KNOWN_EVENTS.splitlines()[0]}\n2026-05-01,2026-11-19,area,N,outage,,OASys\n")
    home.settings = home.with_settings(small_team=1)
    after = home.run(home.extract).snapshot
    assert after.revision == before.revision + 1
    first, second = before.id or 0, after.id or 0
    for read in (home.store.units, home.store.hotspots, home.store.timeliness):
        assert read(first).equals(read(second))
    for name in ("overdue", "forecast", "flow", "findings"):
        assert home.store.archived_frame(first, name).equals(home.store.archived_frame(second, name))
    line = "Outage recorded: OASys (North, 1 May to 19 November 2026). "
    digests = {message.recipient: message.message for message in messages_of(home, after)}
    assert [line in text_of(digests[reader]) for reader in (NORTH, SOUTH)] == [True, False]


def test_a_fault_in_the_known_events_stops_the_run_and_changes_nothing(home: Home, hotspots: Program) -> None:
    with_events(home, KNOWN_EVENTS.replace(",37,", ",many,"))
    before = everything_in(home)
    answer = hotspots("run", "--extract", home.extract, "--as-at", AS_AT, home=home, events=home.settings.events)
    assert answer.status == 2
    assert "known_events.csv: line 2: quantity: 'many' is not a number" in answer.err
    assert everything_in(home) == before


def test_faults_of_policy_rules_and_forecast_are_told_together(home: Home, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(home.settings.config, config)
    for name, old in (
        ("weightings/london-2009.yaml", "licence: 85"),
        ("hotspot_rules/watch.yaml", "value: 110"),
        ("forecast.yaml", "value: 13,"),
    ):
        path = config / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, f"{old[:6]}: much", 1), encoding="utf-8")
    home.settings = home.with_settings(config=config)
    with pytest.raises(ConfigFault) as caught:
        home.take(home.extract, proposes=False)
    said = "\n".join(caught.value.faults)
    assert all(name in said for name in ("london-2009.yaml", "watch.yaml", "forecast.yaml"))


def test_with_too_little_history_the_forecast_is_the_last_value_and_says_so(home: Home, hotspots: Program) -> None:
    workload = {row["code"]: row for row in exported(hotspots, home, "workload") if row["level"] == "team"}
    rows = [row for row in exported(hotspots, home, "forecast") if row["level"] == "team"]
    assert {row["method"] for row in rows} == {"last value"}
    assert all(row["points"] == workload[row["code"]]["total_points"] for row in rows)
    assert {row["forecast_percentage"] for row in workload.values()} == {""}


def test_staff_is_counted_from_week_to_week_and_anew_after_a_version_without_it(home: Home, tmp_path: Path) -> None:
    def staffing(weeks: int, tables: Tables) -> dict[str, object]:
        day = AS_AT + weeks * WEEK
        snapshot = home.take(write_csv(tmp_path / str(day), tables), day, proposes=False)
        frame = home.store.archived_frame(snapshot.id or 0, "staffing").set_index(["level", "code"])
        return {name: frame.loc[("office", "O2"), name] for name in ("weeks", "people", "leavers", "joiners")}

    posts = [post for post in little_london()["offender_managers"] if post["om_code"] != "M4"]
    changed = little_london() | {"offender_managers": [*posts, a_post("M8", "T3")]}
    assert staffing(1, changed) == {"weeks": 3, "people": 2, "leavers": 1, "joiners": 1}
    with home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM archived_frame WHERE name IN ('staffing', 'people_seen')"))
    again = staffing(2, changed)
    assert (again["weeks"], again["people"], pd.isna(again["leavers"])) == (0, 2, True)
    assert staffing(3, changed) == {"weeks": 1, "people": 2, "leavers": 0, "joiners": 0}
