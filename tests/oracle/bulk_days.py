"""Days on which a team or office did far more assessments than on its usual day, one assessment after another."""

from datetime import date, timedelta
from fractions import Fraction

from .assessments import TIMELINESS_DAYS, is_working_day, wanted_work
from .card import Tables

Day = tuple[str, str, str, date]
Counts = tuple[int, Fraction, int | None]


def bulk_days(tables: Tables, as_at: date, at_least: int, times: Fraction, near_days: int) -> dict[Day, Counts]:
    """How many, how many on the usual day, and how many near their due date, by level, code, what and day."""
    window = [as_at - timedelta(days=back) for back in range(TIMELINESS_DAYS)]
    near = _near_deadline(tables, as_at, near_days)
    answer: dict[Day, Counts] = {}
    for (level, code, what), done in _done(tables, window).items():
        for day in window:
            on_day = [work for work in done if work[2] == day]
            others = [other for other in window if other != day and is_working_day(other)]
            usual = Fraction(len(done) - len(on_day), len(others))
            if len(on_day) >= at_least and len(on_day) >= times * usual:
                close = sum(work in near for work in on_day) if what == "completed" else None
                answer[level, code, what, day] = (len(on_day), usual, close)
    return answer


def _done(tables: Tables, window: list[date]) -> dict[tuple[str, str, str], set[tuple[str, str, date]]]:
    """What every team and office completed and countersigned: crn, kind and day, each once."""
    offices = {team["team_code"]: team["office_code"] for team in tables["organisation"]}
    team_of = {case["crn"]: case["team_code"] for case in tables["cases"]}
    done: dict[tuple[str, str, str], set[tuple[str, str, date]]] = {}
    for row in tables["assessments"]:
        team = team_of[row["crn"]]
        for what, day in (("completed", row["completed_on"]), ("countersigned", row.get("countersigned_on"))):
            if row["kind"] != "home_visit" and day in window:
                for unit in (("team", team), ("office", offices[team])):
                    done.setdefault((*unit, what), set()).add((row["crn"], row["kind"], day))
    return done


def _near_deadline(tables: Tables, as_at: date, near_days: int) -> set[tuple[str, str, date]]:
    """The work that was done on its due date or at most so many days before."""
    near = set()
    for case, wanted, completed in wanted_work(tables, as_at, "london-2009"):
        if wanted.repeats:
            clocks = [wanted.clock, *sorted({day for day in completed if wanted.clock < day})]
        else:
            counting = [day for day in completed if wanted.counts_from <= day]
            clocks = [wanted.clock, *([min(counting)] if counting else [])]
        for place, day in enumerate(clocks[1:]):
            if timedelta(0) <= wanted.after(clocks[place]) - day <= timedelta(days=near_days):
                near.add((case["crn"], wanted.kind, day))
    return near
