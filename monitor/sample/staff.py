"""Draw posts, the hours they lose and the duties they carry. Every rate here is an assumption of the sample."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.sample.caseload import choose
from monitor.sample.days import NEVER
from monitor.sample.names import made_up_names
from monitor.sample.storyline import OFFENDER_MANAGERS_LOST, STORYLINE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

GRADES: Final = ("PO", "PSO", "TPO", "SPO")
PO, PSO, TPO, SPO = range(4)
DUTY_KINDS: Final = ("court_duty", "office_duty", "group_work", "sdr", "fdr")
_COURT_DUTY, _OFFICE_DUTY, _GROUP_WORK, _SDR, _FDR = range(5)
REASONS: Final = ("sickness", "maternity", "training", "part_secondment", "phased_return", "union", "other")
SICKNESS, MATERNITY, _TRAINING, _SECONDMENT, _PHASED, _UNION, _OTHER = range(7)

FULL_TIME: Final = 37.0
_HOURS = np.array([37.0, 29.6, 22.2, 18.5])
_HOURS_SHARES = np.array([0.85, 0.06, 0.06, 0.03])
_LAST_POST = np.array([14.8, 18.5, 22.2, 25.9, 29.6, 33.3, 37.0])
_SHORTEST = 18.5
_GRADE_SHARES: Final = {
    "omu": [0.62, 0.32, 0.06],
    "ppu": [1.0, 0.0, 0.0],
    "substance_misuse": [0.55, 0.45, 0.0],
    "custody": [0.5, 0.5, 0.0],
    "court": [0.45, 0.55, 0.0],
}
LOST_HOURS: Final = 0.055  # share of contracted hours the reductions below come to
_SICKNESS_RATE = 0.028
_SPELL_WEEKS = np.array([1, 2, 3, 5, 8, 12])
_SPELL_SHARES = np.array([0.36, 0.26, 0.15, 0.10, 0.08, 0.05])
_SPELL_PARTS = np.array([1.0, 0.4, 0.2])  # of the hours: all of them, or the days of a week
_SPELL_PART_SHARES = np.array([0.13, 0.45, 0.42])
_HOURS_OF_SPELL = 14.0
_PHASED_RETURN_AFTER = 5  # weeks
_SPLIT_POSTS = 0.02
_WITHOUT_THREE_YEARS = 0.65  # Overview: few had more than about three years of post-qualifying experience
# Reports in 30 days of one full-time post, standard and fast delivery.
_REPORTS: Final = {
    ("omu", PO): (0.36, 0.25),
    ("omu", PSO): (0.0, 0.25),
    ("ppu", PO): (0.25, 0.0),
    ("substance_misuse", PO): (0.3, 0.2),
    ("court", PO): (3.2, 4.0),
    ("court", PSO): (0.3, 6.5),
}
# Points a full-time post spends on duties, so that a team is staffed for them.
DUTY_POINTS: Final = {"omu": 118.0, "ppu": 45.0, "substance_misuse": 70.0, "custody": 25.0, "court": 1470.0}


def draw_posts(rng: np.random.Generator, teams: pd.DataFrame, hours_needed: Floats, on: int) -> pd.DataFrame:
    """Draw the posts of every team: about as many hours as it needs, and an SPO; people are numbered in team order.

    Returns the columns person, team, om_name, grade, hours, qualified_on, left_on, replaced_on, trait (how full this
    person's caseload is) and split (whether the person has another post too).
    """
    rows = [
        (team, grade, hours)
        for team, (kind, needed) in enumerate(zip(teams["team_type"], hours_needed, strict=True))
        if needed > 0
        for grade, hours in _team_posts(rng, kind, needed)
    ]
    posts = pd.DataFrame(rows, columns=["team", "grade", "hours"])
    posts.insert(0, "person", np.arange(1, len(posts) + 1))
    posts["om_name"] = made_up_names(rng, len(posts))
    posts["qualified_on"] = _draw_qualified_on(rng, posts["grade"].to_numpy(), on)
    posts["left_on"] = posts["replaced_on"] = NEVER
    posts["trait"] = np.clip(rng.normal(1, 0.05, len(posts)), 0.85, 1.15)
    posts["split"] = False
    return _with_split_posts(rng, posts, teams)


def replacement(rng: np.random.Generator, posts: pd.DataFrame, leavers: pd.DataFrame, on: int) -> pd.DataFrame:
    """Draw new people for the posts of those who left."""
    new = leavers.copy()
    new["person"] = posts["person"].max() + 1 + np.arange(len(new))
    new["om_name"] = made_up_names(rng, len(new))
    new["qualified_on"] = np.where(new["grade"] == PO, on - rng.integers(20, 400, len(new)), NEVER)
    new["left_on"] = new["replaced_on"] = NEVER
    return new


def draw_reductions(
    rng: np.random.Generator, posts: pd.DataFrame, teams: pd.DataFrame, first: int, last: int
) -> pd.DataFrame:
    """Draw the hours lost over the whole history.

    Returns the columns person, team (-1: all of a person's posts), reason, hours, starts_on, ends_on. In an office, one
    person's sickness follows another's, so that an office always loses about as much.
    """
    working = posts[posts["grade"] != SPO]
    safe = working[~is_planted(working, teams)]
    parts = [
        _standing(rng, safe, MATERNITY, 0.010 * (first - last - 270) / -270, 1.0, first - 250, last, 270),
        _standing(rng, safe, _SECONDMENT, 0.006, 0.5, first - 200, first, 500),
        _standing(rng, safe, _UNION, 0.010, 0.3, first - 300, first, 0),
        _standing(rng, safe, _OTHER, 0.010, 0.1, first - 300, first, 0),
        _standing(rng, safe[safe["grade"] == PSO], _TRAINING, 0.14, 0.2, first - 100, last - 60, 120),
        _standing(rng, working[working["grade"] == TPO], _TRAINING, 1.0, 0.2, first - 120, first, 700),
        *_sickness(rng, safe, teams, first, last),
    ]
    return pd.concat(parts, ignore_index=True).drop_duplicates(["person", "reason", "starts_on"], ignore_index=True)


def planted_sickness(posts: pd.DataFrame, teams: pd.DataFrame, held: Ints, starts_on: int) -> pd.DataFrame:
    """The open-ended sickness of the storyline: the people of the office with most cases, leaving one at work."""
    office = teams["office_code"].to_numpy()[posts["team"]] == STORYLINE["sickness"].code
    there = posts.assign(held=held)[office & (posts["grade"] != SPO) & (posts["grade"] != TPO) & ~posts["split"]]
    there = there.sort_values(["held", "person"], ascending=[False, True])
    lost = there.head(max(min(OFFENDER_MANAGERS_LOST, len(there) - 1), 1))
    return _reductions(lost, SICKNESS, lost["hours"].to_numpy(), starts_on, NEVER)


def long_lost_hours(reductions: pd.DataFrame, posts: pd.DataFrame, on: int) -> Floats:
    """The hours that each post loses for two months or more, which its caseload allows for."""
    in_force = (reductions["starts_on"] <= on) & (on <= reductions["ends_on"])
    planned = in_force & (reductions["ends_on"] - reductions["starts_on"] > 60) & (reductions["reason"] != SICKNESS)
    lost = reductions[planned].groupby("person")["hours"].sum()
    shared = posts["hours"] / posts.groupby("person")["hours"].transform("sum")
    hours: Floats = (posts["person"].map(lost).fillna(0) * shared).to_numpy()
    return hours


def draw_hourly_duties(rng: np.random.Generator, posts: pd.DataFrame, teams: pd.DataFrame, first: int) -> pd.DataFrame:
    """Draw court duty, office duty and group work in hours per week: post, kind, quantity, starts_on, ends_on."""
    kind = teams["team_type"].to_numpy()[posts["team"]]
    working, luck = (posts["grade"] != SPO).to_numpy(), rng.random(len(posts))
    share = posts["hours"].to_numpy() / FULL_TIME
    taking = [
        (_COURT_DUTY, working & (kind == "court"), rng.choice([11.1, 14.8], len(posts)) * share),
        (_OFFICE_DUTY, working & (kind == "omu") & (luck < 0.28), np.full(len(posts), 3.7)),
        (_GROUP_WORK, working & (kind == "omu") & (luck > 0.95), np.full(len(posts), 5.5)),
    ]
    parts = [
        pd.DataFrame(
            {
                "post": posts.index[who],
                "kind": duty,
                "quantity": hours[who].round(1),
                "starts_on": first - rng.integers(30, 400, who.sum()),
                "ends_on": NEVER,
            }
        )
        for duty, who, hours in taking
    ]
    return pd.concat(parts, ignore_index=True)


def draw_reports(
    rng: np.random.Generator, posts: pd.DataFrame, teams: pd.DataFrame, since: int, until: int
) -> pd.DataFrame:
    """Draw the reports completed after ``since`` and up to ``until``, in the columns of the hourly duties."""
    rates = report_rates(posts, teams)
    rates[(posts["left_on"] <= until).to_numpy()] = 0
    counts = rng.poisson(rates * (until - since) / 30)
    post = np.concatenate([np.repeat(posts.index.to_numpy(), counts[:, column]) for column in (0, 1)])
    day = _weekday_in(rng, since, until, len(post))
    return pd.DataFrame(
        {
            "post": post,
            "kind": np.repeat([_SDR, _FDR], counts.sum(axis=0)),
            "quantity": 1.0,
            "starts_on": day,
            "ends_on": day,
        }
    )


def report_rates(posts: pd.DataFrame, teams: pd.DataFrame) -> Floats:
    """The standard and fast delivery reports that each post is likely to write in 30 days."""
    kind, grade = teams["team_type"].to_numpy()[posts["team"]], posts["grade"].to_numpy()
    rates = np.zeros((len(posts), 2))
    for (team_type, one), rate in _REPORTS.items():
        rates[(kind == team_type) & (grade == one)] = rate
    shares: Floats = rates * posts["hours"].to_numpy()[:, None] / FULL_TIME
    return shares


def _weekday_in(rng: np.random.Generator, since: int, until: int, count: int) -> Ints:
    days = np.arange(since + 1, until + 1)
    weekdays = days[np.is_busday(days.astype("datetime64[D]"))]
    return rng.choice(weekdays if len(weekdays) else days, count)


def _team_posts(rng: np.random.Generator, kind: str, needed: float) -> list[tuple[int, float]]:
    """Grade and hours of each post of a team, the SPO first; the last post has the hours that are still needed."""
    posts = [(SPO, FULL_TIME)]
    left, officers = needed, 0.0
    while left > _SHORTEST / 2 or len(posts) == 1:
        hours = float(rng.choice(_HOURS, p=_HOURS_SHARES))
        if hours > left:
            hours = float(_LAST_POST[np.abs(_LAST_POST - left).argmin()])
        drawn = int(choose(rng, np.array(_GRADE_SHARES[kind]))[0])
        # Tier 4 and high RoSH need probation officers: no team has fewer than half its hours from them.
        grade = PO if officers <= (needed - left) / 2 else drawn
        posts.append((grade, hours))
        left -= hours
        officers += hours if grade == PO else 0
    return posts


def _draw_qualified_on(rng: np.random.Generator, grade: Ints, on: int) -> Ints:
    count = len(grade)
    years = np.where(rng.random(count) < _WITHOUT_THREE_YEARS, rng.uniform(0.1, 3, count), rng.uniform(3, 18, count))
    years = np.where(grade == SPO, rng.uniform(4, 22, count), years)
    return np.where((grade == PO) | (grade == SPO), on - (years * 365).astype(np.int64), NEVER)


def _with_split_posts(rng: np.random.Generator, posts: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """Let some pairs of full-time people in two teams of a cluster work in both teams, half their hours in each."""
    kind = teams["team_type"].to_numpy()[posts["team"]]
    place = teams["office_code"].to_numpy()[posts["team"]]
    whole = (posts["hours"] == FULL_TIME) & (kind == "omu") & (place != STORYLINE["sickness"].code)
    able = posts[whole & posts["grade"].isin([PO, PSO])]
    cluster = teams["cluster"].to_numpy()[able["team"]]
    order = np.lexsort((rng.random(len(able)), cluster))
    able, cluster = able.iloc[order], cluster[order]
    one, other = able.iloc[:-1:2], able.iloc[1::2][: len(able.iloc[:-1:2])]
    pairs = (cluster[:-1:2] == cluster[1::2][: len(one)]) & (one["team"].to_numpy() != other["team"].to_numpy())
    pairs &= one["grade"].to_numpy() == other["grade"].to_numpy()
    pairs &= rng.random(len(one)) < _SPLIT_POSTS * len(posts) / 2 / max(pairs.sum(), 1)
    split = [*one.index[pairs], *other.index[pairs]]
    elsewhere = posts.loc[split].assign(team=np.concatenate([other["team"][pairs], one["team"][pairs]]))
    posts.loc[split, "split"] = elsewhere["split"] = True
    posts.loc[split, "hours"] = elsewhere["hours"] = FULL_TIME / 2
    return pd.concat([posts, elsewhere], ignore_index=True)


def is_planted(posts: pd.DataFrame, teams: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which posts the storyline uses, so that nothing else may happen to them."""
    codes = teams[["office_code", "team_code"]].to_numpy()[posts["team"]]
    planted: npt.NDArray[np.bool_] = (codes[:, 0] == STORYLINE["sickness"].code) | (
        codes[:, 1] == STORYLINE["room"].code
    )
    return planted


def is_gone_spo(posts: pd.DataFrame, teams: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Which posts are those of SPOs in the storyline's stretched office, except the one of its first team."""
    team = posts["team"].to_numpy()
    there = np.flatnonzero(teams["office_code"] == STORYLINE["stretched"].code)
    gone: npt.NDArray[np.bool_] = (posts["grade"] == SPO).to_numpy() & np.isin(team, there[1:])
    return gone


def _reductions(posts: pd.DataFrame, reason: object, hours: Floats, starts_on: object, ends_on: object) -> pd.DataFrame:
    """Make reductions of these posts; a reduction of a split post applies to all the person's posts."""
    return pd.DataFrame(
        {
            "person": posts["person"],
            "team": np.where(posts["split"], -1, posts["team"]),
            "reason": reason,
            "hours": hours.round(1),
            "starts_on": starts_on,
            "ends_on": ends_on,
        }
    )


def _standing(
    rng: np.random.Generator,
    posts: pd.DataFrame,
    reason: int,
    share: float,
    part: float,
    earliest: int,
    latest: int,
    days: int,
) -> pd.DataFrame:
    """Reduce part of the hours of an even spread of people; without ``days``, the reductions have no end."""
    count = min(round(len(posts) * share), len(posts))
    stride = (np.arange(count) + rng.random()) * len(posts) / max(count, 1)
    chosen = posts.iloc[np.minimum(stride.astype(np.int64), len(posts) - 1)]
    starts = rng.integers(earliest, max(latest, earliest + 1), count)
    hours = chosen["hours"].to_numpy() * part
    return _reductions(chosen, reason, hours, starts, starts + days if days else NEVER)


def _sickness(
    rng: np.random.Generator, posts: pd.DataFrame, teams: pd.DataFrame, first: int, last: int
) -> list[pd.DataFrame]:
    """Draw spells of sickness, each after the other, in as many parallel strands as the size of an office calls for."""
    office = teams["office"].to_numpy()[posts["team"]]
    strands = np.bincount(office, weights=posts["hours"], minlength=teams["office"].max() + 1)
    strands = np.floor(np.cumsum(strands * _SICKNESS_RATE / _HOURS_OF_SPELL) + rng.random())
    rows: list[tuple[int, int, float, int, int]] = []
    for place in np.repeat(np.arange(len(strands)), np.diff(strands, prepend=0).astype(np.int64)):
        there = np.flatnonzero(office == place)
        starts = first - 4 - 7 * int(rng.integers(0, 4))
        while starts <= last and len(there):
            weeks = int(rng.choice(_SPELL_WEEKS, p=_SPELL_SHARES))
            who, part = int(rng.choice(there)), float(rng.choice(_SPELL_PARTS, p=_SPELL_PART_SHARES))
            rows.append((who, SICKNESS, part, starts, starts + 7 * weeks - 3))
            starts += 7 * weeks
            if part == 1.0 and weeks >= _PHASED_RETURN_AFTER:
                rows.append((who, _PHASED, 0.5, starts, starts + 7 * 4 - 3))
    spells = pd.DataFrame(rows, columns=["post", "reason", "part", "starts_on", "ends_on"])
    ill = posts.iloc[spells["post"]]
    hours = ill["hours"].to_numpy() * spells["part"].to_numpy()
    dates = spells["starts_on"].to_numpy(), spells["ends_on"].to_numpy()
    return [_reductions(ill, spells["reason"].to_numpy(), hours, *dates)]
