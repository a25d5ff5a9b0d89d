"""What happened to every post between two weeks under the same policy: duties, rounding and available points."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.causes.model import Part
from alerts.causes.places import Places
from alerts.causes.weighed_week import Positions, WeighedWeek
from tiering.capacity import Post, available_points
from tiering.points import duty_points

STEPS: Final = {
    "contracted_hours": Part.CONTRACTED_HOURS,
    "sick_hours": Part.SICKNESS,
    "other_hours": Part.OTHER_REDUCTIONS,
    "grade": Part.GRADE,
    "team_type": Part.TEAM_TYPE,
}
"""The order in which a post in both weeks is changed: its hours, what is taken from them, what an hour is worth."""


def post_parts(before: WeighedWeek, now: WeighedWeek, places: Places) -> Iterator[pd.DataFrame]:
    """Compare the posts of two weeks.

    * before: weighed by the policy of now.
    * Yields frames with columns part, om_code, place (row of ``places.table``), points or available_points, posts.
    """
    place_before = places.now[before.posts["team"].to_numpy()]
    yield from _duties(before, now, place_before)
    yield _difference(Part.ROUNDING, before, now, place_before, before.posts["rounding"], now.posts["rounding"])
    row_before = _earlier_posts(before, now, place_before)
    was_present, is_present = (week.posts["present"].to_numpy(dtype=bool) for week in (before, now))
    both = (row_before >= 0) & is_present
    both[both] = was_present[row_before[both]]
    continues = np.zeros(len(was_present), dtype=bool)
    continues[row_before[both]] = True
    yield from _came_and_went(before, was_present & ~continues, now, place_before, Part.LEAVERS, sign=-1)
    yield from _came_and_went(now, is_present & ~both, before, now.posts["team"].to_numpy(), Part.JOINERS, sign=1)
    yield from _changed_posts(before, row_before[both], now, np.flatnonzero(both))


def _duties(before: WeighedWeek, now: WeighedWeek, place_before: Positions) -> Iterator[pd.DataFrame]:
    """What duties and reports add, at the grades of then; then what the grades of now add to that."""
    at_then = now.posts["duty_points"]
    grades = _grades_of_then(before, now)
    if not grades.equals(now.posts["grade"]):
        managers = now.caseload.offender_managers.assign(grade=grades.to_numpy())
        points = duty_points(now.caseload.duties, managers, now.policy, now.as_at)
        keys = zip(managers["om_code"], managers["team_code"], strict=True)
        at_then = pd.Series([float(points.get(key, 0)) for key in keys], index=now.posts.index, dtype="float64")
    yield _difference(Part.DUTIES, before, now, place_before, before.posts["duty_points"], at_then)
    of_grade = _difference(Part.GRADE, now, now, now.posts["team"].to_numpy(), at_then, now.posts["duty_points"])
    # The hours of the same post, which its grade makes worth more or less too, count it once.
    yield of_grade.assign(posts=0)


def _grades_of_then(before: WeighedWeek, now: WeighedWeek) -> "pd.Series[str]":
    """The grade that the person of each post had in the earlier week; that of now for a person who was not there.

    A person has one grade in all posts; if not, the lowest code of a team decides.
    """
    persons = before.posts.drop_duplicates("om_code").set_index("om_code")["grade"]
    then = now.posts["om_code"].map(persons)
    return then.where(then.notna(), now.posts["grade"])


def _difference(
    part: Part,
    before: WeighedWeek,
    now: WeighedWeek,
    place_before: Positions,
    points_before: "pd.Series[float]",
    points_now: "pd.Series[float]",
) -> pd.DataFrame:
    """What the points of each person in each place are now, less what they were; only where they differ."""
    signed = pd.concat(
        [
            pd.DataFrame({"om_code": week.posts["om_code"], "place": place, "points": sign * points})
            for week, place, points, sign in (
                (before, place_before, points_before, -1.0),
                (now, now.posts["team"].to_numpy(), points_now, 1.0),
            )
        ]
    )
    signed = signed[signed["points"].ne(0)]
    sums = signed.groupby(["om_code", "place"])["points"].sum().reset_index()
    return sums[sums["points"].ne(0)].assign(part=part.value, posts=1)


def _earlier_posts(before: WeighedWeek, now: WeighedWeek, place_before: Positions) -> Positions:
    """For each post of now, the row of the same post in the earlier week; -1 if it was not there.

    Of the posts of one person in teams that merged, the first goes on as the post in the new team.
    """
    earlier = pd.DataFrame({"om_code": before.posts["om_code"], "place": place_before})
    first = earlier[~earlier.duplicated()]
    keys = pd.MultiIndex.from_frame(first)
    wanted = pd.MultiIndex.from_arrays([now.posts["om_code"], now.posts["team"]], names=keys.names)
    found = keys.get_indexer(wanted)
    rows = first.index.to_numpy(dtype=np.int64)
    return np.where(found >= 0, rows[found] if len(rows) else -1, -1).astype(np.int64)


def _came_and_went(
    week: WeighedWeek, which: npt.NDArray[np.bool_], other: WeighedWeek, place: Positions, part: Part, sign: int
) -> Iterator[pd.DataFrame]:
    """Posts that began or ended: of people who joined or left the service, or who have a post in both weeks."""
    posts = week.posts
    serves = posts["om_code"].isin(other.posts.loc[other.posts["present"], "om_code"]).to_numpy(dtype=bool)
    counts = which & posts["available_points"].ne(0).to_numpy()
    for of_people, kind in ((counts & ~serves, part), (counts & serves, Part.MOVED_POSTS)):
        yield pd.DataFrame(
            {
                "part": kind.value,
                "om_code": posts["om_code"].to_numpy()[of_people],
                "place": place[of_people],
                "available_points": sign * posts["available_points"].to_numpy()[of_people],
                "posts": sign,
            }
        )


def _changed_posts(
    before: WeighedWeek, row_before: Positions, now: WeighedWeek, row_now: Positions
) -> Iterator[pd.DataFrame]:
    """Change one figure after the other of the posts that were held in both weeks."""
    earlier, later = _inputs(before, row_before), _inputs(now, row_now)
    names = list(STEPS)
    rows = [np.flatnonzero(earlier[name].ne(later[name])) for name in names]
    # Every post before and after each of its steps at once, because most posts change in one step only.
    states = [
        earlier.iloc[changed].assign(**later[names[: done + after]].iloc[changed])
        for done, changed in enumerate(rows)
        for after in (0, 1)
        if len(changed)
    ]
    points = _available(pd.concat(states, ignore_index=True), now) if states else []
    start = 0
    for part, changed in zip(STEPS.values(), rows, strict=True):
        if not len(changed):
            continue
        was = points[start : start + len(changed)]
        becomes = points[start + len(changed) : start + 2 * len(changed)]
        start += 2 * len(changed)
        gain = np.array([float(new - old) for new, old in zip(becomes, was, strict=True)], dtype=np.float64)
        which = gain != 0
        yield pd.DataFrame(
            {
                "part": part.value,
                "om_code": later["om_code"].to_numpy()[changed[which]],
                "place": later["team"].to_numpy()[changed[which]],
                "available_points": gain[which],
                "posts": 1,
            }
        )


def _inputs(week: WeighedWeek, rows: Positions) -> pd.DataFrame:
    """What the available points of some posts depend on."""
    posts = week.posts.iloc[rows].reset_index(drop=True)
    types = week.caseload.organisation["team_type"].to_numpy()
    return posts[["om_code", "team", *list(STEPS)[:-1]]].assign(team_type=types[posts["team"].to_numpy()])


def _available(posts: pd.DataFrame, now: WeighedWeek) -> list[Fraction]:
    """The available points of posts with these figures, each treated as in a team of its own."""
    own_team = [str(row) for row in range(len(posts))]
    managers = pd.DataFrame(
        {
            "om_code": posts["om_code"],
            "team_code": own_team,
            "grade": posts["grade"],
            "contracted_hours": posts["contracted_hours"],
            "left_on": pd.Series(pd.NaT, index=posts.index, dtype="datetime64[s]"),
        }
    )
    taken = posts["sick_hours"] + posts["other_hours"]
    lost: dict[Post, Fraction] = dict(zip(zip(posts["om_code"], own_team, strict=True), taken, strict=True))
    types: Mapping[str, str] = dict(zip(own_team, posts["team_type"], strict=True))
    return available_points(managers, lost, dict(types), now.policy, now.as_at)
