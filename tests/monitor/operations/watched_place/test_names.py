"""Names that people give to what they put in the watched place: the right extract, or a fault that lists them."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.operations.watched_place.names import (
    BEING_WRITTEN,
    MISDATED,
    UNDATED,
    Choice,
    Entry,
    PassedOver,
    choose_extract,
    reason_to_pass_over,
)

DAY = date(2026, 11, 20)
PLAIN, AGAIN = "2026-11-20.zip", "2026-11-20 (1).zip"


def chosen(*names: str, manifests: Mapping[str, str] | None = None, unready: Mapping[str, str] | None = None) -> Choice:
    """What is chosen among names; one that ends with a slash is a folder. manifests: the dates they state, by name."""
    stated = {name: date.fromisoformat(as_at) for name, as_at in (manifests or {}).items()}
    entries = [Entry(name.rstrip("/"), name.endswith("/")) for name in names]
    return choose_extract(entries, (unready or {}).get, stated.get)


@pytest.mark.parametrize(
    "name",
    [
        "2026-11-20/",
        "2026-11-20.zip",
        "2026-11-20.xlsx",
        "2026-11-20.xlsm",
        "2026-11-20.XLSM",
        "2026-11-20.ZIP",
        "2026-11-20.xlsb",
        "2026-11-20.xls",
        "2026-11-20.ods",
        "London_2026-11-20.zip",
        "extract 20261120.zip",
        "2026-11-20 (1).zip",
    ],
)
def test_an_extract_is_recognised_by_its_kind_and_date(name: str) -> None:
    notes = PassedOver("notes.txt", "not a folder, zip file or workbook")
    assert chosen(name, "notes.txt") == Choice(name.rstrip("/"), DAY, (), (notes,))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("~$2026-11-27.xlsx", "a lock file: a program has the workbook open"),
        ("~$26-11-27.XLSM", "a lock file: a program has the workbook open"),
        (".~lock.2026-11-27.xlsx#", "a lock file: a program has the workbook open"),
        (".2026-11-27.zip", "hidden"),
        (".2026-11-27/", "hidden"),
        ("~2026-11-27.zip", "hidden"),
        ("2026-11-27.zip.part", BEING_WRITTEN),
        ("2026-11-27.zip.partial", BEING_WRITTEN),
        ("2026-11-27.zip.crdownload", BEING_WRITTEN),
        ("2026-11-27.TMP", BEING_WRITTEN),
        ("2026-11-27.tmp.xlsx", BEING_WRITTEN),
        ("2026-11-27.zip.filepart", BEING_WRITTEN),
        ("2026-11-27.zip.download/", BEING_WRITTEN),
        ("2026-11-27.part/", BEING_WRITTEN),
        ("2026-11-27.csv", "not a folder, zip file or workbook"),
        ("2026-11-27.7z", "not a folder, zip file or workbook"),
        ("2026-11-27.xlsx~", "not a folder, zip file or workbook"),
        ("2026-11-27", "not a folder, zip file or workbook"),
        ("caseload.xlsx", UNDATED),
        ("12026-11-27.zip", UNDATED),
        ("27-11-2026.zip", MISDATED),
        ("__MACOSX/", UNDATED),
    ],
)
def test_what_is_no_extract_is_passed_over_and_named(name: str, reason: str) -> None:
    passed = PassedOver(name.rstrip("/"), reason)
    assert chosen(name) == Choice(passed_over=(passed,))
    assert chosen(name, "2026-11-20.xlsx") == Choice("2026-11-20.xlsx", DAY, (), (passed,))
    assert str(passed) == f"{name.rstrip('/')} ({reason})"


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        (("2026-11-20.zip", "2026-11-20 (1).zip"), "2 extracts for 2026-11-20: '2026-11-20 (1).zip', '2026-11-20.zip'"),
        (("2026-11-20.xlsx", "2026-11-20 - Copy.xlsx"), "'2026-11-20 - Copy.xlsx', '2026-11-20.xlsx'"),
        (("2026-11-20.zip", "2026-11-20_old.zip"), "'2026-11-20.zip', '2026-11-20_old.zip'"),
        (("2026-11-20.zip", "2026-11-20-corrected.zip"), "'2026-11-20-corrected.zip', '2026-11-20.zip'"),
        (("2026-11-20.zip", "2026-11-20-final.zip"), "'2026-11-20-final.zip', '2026-11-20.zip'"),
        (("2026-11-20.zip", "2026-11-20/"), "'2026-11-20', '2026-11-20.zip'"),
        (("2026-11-20.xlsx", "2026-11-20.xlsm"), "'2026-11-20.xlsm', '2026-11-20.xlsx'"),
        (("2026-11-20.xlsx", "2026-11-20.XLSX"), "'2026-11-20.XLSX', '2026-11-20.xlsx'"),
        (("a-2026-11-20.zip", "b-2026-11-20.zip", "20261120.zip"), "3 extracts for 2026-11-20: "),
        (
            ("extract_2026-11-20_created_2026-11-23.zip",),
            "'extract_2026-11-20_created_2026-11-23.zip': has 2 dates in its name, 2026-11-20 and 2026-11-23",
        ),
        (("created 2026-11-23 caseload 2026-11-20.xlsx", "2026-11-20.xlsx"), "'created 2026-11-23 caseload"),
        (("archive-2026-11-13-until-2026-11-20.zip", "2026-11-20.zip"), "has 2 dates in its name"),
        (
            ("archive-until-2026-11-27.xlsx", "2026-11-20.xlsx"),
            "'archive-until-2026-11-27.xlsx': is the newest and is not named like '2026-11-20.xlsx'",
        ),
        (("london 2026-11-27.zip", "leeds 2026-11-20.zip"), "is not named like 'leeds 2026-11-20.zip'"),
        (("created 2026-11-23.zip",), "says 'created', so 2026-11-23 may not be the date of its figures"),
        (("2026-11-20_old.zip",), "says 'old'"),
    ],
)
def test_what_is_not_clear_is_a_fault_that_lists_it(names: Sequence[str], listed: str) -> None:
    choice = chosen(*names)
    assert choice.name is None
    assert any(listed in fault for fault in choice.faults)
    assert chosen(*reversed(names)) == choice


@pytest.mark.parametrize(
    ("names", "manifests", "name"),
    [
        # Which of two dates is the as-at date.
        (("2026-11-20 2026-11-23.zip",), {"2026-11-20 2026-11-23.zip": "2026-11-20"}, "2026-11-20 2026-11-23.zip"),
        # The date that it rules out makes it no newer than others.
        (("2026-11-20.zip", "2026-11-13 2026-11-23.zip"), {"2026-11-13 2026-11-23.zip": "2026-11-13"}, PLAIN),
        # Of two for one date, the only one that says what it is.
        ((PLAIN, AGAIN), {AGAIN: "2026-11-20"}, AGAIN),
        (("2026-11-13.zip", "until-2026-11-20.zip"), {"until-2026-11-20.zip": "2026-11-20"}, "until-2026-11-20.zip"),
    ],
)
def test_a_manifest_decides(names: Sequence[str], manifests: Mapping[str, str], name: str) -> None:
    choice = chosen(*names, manifests=manifests)
    assert (choice.name, choice.as_at, choice.faults) == (name, DAY, ())


@pytest.mark.parametrize(
    ("names", "manifests", "fault"),
    [
        ((PLAIN,), {PLAIN: "2026-11-13"}, f"'{PLAIN}': its name says 2026-11-20, its manifest.json says 2026-11-13"),
        (("2026-11-20 2026-11-23.zip",), {"2026-11-20 2026-11-23.zip": "2026-11-13"}, "has 2 dates in its name"),
        ((PLAIN, "2026-11-20/"), {PLAIN: "2026-11-20", "2026-11-20": "2026-11-20"}, "2 extracts for"),
        # Perhaps the next week's, under a wrong name.
        ((PLAIN, AGAIN), {PLAIN: "2026-11-20", AGAIN: "2026-11-27"}, "its manifest.json says 2026-11-27"),
    ],
)
def test_a_manifest_that_contradicts_decides_nothing(
    names: Sequence[str], manifests: Mapping[str, str], fault: str
) -> None:
    choice = chosen(*names, manifests=manifests)
    assert choice.name is None
    assert any(fault in line for line in choice.faults)


def test_the_extract_that_a_manifest_rules_out_is_named() -> None:
    choice = chosen("2026-11-20.zip", "2026-11-20 (1).zip", manifests={"2026-11-20.zip": "2026-11-20"})
    assert choice.passed_over == (PassedOver("2026-11-20 (1).zip", "the manifest of 2026-11-20.zip decides"),)


@pytest.mark.parametrize(
    "names",
    [
        ("2026-11-20.zip", "2026-11-13.zip", "2026-11-06/"),
        ("2026-11-20.xlsx", "2026-11-13.zip"),
        # Older ones may be as they are: they were dealt with in their weeks.
        ("2026-11-20.zip", "2026-11-13.zip", "2026-11-13 (1).zip"),
        ("2026-11-20.zip", "2026-11-06_created_2026-11-13.zip"),
        ("2026-11-20.zip", "extract 2026-11-13 late"),
        ("2026-11-20.zip", "archive-until-2026-11-13.zip"),
        ("2026-11-20-corrected.zip", "2026-11-13.zip"),
    ],
)
def test_the_newest_of_one_kind_of_name_is_chosen(names: Sequence[str]) -> None:
    assert (chosen(*names).name, chosen(*names).as_at) == (names[0], DAY)


def test_what_is_not_complete_is_passed_over_however_many_there_are() -> None:
    unready = {"2026-11-27.zip": "empty", "2026-11-20 (1).zip": BEING_WRITTEN}
    assert chosen("2026-11-27.zip", "2026-11-20 (1).zip", "2026-11-20.zip", unready=unready) == Choice(
        "2026-11-20.zip",
        DAY,
        (),
        (PassedOver("2026-11-27.zip", "empty"), PassedOver("2026-11-20 (1).zip", BEING_WRITTEN)),
    )
    assert chosen("2026-11-27.zip", unready=unready) == Choice(passed_over=(PassedOver("2026-11-27.zip", "empty"),))


def test_only_the_newest_are_looked_into() -> None:
    asked: list[str] = []

    def ask(name: str) -> None:
        asked.append(name)

    choose_extract([Entry(f"2026-11-{day}.zip", False) for day in (13, 20, 27)], ask, ask)
    assert set(asked) == {"2026-11-27.zip"}


DATES = ("2026-11-06", "2026-11-13", "2026-11-20", "20261120", "20-11-2026", "")
HEADS = ("", "extract ", "archive until ", "~$", ".", "created 2026-11-23 ")
TAILS = ("", " (1)", " - Copy", "_old")
ENDS = ("", "/", ".zip", ".XLSX", ".xlsm", ".zip.part", ".csv")
LISTINGS = st.lists(
    st.tuples(*map(st.sampled_from, (HEADS, DATES, TAILS, ENDS))).map("".join).filter(lambda name: name.strip("/")),
    max_size=5,
    unique_by=lambda name: name.rstrip("/"),
)
READABLE = {iso: iso for iso in DATES[:3]} | {"20261120": "2026-11-20"}


def plain_dates(name: str) -> set[str]:
    """The dates in a generated name, by looking for each of those that are generated."""
    dates = {iso for written, iso in READABLE.items() if written in name}
    return dates | ({"2026-11-23"} if "created" in name else set())


def plain_kind(name: str) -> str:
    """What is in front of and behind the date of a generated name, but for the marks of a copy."""
    head = next(head for head in reversed(HEADS) if name.startswith(head))
    return head.partition(" 2026")[0].strip() + ("old" if "_old" in name else "")


def plain_answer(names: Sequence[str]) -> str | None:
    """The one extract that is clearly meant, by a rule in other words; None if there is none."""
    real = [
        name
        for name in names
        if not name.startswith(("~$", ".")) and name.endswith(("/", ".zip", ".XLSX", ".xlsm")) and plain_dates(name)
    ]
    if not real:
        return None
    newest = max(day for name in real for day in plain_dates(name))
    best = [name for name in real if newest in plain_dates(name)]
    others = {plain_kind(name) for name in real} - {plain_kind(best[0])}
    if len(best) > 1 or len(plain_dates(best[0])) > 1 or "20-11-2026" in best[0]:
        return None
    if any(word in plain_kind(best[0]) for word in ("created", "until", "old")) or (others and plain_kind(best[0])):
        return None
    return best[0].rstrip("/")


@given(LISTINGS)
def test_of_any_listing_the_one_clear_extract_is_chosen_or_none(names: list[str]) -> None:
    choice = chosen(*names)
    assert choice.name == plain_answer(names)
    # Whatever is found: nothing is both clear and at fault, and every entry that was not used is accounted for.
    assert not (choice.name and choice.faults)
    assert (choice.as_at is None) == (choice.name is None and not choice.faults)
    assert chosen(*sorted(names, reverse=True)) == choice
    if choice.name is not None:
        (as_at,) = plain_dates(next(name for name in names if name.rstrip("/") == choice.name))
        assert choice.as_at == date.fromisoformat(as_at)
        assert PurePosixPath(choice.name).suffix.lower() in ("", ".zip", ".xlsx", ".xlsm")


def test_a_reason_to_pass_over_does_not_depend_on_the_date() -> None:
    assert reason_to_pass_over(Entry("notes", True)) is None
    assert reason_to_pass_over(Entry("notes.zip", False)) is None
    assert reason_to_pass_over(Entry("notes.zip.part", False)) == BEING_WRITTEN
