"""The sheets that count: one row per owner, one column per setting and tier."""

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from alerts.wording import count_of
from monitor.extracts.reading.rows import Mask, Source
from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.wmt.sheet import EXTRACT, FILTERED, IDENTITY, SheetRows, no_rejections, read_sheet, reject
from monitor.extracts.wording import folded
from monitor.safe_text import list_names
from tiering.policies.policy import Policy
from tiering.terms import UNTIERED, Setting

Counts = npt.NDArray[np.int64]

YOUNG: Final = "T2A-"
"""What the tier of a case of an 18 to 24 year old begins with, in a policy that weighs them apart."""

CRN_COUNT: Final = "vcrn_count"
_SETTINGS: Final = {"comm": Setting.COMMUNITY, "cust": Setting.CUSTODY, "licence": Setting.LICENCE}
_HEADING = re.compile(r"(comm|cust|licence)tier(0|[a-z]\d+s?)")
_WHOLE = re.compile(r"\+?\d{1,6}(\.0+)?")
_NOT_WHOLE: Final = "is not a whole number from 0, so no case is counted for it"


@dataclass(frozen=True)
class CountSheet:
    """One of these sheets.

    - headings: the columns of ``counts``, as they are compared.
    - classes: setting and tier of each of them; the tier is None for untiered cases.
    - counts: cases of each row and class, 0 where the cell is empty or at fault.
    - accepted: the rows that may count.
    - rejected: faulty cells, and rows that are not accepted.
    """

    rows: SheetRows
    headings: tuple[str, ...]
    classes: tuple[tuple[Setting, str | None], ...]
    counts: Counts
    accepted: Mask
    rejected: pd.DataFrame

    @property
    def owned(self) -> Mask:
        """The accepted rows that name an owner, who is a person in a team."""
        owned: Mask = self.accepted & self.rows.text("om_key").ne("").to_numpy(dtype=bool)
        return owned


def read_counts(opened: Source, name: str, policy: Policy) -> CountSheet:
    """Read one of these sheets; raises ExtractRefused where a column is missing that the policy gives points to."""
    needed = [*IDENTITY, "om_surname", "om_forename", "om_grade_code", "datestamp", CRN_COUNT]
    rows = read_sheet(opened, name, needed, [f"{prefix}tier" for prefix in _SETTINGS])
    columns = {key: match for key in rows.arrays if (match := _HEADING.fullmatch(key))}
    classes = tuple(_class_of(match) for match in columns.values())
    _check_classes(rows, classes, policy)
    counts = np.zeros((len(rows.lines), len(columns)), dtype=np.int64)
    rejected = [no_rejections()]
    for place, key in enumerate(columns):
        counts[:, place], faulty = parse_counts(rows.arrays[key])
        if faulty.any():
            rejected.append(reject(rows, faulty, key, _NOT_WHOLE))
    accepted = np.ones(len(rows.lines), dtype=bool)
    for refused in (_without_owner(rows, counts), _repeated(rows, counts)):
        accepted &= ~refused[0]
        rejected.append(refused[1])
    return CountSheet(rows, tuple(columns), classes, counts, accepted, pd.concat(rejected, ignore_index=True))


def _class_of(match: re.Match[str]) -> tuple[Setting, str | None]:
    tier = match[2].upper()
    return _SETTINGS[match[1]], None if tier == "0" else tier


def _check_classes(rows: SheetRows, classes: tuple[tuple[Setting, str | None], ...], policy: Policy) -> None:
    own = {tier for _, tier in classes} & set(policy.tiers)
    if not own:
        raise ExtractRefused(
            [f"{rows.shown}: policy {policy.name} has none of the tiers of this workbook; run it with --policy wmt"]
        )
    missing = [
        f"{setting} {tier}"
        for tier in policy.tiers
        for setting in Setting
        if not tier.startswith(YOUNG) and policy.tier_points[tier][setting] and (setting, tier) not in classes
    ]
    if missing:
        raise ExtractRefused([f"{rows.shown}: the columns of {list_names(missing)} are missing; export it again"])


def parse_counts(texts: Any) -> tuple[Counts, Mask]:
    """Whole numbers of an Arrow array of text, 0 for an empty cell, and which texts are none."""
    encoded = texts.dictionary_encode()
    written = [text.strip() for text in encoded.dictionary.to_pylist()]
    whole = [not text or bool(_WHOLE.fullmatch(text)) for text in written]
    values = [int(float(text)) if text and good else 0 for text, good in zip(written, whole, strict=True)]
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return np.array([*values, 0], dtype=np.int64)[codes], ~np.array([*whole, True], dtype=bool)[codes]


def _without_owner(rows: SheetRows, counts: Counts) -> tuple[Mask, pd.DataFrame]:
    """Rows that belong to no team; in the unfiltered sheet, which names the owners, also those of no owner."""
    no_team, no_owner = (rows.text(column).eq("").to_numpy(dtype=bool) for column in ("team_code", "om_key"))
    refused = no_team | (no_owner if rows.name == EXTRACT else np.zeros_like(no_owner))
    held = counts.sum(axis=1)
    column = np.where(no_owner, "om_key", "team_code")
    parts = [
        reject(
            rows, which, name, [f"is empty: {count_of(int(cases), 'case')} without an owner" for cases in held[which]]
        )
        for name in ("om_key", "team_code")
        if (which := refused & (column == name)).any()
    ]
    return refused, pd.concat([no_rejections(), *parts], ignore_index=True)


def _repeated(rows: SheetRows, counts: Counts) -> tuple[Mask, pd.DataFrame]:
    """Rows of one owner: identical ones count once, differing ones not at all."""
    keys = pd.DataFrame({name: rows.text(name) for name in ("om_key", "team_code")})
    shared = np.flatnonzero(keys.duplicated(keep=False) & keys["om_key"].ne("") & keys["team_code"].ne(""))
    refused = np.zeros(len(keys), dtype=bool)
    if not shared.size:
        return refused, no_rejections()
    other = [name for name in ("om_grade_code", "om_surname", "om_forename", *IDENTITY) if name not in keys]
    alike = keys.iloc[shared].assign(
        **{name: rows.text(name).iloc[shared] for name in other},
        counts=[row.tobytes() for row in counts[shared]],
    )
    again = alike.duplicated().to_numpy()
    refused[shared[again]] = True
    first = alike[~again]
    differing = first[first.duplicated(["om_key", "team_code"], keep=False)]
    conflict = shared[~again][first.index.isin(differing.index)]
    refused[conflict] = True
    return refused, reject(rows, conflict, "om_key", "is on several rows of this team, which differ; keep one")


def classes_of_cases(sheet: CountSheet, policy: Policy) -> pd.DataFrame:
    """The counts above 0 as rows of ``cases``, each with the line it is from in ``line``.

    Cases of 18 to 24 year olds (any sheet but the filtered one) have tiers of their own if the policy has.
    """
    row, column = np.nonzero(np.where(sheet.accepted[:, None], sheet.counts, 0))
    is_young = sheet.rows.name != FILTERED
    tiers = [_tier_in(policy, tier, is_young=is_young) for _, tier in sheet.classes]
    cases = pd.DataFrame(
        {
            "om_code": sheet.rows.text("om_key").to_numpy()[row],
            "team_code": sheet.rows.text("team_code").to_numpy()[row],
            "setting": np.array([setting.value for setting, _ in sheet.classes], dtype=object)[column],
            "tier": np.array(tiers, dtype=object)[column],
            "number_of_cases": sheet.counts[row, column],
            "line": sheet.rows.lines[row],
        }
    )
    unowned = cases["om_code"].eq("")
    if unowned.any():
        # Several rows of a team may name no owner; a class is one row.
        keys = ["om_code", "team_code", "setting", "tier"]
        one = cases[unowned].groupby(keys, sort=False).agg({"number_of_cases": "sum", "line": "min"}).reset_index()
        cases = pd.concat([cases[~unowned], one], ignore_index=True)
    name = cases["tier"].where(cases["tier"].ne(""), UNTIERED)
    young = " T2A" if is_young else ""
    crn = cases["team_code"] + "/" + cases["om_code"] + " " + cases["setting"] + " " + name + young
    return cases.assign(crn=crn)


def _tier_in(policy: Policy, tier: str | None, *, is_young: bool) -> str:
    if tier is None:
        return ""
    return f"{YOUNG}{tier}" if is_young and f"{YOUNG}{tier}" in policy.tiers else tier


def check_young(filtered: CountSheet, young: CountSheet) -> None:
    """Raise ExtractRefused where the sheet of 18 to 24 year olds counts as many people as all: they are swapped."""
    total, part = (int(parse_counts(sheet.rows.arrays[folded(CRN_COUNT)])[0].sum()) for sheet in (filtered, young))
    if part >= total:
        raise ExtractRefused(
            [
                f"{young.rows.shown}: counts {part:,} cases of 18 to 24 year olds, {filtered.rows.name} only {total:,} "
                "in all: are the sheets swapped? Export the workbook again"
            ]
        )
