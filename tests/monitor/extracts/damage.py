"""Ways in which one column of a good extract arrives damaged, and a good extract that fills every column."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from monitor.extracts.reading.rows import as_text
from tiering.caseload import TABLES, Column, Kind

from .small import AS_AT, Tables, a_case, a_duty, a_post, a_reduction, a_team, an_assessment

Values = list[str | None]
Damage = Callable[[Values], Values]

KINDS_OF_WORK = ("rosh_screening", "rosh_full_analysis", "risk_management_plan", "rosh_review", "sentence_plan")


def full_extract(seed: int = 1) -> Tables:
    """An extract in which every column has many different values and nothing is rejected."""
    rng = random.Random(seed)

    def day(first: date = date(2024, 1, 1), days: int = 900) -> date:
        return first + timedelta(days=rng.randrange(days))

    teams = [
        a_team(
            f"0T{n}",
            f"0O{n // 2}",
            cluster_code=f"0C{n // 4}",
            cluster_name=f"Cluster {n // 4}",
            area_code="0A1",
            area_name="Area 1",
            team_type=rng.choice(["omu", "ppu", "custody"]),
        )
        for n in range(12)
    ]
    posts = [
        a_post(
            f"00{n}",
            f"0T{n % 12}",
            grade=rng.choice(["PO", "PSO"]),
            contracted_hours=rng.choice([37.5, 18.5, 30.25]),
            qualified_on=day(),
            left_on=day(date(2026, 11, 23), 60),
        )
        for n in range(40)
    ]
    cases = [_full_case(rng, n, day) for n in range(200)]
    crns = [case["crn"] for case in cases]
    return {
        "organisation": teams,
        "offender_managers": posts,
        "cases": cases,
        "assessments": [
            an_assessment(
                rng.choice(crns),
                kind=rng.choice(KINDS_OF_WORK),
                completed_on=day(),
                countersigned_on=day(),
                similarity=rng.choice([0.25, 0.5, 0.75]),
                countersigned_by=rng.choice(posts)["om_code"],
            )
            for _ in range(300)
        ],
        "events": [{"crn": rng.choice(crns), "kind": "significant_change", "occurred_on": day()} for _ in range(40)],
        "duties": [
            a_duty(
                **_post_of(posts, n),
                kind=rng.choice(["sdr", "court_duty"]),
                quantity=rng.choice([2.5, 1.5]),
                starts_on=day(),
                ends_on=day(date(2026, 12, 1), 60),
            )
            for n in range(40)
        ],
        "reductions": [
            a_reduction(
                **_post_of(posts, n),
                reason=rng.choice(["training", "sickness"]),
                hours=rng.choice([7.5, 3.5]),
                starts_on=day(),
                ends_on=day(date(2026, 12, 1), 60),
            )
            for n in range(40)
        ],
        "tier_inputs": [_full_tier_input(rng, crn, day) for crn in crns[:40]],
        **_full_oversight(rng, crns, posts, day),
    }


def _full_oversight(
    rng: random.Random, crns: list[str], posts: list[dict[str, Any]], day: Callable[..., date]
) -> Tables:
    """Enforcement, contacts and oversight; every value of their optional columns is there in all rows."""
    enforcement = []
    for _ in range(40):
        failed = day(days=600)
        later = {name: day(failed, 200) for name in ("action_by", "acted_on", "resolved_on")}
        kind = rng.choice(["breach", "recall"])
        enforcement.append({"crn": rng.choice(crns), "kind": kind, "occurred_on": failed} | later)
    ways, work = ("office", "home", "telephone"), ("safeguarding", "mappa_review", "supervision")
    contacts = [
        {"crn": rng.choice(crns), "planned_on": day(), "kept": rng.choice([True, False]), "kind": rng.choice(ways)}
        for _ in range(40)
    ]
    oversight = [
        {"crn": rng.choice(crns), "om_code": posts[n]["om_code"], "kind": rng.choice(work), "done_on": day()}
        for n in range(40)
    ]
    return {"enforcement": enforcement, "contacts": contacts, "oversight": oversight}


def _full_tier_input(rng: random.Random, crn: str, day: Callable[..., date]) -> dict[str, Any]:
    """What the tier of a case is calculated from, with a value in every column."""
    row: dict[str, Any] = {"crn": crn}
    for column in TABLES["tier_inputs"].columns[1:]:
        most = column.maximum or 0
        values: dict[Kind, Any] = {
            Kind.FLAG: rng.choice([True, False]),
            Kind.DATE: day(),
            Kind.WHOLE: rng.randrange(int(most) + 1),
            Kind.NUMBER: rng.randrange(int(most) * 2 + 1) / 2,
        }
        row[column.name] = rng.choice(column.choices) if column.choices else values[column.kind]
    return row


def _post_of(posts: list[dict[str, Any]], n: int) -> dict[str, str]:
    return {name: posts[n % len(posts)][name] for name in ("om_code", "team_code")}


def _full_case(rng: random.Random, n: int, day: Callable[..., date]) -> dict[str, Any]:
    named = ("prolific", "safeguarding", "domestic_abuse", "mappa_eligible", "licence_copy", "victim_contact")
    flags = {name: rng.choice([True, False]) for name in named}
    return a_case(
        f"X{n:06}",
        om_code=f"00{n % 40}",
        team_code=f"0T{n % 40 % 12}",
        tier=rng.choice(["1", "2", "3", "4"]),
        rosh=rng.choice(["low", "medium", "high", "very_high"]),
        rosh_delius=rng.choice(["low", "medium", "high", "very_high"]),
        setting=rng.choice(["community", "licence", "custody"]),
        activity=rng.choice(["active", "warrant", "suspended"]),
        sentence_start=day(),
        release_on=day(),
        expected_end_on=day(AS_AT, 900),
        allocated_on=day(),
        transferred_in_on=day(),
        mappa_level=rng.choice(["1", "2", "3"]),
        tier_changes=rng.randrange(1, 5),
        tier_documented=rng.choice([True, False]),
        number_of_cases=1,
        **flags,
    )


def _each(change: Callable[[str], str | None]) -> Damage:
    return lambda values: [None if value is None else change(value) for value in values]


def _every_other(change: Callable[[str], str | None]) -> Damage:
    return lambda values: [value if value is None or place % 2 else change(value) for place, value in enumerate(values)]


def _day(form: str) -> Callable[[str], str]:
    return lambda value: date.fromisoformat(value).strftime(form)


ANY_COLUMN: dict[str, Damage] = {
    "empty": _each(lambda _: None),
    "half empty": _every_other(lambda _: None),
    "NULL": _each(lambda _: "NULL"),
    "half nan": _every_other(lambda _: "nan"),
    "hyphen": _each(lambda _: "-"),
    "#N/A": _each(lambda _: "#N/A"),
    "half #REF!": _every_other(lambda _: "#REF!"),
    "zero width before": _each(lambda value: "\u200b" + value),
    "byte order mark before": _each(lambda value: "\ufeff" + value),
    "no-break space behind": _each(lambda value: value + "\u00a0"),
    "blanks around": _each(lambda value: f"  {value} "),
    "upper case": _each(str.upper),
    "lower case": _each(str.lower),
    "half in the other case": _every_other(str.swapcase),
    "full width": _each(lambda value: value.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)})),
}
CODES: dict[str, Damage] = {
    "zeros lost": _each(lambda value: value.lstrip("0") or "0"),
    "half of the zeros lost": _every_other(lambda value: value.lstrip("0") or "0"),
    "zeros added": _each(lambda value: "0" + value),
    "decimal point": _each(lambda value: value + ".0"),
}
NUMBERS: dict[str, Damage] = {
    "decimal comma": _each(lambda value: value.replace(".", ",") if "." in value else value + ",0"),
    "decimal point": _each(lambda value: value if "." in value else value + ".0"),
    "decimal point lost": _each(lambda value: value.replace(".", "")),
}
DATES: dict[str, Damage] = {
    "dd/mm/yyyy": _each(_day("%d/%m/%Y")),
    "mm/dd/yyyy": _each(_day("%m/%d/%Y")),
    "yyyy-dd-mm": _each(_day("%Y-%d-%m")),
    "yyyymmdd": _each(_day("%Y%m%d")),
    "midnight": _each(lambda value: value + " 00:00:00"),
    "midnight with T": _each(lambda value: value + "T00:00:00.000"),
    "Excel serial": _each(lambda value: str((date.fromisoformat(value) - date(1899, 12, 30)).days)),
}
HEADINGS: dict[str, Callable[[str], str]] = {
    "upper": str.upper,
    "blanks": lambda name: f" {name.replace('_', ' ').title()} ",
    "hyphens": lambda name: name.replace("_", "-"),
    "no-break space": lambda name: f"{name}\u00a0",
    "zero width": lambda name: f"\u200b{name}",
    "another": lambda _: "Zyx",
    "abbreviated": lambda name: f"{name}2",
}


def damages_of(column: Column) -> Iterator[tuple[str, Damage]]:
    """Every way in which the values of one column may be damaged."""
    yield from ANY_COLUMN.items()
    if column.kind is Kind.TEXT:
        yield from CODES.items()
    if column.kind in (Kind.NUMBER, Kind.WHOLE):
        yield from NUMBERS.items()
    if column.kind is Kind.DATE:
        yield from DATES.items()


def as_written(tables: Tables) -> Tables:
    """The tables with every value as a CSV file has it."""
    return {
        name: [{key: as_text(value) for key, value in row.items()} for row in rows] for name, rows in tables.items()
    }


def with_damaged_values(tables: Tables, table: str, column: str, damage: Damage) -> Tables:
    """The tables with one column damaged."""
    values = damage([as_text(row[column]) for row in tables[table]])
    rows = [row | {column: value} for row, value in zip(tables[table], values, strict=True)]
    return tables | {table: rows}


def with_damaged_heading(tables: Tables, table: str, column: str, damage: Callable[[str], str]) -> Tables:
    """The tables with one heading damaged."""
    rows = [{damage(key) if key == column else key: value for key, value in row.items()} for row in tables[table]]
    return tables | {table: rows}


ALL_COLUMNS = [(table.name, column.name) for table in TABLES.values() for column in table.columns]
