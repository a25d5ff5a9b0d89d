"""The smallest recruitment as a planner reads it in a terminal."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from monitor.redistribution.results.recruitment import Recruitment


def in_words(found: Recruitment) -> Iterator[str]:
    """The smallest recruitment, line by line."""
    line = f"{found.line:g}%"
    for cluster, rows in found.options.groupby("cluster_code", sort=False):
        best = rows.iloc[0]
        where = f"cluster {cluster!s}" if cluster else "everything in scope"
        if np.isnan(best["hours"]):
            yield (
                f"{where}: no recruitment brings everybody to {line} or below: {best['still_over']} stay over it, "
                f"{best['unplaced']} case(s) find no place"
            )
            continue
        moves = f"{best['moves']:,.0f} moves"
        if best["hours"] == 0:
            yield f"{where}: nobody need be recruited: about {moves} can bring everybody to {line} or below"
            continue
        yield (
            f"{where}: {best['hours']:,.1f} hours a week ({best['full_time']:.1f} full-time) can bring everybody to "
            f"{line} or below, with about {moves}; with fewer hours it cannot be done"
        )
        yield from _options(rows.iloc[1:])
    if len(found.posts):
        yield ""
        yield "where the hours ask for the least disturbing moves, as changes to try in a scenario:"
        yield from _changes(found.posts)
    if found.still_over:
        yield ""
        yield f"over {line} whatever is recruited, by what they keep: {', '.join(found.still_over)}"


def _options(rows: pd.DataFrame) -> Iterator[str]:
    yield f"  {'if it all has to be':38}{'hours':>10}{'full-time':>11}{'moves':>8}"
    for row in rows.to_dict("records"):
        named = f"{row['grade']} {row['office_code']} {row['office_name']}".rstrip()
        if np.isnan(row["hours"]):
            left = f"{row['still_over']} stay over, {row['unplaced']} case(s) without a place"
            yield f"  {named:38}{'cannot do it':>21}: {left}"
        else:
            yield f"  {named:38}{row['hours']:>10,.1f}{row['full_time']:>11.1f}{row['moves']:>8,.0f}"


def _changes(posts: pd.DataFrame) -> Iterator[str]:
    """Lines for a scenario: nobody works more than full-time."""
    for post in posts.to_dict("records"):
        full_time = round(post["hours"] / post["full_time"], 1)
        whole, rest = divmod(round(post["hours"], 1), full_time)
        for hours in [full_time] * int(whole) + ([round(rest, 1)] if rest > 0 else []):
            who = f"team_code: {post['team_code']}, grade: {post['grade']}, contracted_hours: {hours:g}"
            yield f"  - joins: {{{who}}}   # {post['team_name']}"
