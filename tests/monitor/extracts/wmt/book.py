"""Workbooks of the Workload Management Tool for tests: small ones by hand, large ones made up, as rows and as files."""

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

from monitor.extracts import Extract, read_extract
from monitor.extracts.reading.rows import Rows, Sheet, Source, as_text, text_array
from tests.oracle.national_tool import CONTACT_POINTS, LOCATIONS, SUFFIXED, TIERS, Book, Owner, Row
from tests.tiering.rows import WMT
from tiering.caseload import Column

AS_AT = date(2026, 11, 20)
SPECIMEN = Path(__file__).with_name("specimen.xlsx")
"""The workbook that is published with the tool, without the formats of its empty cells. People in it are made up."""

PLACES = ("region_code", "region_desc", "pdu_code", "pdu_desc", "ldu_code", "ldu_desc", "team_code", "team_desc")
PERSON = ("om_surname", "om_forename", "om_key", "om_grade_code")
COUNTS = tuple(f"{prefix}{tier}" for prefix in LOCATIONS.values() for tier in ("0", *TIERS, *SUFFIXED))
FLAG = ("row_type", "case_ref_no", "tier_code", "team_code", "om_grade_code", "om_key", "location")
_COUNTING = ("trust", *PLACES, *PERSON, *COUNTS, "comin1st16weeks", "licin1st16weeks", "datestamp", "v-crn_count")
HEADINGS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("wmt_extract", "wmt_extract_filtered", "t2a", "omic_teams"), _COUNTING),
    "court_reports": (
        "trust", *PLACES, *PERSON, "om_team_staff_grade", "sdr_last_30", "sdr_due_next_30", "sdr_conv_last_30",
        "oral_reports", "datestamp",
    ),
    **dict.fromkeys(("flag_warr_4_n", "flag_upw", "flag_o_due", "flag_priority"), FLAG),
    "wmt_extract_sa": (*FLAG, "disposal_type_desc", "disposal_type_code", "standalone_order"),
    "suspended_lifers": (*FLAG, "in_custody", "register_code", "registration_date", "next_review_date"),
    "cms": (
        "contact_id", "crn", "contact_date", "contact_type_code", "contact_staff_key", "contact_team_key", "om_key",
        "om_team_key",
    ),
    "t2a_detail": ("crn", "event_no"),
}  # fmt: skip
GRADE_CODES = ("NPSM", "NPSM", "NPSM", "NPSQ", "NPSQ", "NPSP", "NPSB", " ", "ZZZ")


def place(team: int) -> Row:
    """The columns of a team: four teams to a PDU, three PDUs to a region."""
    pdu, region = team // 4, team // 12
    return {
        "region_code": f"N{region:02d}",
        "region_desc": f"Region {region}",
        "pdu_code": f"PDU{pdu:03d}",
        "pdu_desc": "Central" if pdu % 3 == 0 else f"PDU {pdu}",
        "team_code": f"N{region:02d}T{team:03d}",
        "team_desc": f"Team {team} ",
    }


def owner(key: str, team: int = 0, grade: str = "NPSM", **counts: Any) -> Row:
    """A row of a counting sheet."""
    made_on = datetime.combine(AS_AT, time(0, 32, 14))
    person = {"om_surname": f"Doe{key}", "om_forename": "Jo", "om_key": key, "om_grade_code": grade}
    total = sum(count for name, count in counts.items() if name in COUNTS and isinstance(count, int))
    return {**place(team), **person, "datestamp": made_on, "v-crn_count": total, **counts}


def book_of(**sheets: list[Row]) -> Book:
    """A workbook with every sheet; those not given are empty or hold one owner."""
    filler = {"wmt_extract_filtered": [owner("FILLER", commtier0=1)], "wmt_extract": [owner("FILLER")]}
    return {name: list(sheets.get(name, filler.get(name, []))) for name in HEADINGS}


def make_book(owners: int, seed: int = 1) -> Book:
    """A made-up workbook of so many owners; some are in two teams, in few sheets or of no known grade."""
    rng = random.Random(seed)
    book = book_of()
    weights = [5, 8, 8, 2, 6, 10, 8, 2, 6, 10, 8, 2, 4, 6, 6, 2]
    columns = [f"{prefix}{tier}" for prefix in LOCATIONS.values() for tier in TIERS]
    for sheet in book:
        book[sheet] = []
    keys: list[tuple[str, int, str]] = []
    for number in range(owners):
        split = keys and rng.random() < 0.05
        key = keys[-1][0] if split else f"N{number:05d}"
        team = number // 12 + (1 if split else 0)
        keys.append((key, team, rng.choice(GRADE_CODES)))
    seen: set[tuple[str, int]] = set()
    for key, team, grade in keys:
        if (key, team) in seen:
            continue
        seen.add((key, team))
        chosen = rng.choices(columns, weights * 3, k=rng.randint(1, 9))
        counts = {column: rng.randint(1, 3) for column in chosen}
        if rng.random() < 0.2:
            counts[rng.choice(["commtier0", "custtierb2s", "licencetiera1s"])] = rng.randint(1, 4)
        more = dict(counts) | {rng.choice(columns): rng.randint(3, 5)}
        if rng.random() > 0.01:
            book["wmt_extract"].append(owner(key, team, grade, **more))
        book["wmt_extract_filtered"].append(owner(key, team, grade, **counts))
        if rng.random() < 0.1:
            young = {rng.choice(columns): rng.randint(1, 2), "custtier0": 1}
            book["t2a"].append(owner(key, team, grade, **young))
        if rng.random() < 0.1:
            reports = {
                "sdr_last_30": rng.randint(0, 4),
                "sdr_conv_last_30": rng.choice([None, 1, 2]),
                "oral_reports": 1,
            }
            book["court_reports"].append(owner(key, team, grade) | reports)
    book["court_reports"].append(owner("COURT", 0) | {"sdr_last_30": 3})
    for number in range(owners // 5):
        (giver, at, _), (receiver, there, _) = rng.choice(keys), rng.choice(keys)
        book["cms"].append(
            {
                "contact_id": number,
                "crn": f"X{number}",
                "contact_date": AS_AT - timedelta(days=rng.randint(0, 9)),
                "contact_type_code": rng.choice([*CONTACT_POINTS, "OTHER"]),
                "contact_staff_key": giver,
                "contact_team_key": place(at)["team_code"],
                "om_key": receiver,
                "om_team_key": place(there)["team_code"],
            }
        )
    for number in range(owners // 5):
        key, team, _ = rng.choice(keys)
        flag = {"row_type": "U", "case_ref_no": f"U{number}", "tier_code": str(rng.randint(1, 16)), "om_key": key}
        book["flag_upw"].append(flag | {"team_code": place(team)["team_code"], "location": "Community"})
    book["omic_teams"].append(owner("OMIC", 0, custtierb2=9, custtiera3=1))
    return book


def make_hours(book: Book, seed: int = 2) -> tuple[dict[Owner, Decimal], dict[Owner, Decimal]]:
    """Contracted hours of half of the owners that have a grade, and reductions of some of those."""
    rng = random.Random(seed)
    hours: dict[Owner, Decimal] = {}
    reduced: dict[Owner, Decimal] = {}
    for row in book["wmt_extract"]:
        key = row["om_key"], row["team_code"]
        if row["om_grade_code"] in ("NPSM", "NPSQ", "NPSP") and rng.random() < 0.5:
            hours[key] = Decimal(rng.choice(["37", "30", "22.2", "18.5", "7.4", "0"]))
            if rng.random() < 0.4:
                reduced[key] = Decimal(rng.choice(["1.8", "3.7", "18.5", "37"]))
    return hours, reduced


GRADE_OF_CODE = {"NPSM": "PO", "NPSQ": "PSO", "NPSP": "TPO"}


def write_hours(folder: Path, book: Book, hours: dict[Owner, Decimal], reduced: dict[Owner, Decimal]) -> None:
    """The tables next to a workbook."""
    grades = {(row["om_key"], row["team_code"]): row["om_grade_code"] for row in book["wmt_extract"]}
    posts = ["om_code,team_code,om_name,grade,contracted_hours"]
    posts += [f"{om},{team},Jo Doe{om},{GRADE_OF_CODE[grades[om, team]]},{own}" for (om, team), own in hours.items()]
    lost = ["om_code,team_code,reason,hours,starts_on"]
    lost += [f"{om},{team},sickness,{own},2026-01-01" for (om, team), own in reduced.items()]
    (folder / "offender_managers.csv").write_text("\n".join(posts) + "\n", encoding="utf-8")
    (folder / "reductions.csv").write_text("\n".join(lost) + "\n", encoding="utf-8")


def write_book(book: Book, path: Path) -> str:
    """The workbook as a file; its headings are written as the tool's own are, in capitals and with the hyphen."""
    workbook = openpyxl.Workbook(write_only=True)
    for name, rows in book.items():
        page = workbook.create_sheet(name.upper())
        headings = HEADINGS[name]
        page.append([heading.upper() for heading in headings])
        for row in rows:
            page.append([row.get(heading) for heading in headings])
    workbook.save(path)
    return str(path)


def source_of(book: Book) -> Source:
    """The workbook as an open source, without a file."""

    def find(name: str) -> Sheet | None:
        if name not in book:
            return None
        headings, rows = list(HEADINGS[name]), book[name]
        headings += sorted({heading for row in rows for heading in row} - set(headings))

        def read(wanted: Mapping[int, Column]) -> Rows:
            columns = {
                column.name: text_array([as_text(row.get(headings[at])) or None for row in rows])
                for at, column in wanted.items()
            }
            return Rows(columns, np.arange(2, len(rows) + 2, dtype=np.int64), "0" * 64)

        return Sheet(f"book.xlsx sheet {name}", "book.xlsx", headings, read)

    return Source(find, "the sheets", tuple(book))


def read(source: str, as_at: date = AS_AT, **rest: Any) -> Extract:
    """Read an extract under the policy of the tool."""
    return read_extract(source, as_at, WMT.tiers, policy=WMT, **rest)
