"""Teams and posts of the workbook, and the hours of those that no table next to it gives."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pandas as pd

from monitor.extracts.reading.rows import plain_number
from monitor.extracts.wmt.counts import CountSheet
from monitor.extracts.wmt.grades import grade_of
from tiering.policies.policy import Policy
from tiering.terms import UNKNOWN_GRADE, Grade, TeamType

_LEVELS = {"team": "team", "pdu": "cluster", "region": "area"}


def list_teams(sheets: Sequence[CountSheet]) -> pd.DataFrame:
    """Rows of ``organisation`` for every team that a sheet names, with the line of its first row in ``line``.

    A team is its own office; its PDU is the cluster, its region the area. A code has the first name it is given.
    A team in two PDUs is two rows, which the checks refuse.
    """
    parts = []
    for sheet in sheets:
        columns = {
            f"{ours}_{part}": sheet.rows.text(f"{theirs}_{their_part}")
            for theirs, ours in _LEVELS.items()
            for part, their_part in (("code", "code"), ("name", "desc"))
        }
        parts.append(pd.DataFrame({**columns, "line": sheet.rows.lines})[sheet.accepted])
    teams = pd.concat(parts, ignore_index=True)
    for level in _LEVELS.values():
        named = teams[teams[f"{level}_name"].ne("")].drop_duplicates(f"{level}_code")
        names = named.set_index(f"{level}_code")[f"{level}_name"]
        code = teams[f"{level}_code"]
        teams[f"{level}_name"] = code.map(names).fillna(code)
    codes = [f"{level}_code" for level in _LEVELS.values()]
    teams = teams.drop_duplicates(codes, ignore_index=True)
    return teams.assign(office_code=teams["team_code"], office_name=teams["team_name"], team_type=TeamType.OMU.value)


def list_owners(sheets: Sequence[CountSheet]) -> pd.DataFrame:
    """Every owner that a sheet names: om_code, team_code, om_name, grade and grade_code, with its line.

    What the first sheet says of an owner stands; the tool loses an owner who is missing from its first.
    """
    parts = []
    for sheet in sheets:
        text = sheet.rows.text
        name = (text("om_forename") + " " + text("om_surname")).str.strip()
        columns = {
            "om_code": text("om_key"),
            "team_code": text("team_code"),
            "om_name": name.where(name.ne(""), text("om_key")),
            "grade_code": text("om_grade_code"),
            "line": sheet.rows.lines,
            "sheet": sheet.rows.name,
        }
        parts.append(pd.DataFrame(columns)[sheet.owned])
    owners = pd.concat(parts, ignore_index=True).drop_duplicates(["om_code", "team_code"], ignore_index=True)
    grades = {code: grade_of(code) for code in owners["grade_code"].unique()}
    return owners.assign(grade=owners["grade_code"].map(grades).astype("str"))


def with_default_hours(owners: pd.DataFrame, stated: Mapping[str, Fraction], policy: Policy) -> pd.DataFrame:
    """Owners whose hours no table gives, with contracted_hours as text.

    A person has the default of the grade once: what other posts leave of it (``stated``, by om_code) is shared equally
    by these posts, so that a person in two teams is not counted twice.
    """
    defaults: Mapping[Grade, Decimal] = policy.default_contracted_hours or {}
    by_grade = {grade.value: Fraction(hours) for grade, hours in defaults.items()}
    posts = Counter(owners["om_code"].tolist())

    @cache
    def hours_of(grade: str, elsewhere: Fraction, shared_by: int) -> str:
        left = max(Fraction(0), by_grade.get(grade, Fraction(0)) - elsewhere)
        return plain_number(float(left / shared_by))

    none = Fraction(0)
    people = zip(owners["om_code"].tolist(), owners["grade"].tolist(), strict=True)
    hours = [hours_of(grade, stated.get(om_code, none), posts[om_code]) for om_code, grade in people]
    return owners.assign(contracted_hours=hours)


def grades_of_given(given: pd.DataFrame, owners: pd.DataFrame) -> "pd.Series[str]":
    """The grade of each post of the table next to the workbook: the workbook's, unless it knows none.

    - given: rows of that table, with om_code, team_code and grade as text.
    """
    known = owners[owners["grade"].ne(UNKNOWN_GRADE)].set_index(["om_code", "team_code"])["grade"]
    keys = pd.MultiIndex.from_frame(given[["om_code", "team_code"]])
    there = pd.Series(known.reindex(keys).to_numpy(), index=given.index, dtype="str")
    return there.where(there.notna(), given["grade"])


def hours_of_given(given: pd.DataFrame, as_at: str) -> dict[str, Fraction]:
    """Hours of each person by the table next to the workbook; of posts that were left, and of no number, none.

    - given: om_code, contracted_hours and left_on as text.
    """
    hours: dict[str, Fraction] = {}
    for om_code, text, left_on in zip(given["om_code"], given["contracted_hours"], given["left_on"], strict=True):
        if left_on and left_on <= as_at:
            continue
        try:
            own = Fraction(text)
        except (ValueError, ZeroDivisionError):
            # The checks reject the row, with its line.
            continue
        hours[om_code] = hours.get(om_code, Fraction(0)) + own
    return hours
