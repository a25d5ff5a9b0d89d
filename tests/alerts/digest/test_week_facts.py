"""The facts of one week: the columns of every frame are those that its description names."""

import re
from dataclasses import fields

import pandas as pd
import pytest

from alerts.digest.week_facts import WeekFacts, watched_rows
from tests.alerts.pictures import Team, hotspot, london, picture


def documented_columns() -> dict[str, list[str]]:
    """The columns that the description of the facts names, by field."""
    text = " ".join((WeekFacts.__doc__ or "").split())
    names = "|".join(field.name for field in fields(WeekFacts))
    described = re.split(rf"(?:(?<=\. )|(?<=: ))({names}): ", text)[1:]
    found = {}
    for name, says in zip(described[::2], described[1::2], strict=True):
        without_notes = re.sub(r"\([^)]*\)", "", says)
        if "columns " in without_notes:
            listed = re.split(r"[,;]", without_notes.partition("columns ")[2].partition(".")[0])
            words = [word.strip() for word in listed]
            end = next((place for place, word in enumerate(words) if not word.isidentifier()), len(words))
            found[name] = words[:end]
    return found


def missing_columns(facts: WeekFacts) -> dict[str, set[str]]:
    """The columns that are described and not there, by field."""
    missing = {name: set(listed) - set(getattr(facts, name)) for name, listed in documented_columns().items()}
    return {name: columns for name, columns in missing.items() if columns}


def test_the_columns_of_every_frame_with_figures_are_described() -> None:
    documented = documented_columns()
    frames = {name for name, value in vars(london()).items() if isinstance(value, pd.DataFrame)}
    # The week before has the columns of this week, what is watched those of the hotspots, and the organisation is the
    # table of the extract.
    assert set(documented) == frames - {"previous", "watch", "organisation"}
    assert documented["timeliness"] == ["level", "code", "rule", "fell_due", "on_time", "percentage", "band"]
    assert documented["workload"][-1] == "longest_wait_days"
    assert len(documented["workload"]) > 25


@pytest.mark.parametrize(
    "facts",
    [london(), picture([Team("T11", "F11", "C1")], [hotspot("watch", "office", "F11")])],
    ids=["london", "one team"],
)
def test_a_week_written_by_hand_has_every_column_that_is_described(facts: WeekFacts) -> None:
    assert missing_columns(facts) == {}


def test_what_is_watched_is_that_of_units_above_offender_managers() -> None:
    rows = [
        hotspot("watch", "office", "F1"),
        hotspot("watch", "offender_manager", "1"),
        hotspot("rising", "office", "F1"),
    ]
    assert watched_rows(pd.DataFrame(rows))[["rule", "level"]].to_numpy().tolist() == [["watch", "office"]]
