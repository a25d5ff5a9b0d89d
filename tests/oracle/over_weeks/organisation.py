"""What changed in an organisation, and the points of units by the teams they have now, with sets and loops."""

from fractions import Fraction

from ..card import Row, Tables

LEVELS = ("team", "office", "cluster", "area")
Change = tuple[str, str, str, str]
Held = dict[str, set[str]]


def changes(before: Tables, now: Tables) -> set[Change]:
    """Kind, level, code before and code now of every change; the code before is empty for a new unit."""
    answer: set[Change] = set()
    successors = {level: successors_of(level, before, now) for level in LEVELS}
    for level in LEVELS:
        names, names_before = _names(level, now), _names(level, before)
        goes_on, taken = successors[level], _taken(level, before, now)
        for previous, code in goes_on.items():
            if previous != code:
                answer.add(("recoded", level, previous, code))
            elif _plain(names[code]) != _plain(names_before[previous]):
                answer.add(("renamed", level, code, code))
            if level != "area":
                above = LEVELS[LEVELS.index(level) + 1]
                parent, parent_before = _parent(level, code, now), _parent(level, previous, before)
                if successors[above].get(parent_before) != parent:
                    answer.add(("moved", level, previous, code))
        split, merged = _split_and_merged(level, before, now)
        answer |= {("split", level, previous, code) for previous, code in split}
        answer |= {("merged", level, previous, code) for previous, code in merged}
        begun = set(names) - set(goes_on.values())
        ended = set(names_before) - set(goes_on)
        answer |= {("reused", level, code, code) for code in begun & taken}
        begun -= taken | {code for _, code in split + merged}
        ended -= taken | {previous for previous, _ in split + merged}
        answer |= {("new", level, "", code) for code in begun} | {("gone", level, code, code) for code in ended}
    return answer


def successors_of(level: str, before: Tables, now: Tables) -> dict[str, str]:
    """The code now of every unit that goes on, by its code before."""
    was, is_now = set(_names(level, before)), set(_names(level, now))
    taken = _taken(level, before, now)
    goes_on = {code: code for code in was & is_now if code not in taken}
    ended, begun = (was - is_now) | taken, (is_now - was) | taken
    alike: dict[tuple[str, str], Fraction] = {}
    for pair, shares in _shares(level, before, now).items():
        if pair[0] in ended and pair[1] in begun:
            alike[pair] = max(min(share) for share in shares)
    best = _first_of_each(alike, Fraction(3, 4), 0)
    return goes_on | dict(_once(best, 1))


def points_of_now(before: Tables, now: Tables, points: dict[str, Fraction]) -> dict[tuple[str, str], Fraction | None]:
    """The points that each unit's teams of now had before, by level and code now, for units that have a past.

    points: of every team before. None where a split makes that unknowable.
    """
    answer: dict[tuple[str, str], Fraction | None] = {}
    teams_on = successors_of("team", before, now)
    split, merged = _split_and_merged("team", before, now)
    received = teams_on | dict(merged)
    for level in LEVELS:
        goes_on, taken = successors_of(level, before, now), _taken(level, before, now)
        ended_codes = taken | set(goes_on.values())
        own = {code: goes_on.get(code, None if code in ended_codes else code) for code in _names(level, before)}
        sums = {code: Fraction(0) for code in own.values() if code is not None}
        for row in before["organisation"]:
            place = own[row[f"{level}_code"]]
            if row["team_code"] in received:
                place = _unit_of(level, received[row["team_code"]], now)
            if place in sums:
                sums[place] += points[row["team_code"]]
        unknown: set[str | None] = set()
        received_by = dict(_split_and_merged(level, before, now)[1])
        for previous, code in split:
            formed, source = _unit_of(level, code, now), _unit_of(level, previous, before)
            if source != formed:
                unknown |= {formed, received_by.get(source, own[source])}
        answer |= {(level, code): None if code in unknown else total for code, total in sums.items()}
    return answer


def _taken(level: str, before: Tables, now: Tables) -> set[str]:
    """Codes that stand for another unit now."""
    names, names_before, taken = _names(level, now), _names(level, before), set()
    for code in set(names) & set(names_before):
        shares = []
        for was, is_now in _evidence(level, before, now):
            if was.get(code) and is_now.get(code):
                both = len(was[code] & is_now[code])
                shares.append(Fraction(both, min(len(was[code]), len(is_now[code]))))
        renamed = _plain(names[code]) != _plain(names_before[code])
        if shares and max(shares) < Fraction(1, 4) and (renamed or (level == "team" and len(shares) == 2)):
            taken.add(code)
    return taken


def _split_and_merged(level: str, before: Tables, now: Tables) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    goes_on = successors_of(level, before, now)
    was, is_now = set(_names(level, before)), set(_names(level, now))
    to_now: dict[tuple[str, str], Fraction] = {}
    to_before: dict[tuple[str, str], Fraction] = {}
    for pair, shares in _shares(level, before, now).items():
        if pair[1] in is_now - set(goes_on.values()):
            to_now[pair] = max(of_now for _, of_now in shares)
        if pair[0] in was - set(goes_on):
            to_before[pair] = max(of_previous for of_previous, _ in shares)
    split = _first_of_each(to_now, Fraction(1, 2), 1)
    merged = _first_of_each(to_before, Fraction(1, 2), 0)
    several = {previous for previous, _ in split if [source for source, _ in split].count(previous) > 1}
    return (
        [pair for pair in split if pair not in merged or pair[0] in several],
        [pair for pair in merged if pair not in split or pair[0] not in several],
    )


def _shares(level: str, before: Tables, now: Tables) -> dict[tuple[str, str], list[tuple[Fraction, Fraction]]]:
    """For two units of different codes the share of each that moved from one to the other, by people and by cases."""
    answer: dict[tuple[str, str], list[tuple[Fraction, Fraction]]] = {}
    for was, is_now in _evidence(level, before, now):
        for previous, had in was.items():
            for code, has in is_now.items():
                moved = (had & has) - was.get(code, set()) - is_now.get(previous, set())
                if previous != code and moved:
                    share = Fraction(len(moved), len(had)), Fraction(len(moved), len(has))
                    answer.setdefault((previous, code), []).append(share)
    return answer


def _evidence(level: str, before: Tables, now: Tables) -> list[tuple[Held, Held]]:
    found = []
    for table, key in (("offender_managers", "om_code"), ("cases", "crn")):
        was, is_now = _held(level, before, table, key), _held(level, now, table, key)
        pairs = [item for keys in is_now.values() for item in keys]
        known = {item for keys in was.values() for item in keys}
        if pairs and 4 * sum(item in known for item in pairs) >= len(pairs):
            found.append((was, is_now))
    return found


def _held(level: str, week: Tables, table: str, key: str) -> Held:
    held: Held = {}
    for row in week[table]:
        held.setdefault(_unit_of(level, row["team_code"], week), set()).add(row[key])
    return held


def _first_of_each(shares: dict[tuple[str, str], Fraction], least: Fraction, side: int) -> list[tuple[str, str]]:
    """The pair with the largest share for each code of one side, the largest first."""
    ordered = sorted((pair for pair in shares if shares[pair] >= least), key=lambda pair: (-shares[pair], *pair))
    return _once(ordered, side)


def _once(pairs: list[tuple[str, str]], side: int) -> list[tuple[str, str]]:
    seen, first = set(), []
    for pair in pairs:
        if pair[side] not in seen:
            seen.add(pair[side])
            first.append(pair)
    return first


def _names(level: str, week: Tables) -> dict[str, str]:
    names: dict[str, str] = {}
    for row in week["organisation"]:
        names.setdefault(row[f"{level}_code"], row[f"{level}_name"])
    return names


def _parent(level: str, code: str, week: Tables) -> str:
    above = LEVELS[LEVELS.index(level) + 1]
    return str(next(row[f"{above}_code"] for row in week["organisation"] if row[f"{level}_code"] == code))


def _unit_of(level: str, team: str, week: Tables) -> str:
    return str(_row_of(team, week)[f"{level}_code"])


def _row_of(team: str, week: Tables) -> Row:
    return next(row for row in week["organisation"] if row["team_code"] == team)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
