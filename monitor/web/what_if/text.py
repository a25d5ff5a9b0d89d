"""What a what-if asks and what its plan says, in the words of the pages."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from alerts.wording import clean, count_of, limit, long_date, percent_at
from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.remarks import PlanRemark
from monitor.redistribution.results.tables.proof import describe_proof
from monitor.redistribution.results.text import Place, count_of_moves, describe_no_effect, describe_remark
from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.model import Change
from monitor.redistribution.scenario.remarks import ChangeRemark
from monitor.web.formatting import ROSH, words
from tiering.terms import Level

Names = Mapping[tuple[str, str], str]
"""Names of people, teams and offices by level and code."""


def on_one_line(text: str) -> str:
    """Words of any length on one line, without control, invisible or bidirectional characters."""
    spaced = " ".join(text.split())
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn"))


def verdict(figures: PlanFigures) -> str:
    """The plan in one sentence: what it moves, what that does, and how good it is proven to be."""
    line = limit(figures.over_line)
    before, after, total = figures.before.over_line, figures.after.over_line, figures.moves
    if not total:
        stands = f"{_people(before)} {'is' if before < 2 else 'are'} over {line}"
        return f"Nothing moves: {stands}, and no move allowed is worth making; {_proof(figures)}."
    moves = f"{count_of_moves(total)} {'brings' if total == 1 else 'bring'}"
    if before > after:
        does = f"{moves} {_people(before)} over {line} down to {after or 'nobody'}"
    elif before == after == 0:
        does = f"{count_of_moves(total)} {'keeps' if total == 1 else 'keep'} everyone at {line} or below"
    else:
        leaves = "leaves" if total == 1 else "leave"
        does = f"{count_of_moves(total)} {leaves} {_people(after)} over {line}, {_peaks(figures)}"
    left = figures.unplaced
    stays = f" {count_of(left, 'case')} that should be placed cannot be." if left else ""
    return f"{does}; {_proof(figures)}.{stays}"


def _peaks(figures: PlanFigures) -> str:
    before, after = figures.before.over_line, figures.after.over_line
    count = "as before" if before == after else f"where {before} {'was' if before == 1 else 'were'}"
    low, high = figures.after.peak, figures.before.peak
    if round(low, 1) == round(high, 1):
        return count
    return (
        f"{count}, but the highest load {'falls' if low < high else 'rises'} {_from_to(high, low, figures.over_line)}"
    )


def _from_to(before: float, after: float, line: float) -> str:
    return f"from {percent_at(before, line)} to {percent_at(after, line)}"


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people" if number else "nobody"


def _proof(figures: PlanFigures) -> str:
    over_line = figures.moves_over_line
    return describe_proof(figures.status, figures.gap, peak_first=figures.peak_first, over_line=over_line)


def remark_in_words(remark: PlanRemark, names: Names) -> str:
    """A remark on a plan as its page shows it: people by name, and where on the page to look for more."""
    if isinstance(remark, ChangeRemark):
        says = f"Change {remark.place}: {describe_no_effect(remark)}"
    else:
        here = Place(
            person=lambda om_code: named(Level.OFFENDER_MANAGER, om_code, names),
            recruitment="see whom to recruit, below",
            trade_off="see below what more would do",
            more_time="give it more seconds in the limits",
        )
        says = describe_remark(remark, here)
    says = on_one_line(says)
    return says[:1].upper() + says[1:]


def fault_in_words(fault: Fault) -> str:
    """A fault for a list of them: changes by their number, everything else by its key."""
    return f"Change {fault.place}: {fault.says}" if fault.place else fault.line


def scope_in_words(level: str, codes: tuple[str, ...], names: Callable[[str, str], str]) -> str:
    """A scope with its name: Hackney (cluster C02)."""
    if level == "all":
        return "Whole service"
    if len(codes) == 1:
        return f"{names(level, codes[0])} ({level} {codes[0]})"
    return f"Teams {', '.join(codes)}"


def change_in_words(change: Change, names: Names) -> str:
    """One change as a line of a list."""
    return _SAYS[change.kind](change.what, names)


def named(level: str, code: str, names: Names) -> str:
    """A code with its name, where that is known."""
    name = clean(names.get((level, code), ""))
    return f"{name} ({code})" if name and name != code else code


def _who(code: str, names: Names) -> str:
    return named(Level.OFFENDER_MANAGER, code, names)


def _place(code: str, names: Names) -> str:
    return named(Level.TEAM, code, names)


def _when(label: str, day: date | None) -> str:
    return "" if day is None else f" {label} {long_date(day)}"


def _absent(what: Any, names: Names) -> str:
    reason = "" if what.reason == "other" else f" ({words(what.reason)})"
    return f"{_who(what.om_code, names)} is absent{_when('from', what.first)}{_when('until', what.until)}{reason}"


def _joins(what: Any, names: Names) -> str:
    who = what.name or f"A new {what.grade}"
    also = f" ({what.om_code})" if what.om_code else ""
    hours = f"{what.contracted_hours:g} hours a week"
    return f"{who}{also} joins {_place(what.team_code, names)} as {what.grade} with {hours}{_when('on', what.on)}"


def _leaves(what: Any, names: Names) -> str:
    where = "" if what.team_code is None else f" {_place(what.team_code, names)}"
    return f"{_who(what.om_code, names)} leaves{where}{_when('on', what.on)}"


def _hours(what: Any, names: Names) -> str:
    who, team = _who(what.om_code, names), _place(what.team_code, names)
    return f"{who} has {what.contracted_hours:g} hours a week in {team}"


def _team(what: Any, names: Names) -> str:
    return f"{_place(what.team_code, names)} moves to {named(Level.OFFICE, what.to_office, names)}"


def _widen(what: Any, _: Names) -> str:
    others = ", ".join(map(type_in_words, what.takes))
    return f"{type_in_words(what.team_type)} teams also take the cases of {others} teams"


def type_in_words(team_type: str) -> str:
    """A type of team as it is spoken of."""
    return team_type.upper() if team_type in ("omu", "ppu") else words(team_type)


def _policy(what: Any, _: Names) -> str:
    numbers = what.model_dump(mode="json", exclude_unset=True)
    return "; ".join(f"{key} becomes {value:g}" for key, value in _leaf_numbers("", numbers))


def _leaf_numbers(key: str, value: Any) -> Iterator[tuple[str, float]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaf_numbers(f"{key}, {words(name)}" if key else words(name).capitalize(), part)
    else:
        yield key, value


def _arrivals(what: Any, names: Names) -> str:
    kind = f"tier {what.tier}, {ROSH[what.rosh].lower()} RoSH, {what.setting}"
    return f"{count_of(what.cases, 'case')} expected in {_place(what.team_code, names)}: {kind}"


def _threshold(what: Any, _: Names) -> str:
    return f"Anyone above {what.over:g}% counts as over capacity"


def _move(what: Any, names: Names) -> str:
    team = "" if what.to_team_code is None else f" in {_place(what.to_team_code, names)}"
    return f"Case {what.crn} goes to {_who(what.to_om_code, names)}{team}"


def _pin(what: Any, names: Names) -> str:
    if what.crn is not None:
        return f"Case {what.crn} stays where it is{_accepted(what)}"
    return f"{_who(what.om_code, names)} neither gives nor takes a case{_accepted(what)}"


def _bar(what: Any, names: Names) -> str:
    return f"Case {what.crn} never goes to {_who(what.om_code, names)}{_accepted(what)}"


def _accepted(what: Any) -> str:
    return "" if what.accept_risk is None else f". Risk accepted: {on_one_line(what.accept_risk)}"


_SAYS: Final[Mapping[str, Callable[[Any, Names], str]]] = {
    "absent": _absent,
    "joins": _joins,
    "leaves": _leaves,
    "hours": _hours,
    "team": _team,
    "widen": _widen,
    "policy": _policy,
    "arrivals": _arrivals,
    "threshold": _threshold,
    "move": _move,
    "pin": _pin,
    "bar": _bar,
}


def limits_in_words(limits: Limits) -> list[tuple[str, str]]:
    """Every limit with what it is, the usual ones too."""
    moves = "No limit" if limits.elective_moves is None else f"At most {limits.elective_moves:,}"
    return [
        ("Moves by choice", moves),
        ("New cases a person a week", f"At most {limits.intake}"),
        ("Margin below the line", f"{limits.margin:g} percentage points" if limits.margin else "None"),
        ("Weeks", f"At least {limits.weeks}, more if they are needed"),
        ("Time to look for it", f"{limits.seconds:g} seconds"),
        ("How close to the best possible", f"{100 * limits.gap:g}%"),
        ("Highest load first", "Yes" if limits.peak_first else "No"),
        ("Between clusters", "Yes" if limits.between_clusters else "No"),
    ]
