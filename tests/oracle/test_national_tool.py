"""The second reader of the national tool against facts from the tool's own code, and this program against them too."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from monitor.extracts.wmt.grades import grade_of
from tests.oracle import national_tool as tool
from tests.tiering.rows import FRIDAY, WMT, Row, case, caseload, duty, post, team, units_of
from tiering.capacity import available_points
from tiering.points import duty_points
from tiering.terms import Activity, Grade, Setting, TeamType

FACTS = json.loads((Path(__file__).parent / "wmt-cases.json").read_text(encoding="utf-8"))
KINDS = {tool.PO: "PO", tool.SPO: "SPO", tool.PSO: "PSO", tool.TPO: "TPO", tool.PSO_B: "PSO", tool.UNKNOWN: "unknown"}


def facts_of(*functions: str) -> Any:
    """The facts about some functions, each a test of its name."""
    facts = [fact for fact in FACTS if fact["inputs"]["function"] in functions]
    assert facts
    return pytest.mark.parametrize(
        ("args", "expected"),
        [pytest.param(fact["inputs"]["args"], fact["expected"], id=fact["name"]) for fact in facts],
    )


def test_every_fact_is_asked() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in {fact["inputs"]["function"] for fact in FACTS} if f'"{name}"' not in source} == set()


@facts_of("tier_points_seed")
def test_points_of_tiers(args: Row, expected: Row) -> None:
    prefix = "T2A-" if args["t2a"] else ""
    setting = Setting(args["location"])
    for tier in args["tiers"]:
        assert tool.tier_points(args["location"], tier, young=args["t2a"]) == expected[tier]
        assert WMT.tier_points[f"{prefix}{tier.upper()}"][setting] == expected[tier]


@facts_of("grade")
def test_grades(args: Row, expected: list[str]) -> None:
    assert [tool.GRADE_NAMES[tool.grade_type(code)] for code in args["codes"]] == expected
    assert [grade_of(code) for code in args["codes"]] == expected


@facts_of("nominal_target")
def test_targets(args: Row, expected: int) -> None:
    assert tool.nominal_target(args["offenderManagerTypeId"], args["targets"]) == expected


@facts_of("contracted_hours")
def test_hours(args: Row, expected: Row) -> None:
    band = tool.default_hours(args["offenderManagerTypeId"], args["defaultHours"])
    assert {"baseHours": args["contractedHours"], "defaultContractedHoursForBand": band} == expected


def test_the_default_hours_are_the_published_ones() -> None:
    kinds = {tool.PO: Grade.PO, tool.PSO: Grade.PSO, tool.TPO: Grade.TPO, tool.SPO: Grade.SPO}
    published = {grade: tool.default_hours(kind, tool.DEFAULT_HOURS) for kind, grade in kinds.items()}
    assert WMT.default_contracted_hours == published


@facts_of("available_points")
def test_available_points(args: Row, expected: int) -> None:
    kind, defaults = args["offenderManagerTypeId"], args["defaultHours"]
    asked = (args["nominalTarget"], kind, args["contractedHours"], args["reductionHours"], defaults)
    assert tool.available_points(*asked) == expected
    band = Decimal(tool.default_hours(kind, defaults))
    policy = WMT.model_copy(
        update={"default_hours": band, "nominal_target": dict.fromkeys(Grade, Decimal(args["nominalTarget"]))}
    )
    posts = caseload(offender_managers=[post(grade=KINDS[kind], hours=args["contractedHours"])]).offender_managers
    lost = {("P", "T1"): Fraction(str(args["reductionHours"]))}
    assert available_points(posts, lost, {"T1": TeamType.OMU}, policy, FRIDAY) == [expected]


@facts_of("points_for_tier")
def test_points_of_inactive_cases(args: Row, expected: float) -> None:
    counts = {key: args[key] for key in ("total", "warrants", "unpaidWork", "overdueTermination")}
    points, weightings = args["tierPoints"], args["weightings"]
    assert tool.points_for_tier(counts, points, weightings, subtract=args["subtractInactive"]) == expected
    if not args["subtractInactive"]:
        return
    kinds = {"warrant": ("warrants", "w"), "unpaid_work_only": ("unpaidWork", "u"), "overdue_termination": (
        "overdueTermination", "o")}  # fmt: skip
    shares = dict.fromkeys(Activity, Decimal(1))
    shares |= {Activity(kind): Decimal(min(100, weightings[key])) / 100 for kind, (_, key) in kinds.items()}
    numbers = {kind: counts[name] for kind, (name, _) in kinds.items()}
    numbers["active"] = counts["total"] - sum(numbers.values())
    rows = [case(kind, tier="A3", activity=kind, number_of_cases=number) for kind, number in numbers.items() if number]
    each = {"A3": dict.fromkeys(Setting, Decimal(points))}
    policy = WMT.model_copy(update={"activity_share": shares, "tier_points": WMT.tier_points | each})
    assert units_of(caseload(*rows), policy).loc[("all", "all"), "case_points"] == expected


@facts_of("worker_total")
def test_totals(args: Row, expected: int) -> None:
    assert tool.round_half_up(args["casePoints"] + args["cmsPoints"]) == expected
    policy = WMT.model_copy(
        update={"tier_points": WMT.tier_points | {"A3": dict.fromkeys(Setting, Decimal(str(args["casePoints"])))}}
    )
    moved = [duty("support_received", -args["cmsPoints"])]
    assert units_of(caseload(case(tier="A3"), duties=moved), policy).loc[("post", "T1/P"), "total_points"] == expected


@facts_of("cms_adjustment")
def test_contacts(args: Row, expected: list[Row]) -> None:
    day = FRIDAY - timedelta(days=args["daysAgo"])
    assert tool.contact_counts(day, FRIDAY) == bool(expected)
    last = day + timedelta(days=(WMT.contact_days or 0) - 1)
    known = caseload(duties=[duty("support_given", args["points"], starts_on=day, ends_on=last)])
    assert bool(duty_points(known.duties, known.offender_managers, WMT, FRIDAY)) == bool(expected)


def test_a_contact_of_six_days_ago_still_counts_and_the_points_of_each_code_are_the_published_ones() -> None:
    assert tool.contact_counts(FRIDAY - timedelta(days=6), FRIDAY)
    assert WMT.contact_points == tool.CONTACT_POINTS


@facts_of("map_flags")
def test_flags(args: Row, expected: Row) -> None:
    counted = tool.count_flags(args["details"], args["location"], args["tier"])
    young = {name: 0 for name in expected if name.startswith("t2a")}
    assert counted | young == expected


def as_row(counts: Row) -> Row:
    """A row of a counting sheet from counts by location and tier."""
    tiers = {"untiered": "0"}
    return {
        f"{tool.LOCATIONS[location]}{tiers.get(tier, tier)}": number
        for location, by_tier in counts.items()
        for tier, number in by_tier.items()
    }


@facts_of("score_seed")
def test_whole_owners(args: Row, expected: Row) -> None:
    reports = {"sdr_last_30": args.get("sdrLast30"), "sdr_conv_last_30": args.get("sdrConvLast30")}
    unfiltered = as_row(args.get("tiers", {})) | {"om_grade_code": args.get("gradeCode", "NPSM")}
    filtered, young = as_row(args.get("filtered", {})), as_row(args.get("t2a", {}))
    score = tool.score_owner(unfiltered, filtered, young, reports, 0, None, 0)
    names = ("totalPoints", "availablePoints", "capacityPercent", "totalCases", "totalFilteredCases", "totalT2aCases")
    keys = ("total", "available", "capacity", "total_cases", "filtered_cases", "young_cases")
    assert dict(zip(names, (score[key] for key in keys), strict=True)) == expected


def two_posts(*loads: tuple[int, int]) -> pd.DataFrame:
    """Units of one-person teams with given total and available points, each a PDU of its own of the same name."""
    rows = [
        case(f"X{place}", om_code=f"P{place}", team_code=f"T{place}", tier="A3", number_of_cases=total)
        for place, (total, _) in enumerate(loads)
    ]
    places = [team(f"T{place}", f"F{place}", f"C{place}", cluster_name="Central") for place in range(len(loads))]
    posts = [post(f"P{place}", f"T{place}", hours=available) for place, (_, available) in enumerate(loads)]
    each = {"A3": dict.fromkeys(Setting, Decimal(1))}
    policy = WMT.model_copy(
        update={
            "tier_points": WMT.tier_points | each,
            "nominal_target": dict.fromkeys(Grade, Decimal(1)),
            "default_hours": Decimal(1),
        }
    )
    return units_of(caseload(*rows, organisation=places, offender_managers=posts), policy)


@facts_of("overview", "capacity_breakdown")
def test_roll_ups_are_sums_over_sums(args: Row, expected: Any) -> None:
    rows = args["rows"]
    total, available = (sum(row[key] for row in rows) for key in ("totalPoints", "availablePoints"))
    of_tool = expected["totals"]["totalCapacityPercentage"] if "level" not in args else expected[-1]["capacity"]
    assert tool.capacity(total, available) == of_tool
    units = two_posts(*((row["totalPoints"], row["availablePoints"]) for row in rows))
    ours = units.loc[("all", "all")]
    assert (ours["total_points"], ours["available_points"]) == (total, available)
    # Where there are no points to carry anything, there is no percentage; units of one name stay apart.
    assert ours["capacity_percentage"] == of_tool if available else pd.isna(ours["capacity_percentage"])
    assert len(units.loc["cluster"]) == len(rows)


@facts_of("totals_round")
def test_hours_are_shown_to_one_decimal(args: Row, expected: Row) -> None:
    assert {name: float(f"{hours:.1f}") for name, hours in args.items()} == expected


@facts_of("reduction_hours")
def test_what_a_reason_allows(args: Row, expected: Row) -> None:
    # We have no limits by reason; hours of reductions are taken as they are entered.
    hours = args["contractedHours"]
    shares = (args["allowancePercentage"], args["maxAllowancePercentage"])
    allowed = [hours if share is None else round(hours * share / 100, 2) for share in shares]
    assert allowed == [expected["allowanceHours"], expected["maxAllowanceHours"]]


@facts_of("workload_points_16_tier_fixture")
def test_the_fixture_of_the_older_library(args: Row, expected: Row) -> None:
    counts = {"warrants": 1, "unpaidWork": 1, "overdueTermination": 1}
    standard = sum(8 * tier for tier in range(1, 17))
    inactive = {"w": 0, "u": 0, "o": 0}
    young = sum(
        tool.points_for_tier({"total": 8} | counts, tier, inactive, subtract=True) + -tier for tier in range(1, 17)
    )
    reports = (
        expected["sdrPoints"] + expected["sdrConversionPoints"] + expected["paromsPoints"] + expected["armsPoints"]
    )
    assert 3 * (standard + young) + reports == expected["total"]
    assert not args["omic"]


def test_faults_of_the_tool_are_read_as_it_reads_them() -> None:
    assert [tool.parse_count(value) for value in (None, "", "12abc", 3.9, -2, " 5")] == [0, 0, 12, 3, -2, 5]
    assert tool.parse_count("abc") != tool.parse_count("abc")
    assert tool.available_points(2176, tool.PO, 18.5, 37, tool.DEFAULT_HOURS) == -1088
    assert tool.contact_counts(date(2030, 1, 1), FRIDAY)
