"""Which unit of last week is which unit of this week: by its code, unless other people and cases came with it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alerts.detection.organisation.model import OrganisationWeek
from tiering.terms import Level

FEW, HALF, MOSTLY = 0.25, 0.5, 0.75
"""Shares of people or cases: under FEW another unit has the code; from MOSTLY, both ways, a unit has another code."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Lineage:
    """What happened to the units of one level.

    * successors: the code now of each unit that goes on, by its code before.
    * reused: codes that another unit has now, which is none of last week's.
    * split: for a unit that began, the code before of the one it was formed from.
    * merged: for a unit that ended, the code now of the one that received it.
    * new, gone: codes of the rest.
    """

    successors: Mapping[str, str]
    reused: frozenset[str]
    split: Mapping[str, str]
    merged: Mapping[str, str]
    new: frozenset[str]
    gone: frozenset[str]


def trace_units(level: Level, before: OrganisationWeek, now: OrganisationWeek, renamed: Collection[str]) -> Lineage:
    """Trace every unit of a level from one week to the next.

    * renamed: codes that are in both weeks under different names.
    """
    was, is_now = (frozenset(week.teams[f"{level}_code"]) for week in (before, now))
    # Above teams, the same codes under the same names are the same units: most weeks need no look at their cases.
    if level is not Level.TEAM and was == is_now and not renamed:
        return _the_same(was)
    evidence = [_shared_keys(*keys) for keys in _evidence_of(level, before, now)]
    taken = _taken_codes(evidence, was & is_now, renamed, by_name=level is not Level.TEAM)
    ended, begun = (was - is_now) | taken, (is_now - was) | taken
    if not ended and not begun:
        return _the_same(was)
    shares = _largest_shares(evidence)
    recoded = dict(_best_pairs(shares, "both", MOSTLY, ended, begun, ["previous_code", "code"]))
    ended, begun = ended - recoded.keys(), begun - set(recoded.values())
    split = _best_pairs(shares, "of_now", HALF, was, begun, ["code"])
    merged = _best_pairs(shares, "of_previous", HALF, ended, is_now, ["previous_code"])
    split, merged = _settle_pairs(split, merged)
    sources, formed = {previous for previous, _ in split}, {code for _, code in split}
    received = {code for _, code in merged}
    return Lineage(
        successors={**{code: code for code in (was & is_now) - taken}, **recoded},
        reused=taken & begun,
        split={code: previous for previous, code in split},
        merged=dict(merged),
        new=begun - formed - received - taken,
        gone=ended - {previous for previous, _ in merged} - sources - taken,
    )


def _the_same(codes: frozenset[str]) -> Lineage:
    """The units of a level in which nothing happened."""
    return Lineage({code: code for code in codes}, frozenset(), {}, {}, frozenset(), frozenset())


def _evidence_of(
    level: Level, before: OrganisationWeek, now: OrganisationWeek
) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """The posts and the cases of each unit in both weeks, each table with columns code and key.

    Codes of people or cases of which few are in both weeks were changed themselves, so they are evidence of nothing.
    """
    tables = [(before.posts, now.posts, "om_code")]
    if before.cases is not None and now.cases is not None:
        tables.append((before.cases, now.cases, "crn"))
    found = []
    for earlier, later, key in tables:
        keys = [_unit_keys(level, *week, key) for week in ((before.teams, earlier), (now.teams, later))]
        # In a set: Series.isin makes an object of every text one by one.
        before_keys = set(keys[0]["key"].tolist())
        known = [key in before_keys for key in keys[1]["key"].tolist()]
        if known and sum(known) / len(known) >= FEW:
            found.append((keys[0], keys[1]))
    return found


def _unit_keys(level: Level, teams: pd.DataFrame, rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """Which unit of the level has which key, each once."""
    unit_of = dict(zip(teams["team_code"], teams[f"{level}_code"], strict=True))
    keys = pd.DataFrame({"code": rows["team_code"].map(unit_of), "key": rows[key]})
    return keys.dropna().drop_duplicates(ignore_index=True)


def _shared_keys(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """How much each two units share: columns previous_code, code, of_previous, of_now; shares of what each holds.

    A person who stays in a unit and is also in another in both weeks has moved nowhere, and counts for the one.
    """
    # As numbers: texts of every case of a national service would be compared for seconds.
    keys = pd.factorize(pd.concat([before["key"], now["key"]]))[0]
    numbers = pd.factorize(pd.concat([before["code"], now["code"]]))[0]
    held = numbers.astype(np.int64) * (keys.max(initial=0) + 1) + keys
    was, is_now = held[: len(before)], held[len(before) :]
    earlier = before[["code"]].assign(key=keys[: len(before)], was=was)
    later = now[["code"]].assign(key=keys[len(before) :], is_now=is_now)
    pairs = earlier.rename(columns={"code": "previous_code"}).merge(later, on="key")
    left, came = ~pairs["was"].isin(is_now), ~pairs["is_now"].isin(was)
    pairs = pairs[pairs["was"].eq(pairs["is_now"]) | (left & came)]
    shared = pairs.groupby(["previous_code", "code"]).size()
    # A unit that shares nothing with itself is evidence too, if it holds something in both weeks.
    sizes, sizes_now = before.groupby("code").size(), now.groupby("code").size()
    both = sizes.index.intersection(sizes_now.index)
    every = shared.index.union(pd.MultiIndex.from_arrays([both, both]))
    frame = shared.reindex(every, fill_value=0).rename_axis(["previous_code", "code"]).reset_index(name="shared")
    of_previous, of_now = frame["previous_code"].map(sizes), frame["code"].map(sizes_now)
    return frame.assign(of_previous=frame["shared"] / of_previous, of_now=frame["shared"] / of_now)


def _taken_codes(
    evidence: Sequence[pd.DataFrame], codes: frozenset[str], renamed: Collection[str], *, by_name: bool
) -> frozenset[str]:
    """Codes of both weeks that now stand for another unit: few of the people and few of the cases are the same.

    To judge a unit by one of the two alone, its name must have changed as well: a team that replaced its people keeps
    its history, because without it a hotspot would be hidden for weeks. by_name: the name must always have changed.
    """
    rows = pd.concat([_empty_shares(), *evidence], ignore_index=True)
    rows = rows[rows["previous_code"].eq(rows["code"]) & rows["code"].isin(list(codes))]
    kept = rows[["of_previous", "of_now"]].max(axis=1).groupby(rows["code"]).agg(["max", "size"])
    has_new_name = kept.index.isin(list(renamed))
    enough = has_new_name if by_name else has_new_name | kept["size"].eq(2).to_numpy()
    return frozenset(kept.index[(kept["max"] < FEW).to_numpy() & enough])


def _largest_shares(evidence: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """For each two units with different codes the larger share, of people or of cases; ``both``: of the lesser side."""
    rows = pd.concat([_empty_shares(), *evidence], ignore_index=True)
    rows = rows[rows["previous_code"].ne(rows["code"])]
    rows = rows.assign(both=rows[["of_previous", "of_now"]].min(axis=1))
    return rows.groupby(["previous_code", "code"], as_index=False)[["of_previous", "of_now", "both"]].max()


def _empty_shares() -> pd.DataFrame:
    """No shares at all, with the right columns."""
    types = {"previous_code": "str", "code": "str", "shared": "int64", "of_previous": "float64", "of_now": "float64"}
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in types.items()})


def _best_pairs(
    shares: pd.DataFrame, by: str, least: float, ended: Collection[str], begun: Collection[str], unique: Sequence[str]
) -> Pairs:
    """The pairs with the largest share, at least ``least``, each code of the ``unique`` columns once."""
    rows = shares[shares[by].ge(least) & shares["previous_code"].isin(list(ended)) & shares["code"].isin(list(begun))]
    rows = rows.sort_values([by, "previous_code", "code"], ascending=[False, True, True])
    for column in unique:
        rows = rows.drop_duplicates(column)
    return list(zip(rows["previous_code"].tolist(), rows["code"].tolist(), strict=True))


def _settle_pairs(split: Pairs, merged: Pairs) -> tuple[Pairs, Pairs]:
    """Say of each two units one thing: several formed from one are a split, several received by one are a merger."""
    sources = [previous for previous, _ in split]
    is_split = {previous for previous in sources if sources.count(previous) > 1}
    return (
        [(previous, code) for previous, code in split if (previous, code) not in merged or previous in is_split],
        [(previous, code) for previous, code in merged if (previous, code) not in split or previous not in is_split],
    )
