"""Pseudonyms: the same for the same person in every frame, under one key alone."""

import re
from dataclasses import replace
from datetime import date

import pandas as pd

from alerts.causes.model import EarlierWeek
from alerts.detection.organisation.model import ChangeKind, OrganisationChange, UnitName
from monitor.bundles.pseudonyms import OFFICER_COLUMNS, Pseudonyms, drop_texts, hide_caseload, hide_frame, hide_past
from monitor.snapshots.weeks.history import Past
from tests.tiering.rows import FRIDAY, LONDON, case, caseload, done, post, reduction, team
from tiering.caseload import TABLES, Kind
from tiering.terms import Level

NAMES = Pseudonyms(b"one key")
P, X1 = NAMES.officer("P"), NAMES.case("X1")


def texts(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame(columns).astype("str")


def test_a_pseudonym_depends_on_person_kind_and_key() -> None:
    assert re.fullmatch("case[0-9a-f]{20}", X1)
    assert re.fullmatch("om[0-9a-f]{20}", NAMES.officer("X1"))
    assert NAMES.case("X1") == X1
    given = {X1, NAMES.case("X2"), Pseudonyms(b"another key").case("X1"), NAMES.officer("X1")}
    assert len({text[-20:] for text in given}) == 4


def test_every_table_has_the_same_pseudonyms_and_no_name() -> None:
    known = caseload(
        case(),
        case("X2", om_code=None),
        organisation=[team(team_name="Jo's team")],
        offender_managers=[post(om_name="Jo Smith")],
        assessments=[done("home_visit", FRIDAY)],
        reductions=[reduction(3)],
    )
    managers = known.offender_managers.assign(hours_assumed=True, remark="Jo, ask Ann")
    hidden = hide_caseload(replace(known, offender_managers=managers), NAMES)
    assert (
        hidden.cases.set_index("crn")["om_code"].to_dict() == {X1: P, NAMES.case("X2"): None}
        or hidden.cases["om_code"].isna().sum() == 1
    )
    assert list(hidden.assessments["crn"]) == [X1]
    assert list(hidden.reductions["om_code"]) == [P]
    assert list(hidden.reductions["reason"]) == ["sickness"]
    posts = hidden.offender_managers
    assert (list(posts["om_code"]), list(posts["om_name"])) == ([P], [P])
    assert "remark" not in posts
    assert list(posts["hours_assumed"]) == [True]
    assert list(hidden.organisation["team_name"]) == ["T1"]
    assert list(hidden.organisation["office_name"]) == ["Office F1"]
    assert hidden.cases["crn"].is_monotonic_increasing


def test_every_text_of_an_extract_is_hidden_or_names_no_person() -> None:
    """A new column of text has to be put into one of these groups, or made a pseudonym."""
    places = {f"{level}_{part}" for level in ("team", "office", "cluster", "area") for part in ("code", "name")}
    names_no_person = places | {"tier"}
    hidden = {"crn", "om_name", *OFFICER_COLUMNS}
    of_contract = {
        column.name
        for table in TABLES.values()
        for column in table.columns
        if column.kind is Kind.TEXT and not column.choices
    }
    assert of_contract == names_no_person | hidden


def test_who_countersigned_has_the_pseudonym_of_an_officer() -> None:
    plans = texts(crn=["X1", "X1"], countersigned_by=["P", None])
    assert list(hide_frame(plans, NAMES)["countersigned_by"].fillna("nobody")) == [P, "nobody"]


def test_units_are_hidden_if_they_are_people_and_posts_are_split_at_their_team() -> None:
    units = texts(
        level=["offender_manager", "post", "team", "office"],
        code=["P", "T/1/P", "T/1", "P"],
        name=["Jo Smith", "Jo Smith", "Jo's team", "Penge"],
        parent_code=["T/1", "T/1", "P", "C1"],
    )
    hidden = hide_frame(units, NAMES)
    assert list(hidden["code"]) == [P, f"T/1/{P}", "T/1", "P"]
    assert list(hidden["name"]) == [P, f"T/1/{P}", "T/1", "Penge"]
    assert list(hidden["parent_code"]) == ["T/1", "T/1", "P", "C1"]
    causes = texts(crn=["X1", ""], om_code=["", "P"])
    assert hide_frame(causes, NAMES).to_numpy().tolist() == [[X1, ""], ["", P]]
    without_codes = texts(level=["office"], weeks_ahead=["1"])
    assert hide_frame(without_codes, NAMES).equals(without_codes)


def test_the_identity_of_an_episode_of_a_person_has_the_pseudonym() -> None:
    episodes = texts(
        level=["offender_manager", "office"],
        code=["P", "P"],
        episode=["over_threshold:offender_manager:P:2026-W45", "over_threshold:office:P:2026-W45"],
    )
    hidden = hide_frame(episodes, NAMES)["episode"]
    assert list(hidden) == [f"over_threshold:offender_manager:{P}:2026-W45", "over_threshold:office:P:2026-W45"]


def test_the_past_is_hidden_alike_and_teams_in_its_changes_have_codes_for_names() -> None:
    seen = texts(om_code=["P"], team_code=["T1"])
    above = (UnitName(level=Level.OFFICE, code="F1", name="Penge"),)
    change = OrganisationChange(
        kind=ChangeKind.RENAMED,
        level=Level.TEAM,
        code="T1",
        name="Jo's team",
        previous_code="T1",
        previous_name="Al's team",
        above=above,
        previous_above=(UnitName(level=Level.TEAM, code="T1", name="Al's team"),),
    )
    units = texts(level=["offender_manager"], code=["P"], name=["Jo Smith"], parent_code=["T1"])
    week = EarlierWeek(1, FRIDAY, caseload(case()), LONDON)
    past = Past(units, units, units, texts(crn=["X1"]), seen, units, changes={date(2026, 1, 2): (change,)})
    hidden = hide_past(replace(past, compared=(week,)), NAMES)
    assert list(hidden.units["code"]) == list(hidden.forecasts["name"]) == list(hidden.staffing["code"]) == [P]
    assert hidden.first_seen is not None
    assert hidden.people is not None
    assert (list(hidden.first_seen["crn"]), list(hidden.people["om_code"])) == ([X1], [P])
    assert list(hidden.compared[0].caseload.cases["crn"]) == [X1]
    (made,) = hidden.changes[date(2026, 1, 2)]
    assert (made.name, made.previous_name, made.previous_above[0].name) == ("T1", "T1", "T1")
    assert made.above == above
    nothing = hide_past(replace(past, first_seen=None, people=None), NAMES)
    assert (nothing.first_seen, nothing.people) == (None, None)


def test_what_was_typed_is_left_out() -> None:
    rejected = texts(table=["cases"], column=["crn"], value=["X1"], reason=["'X1' is there twice"])
    assert drop_texts(rejected).to_dict("records") == [{"table": "cases", "column": "crn", "value": "", "reason": ""}]
    assert drop_texts(texts(kind=["hours"], note=["Jo is away"]))["note"].tolist() == [""]
