"""What a digest may say of a service, from plain rows: sums are loops, weeks are counted one by one."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from math import isnan, nan, sqrt

from .digest_rows import (
    CHANGES_NEEDED,
    CLEAR_BELOW,
    DECISIONS_AT,
    LEAST_LATE,
    LEAST_POINTS_PERCENT,
    LEAST_UNITS,
    LINE,
    LOOK_BACK,
    NAMED,
    NEARLY_NOTHING,
    PARTS,
    PLACES,
    SMALL_TEAM,
    TIMES_USUAL,
    UPWARDS,
    WEEKS_BACK,
    WEEKS_LEARNED,
    WEEKS_TO_END,
    WEEKS_TO_START,
    Figures,
    Key,
    Life,
    Measured,
    PlainConcern,
    Reader,
    Service,
    Snapshot,
    UnitRow,
    chain_of,
    change_of,
    weeks_apart,
    withheld,
)


class Truth:
    """Everything about the last week of a service for one reader."""

    def __init__(self, service: Service, reader: Reader) -> None:
        self.reader = reader
        self.is_whole = service.is_whole
        self.decisions = service.decisions
        self.proposals = service.proposals
        self.moves = service.moves
        self.concerns = service.concerns
        self.coming = service.coming
        self.firmness = service.firmness
        weekly: dict[tuple[int, int], Snapshot] = {}
        for snapshot in service.snapshots:
            weekly[snapshot.as_at.isocalendar()[:2]] = snapshot
        now = service.snapshots[-1]
        self.history = [week for week in weekly.values() if week.as_at >= now.as_at - timedelta(weeks=LOOK_BACK)]
        self.now = now
        self.before = self.history[-2] if len(self.history) > 1 else None
        self.scope = self._scope()
        rows = {key: row for key, row in now.units.items() if key in self.scope}
        self.rows = rows
        self.withheld = withheld(rows, reader)
        self.own = [rows[reader.level, code] for code in reader.codes]
        self.whole = self._whole()
        few = 0 < self.whole.people < SMALL_TEAM
        self.is_withheld = few if len(reader.codes) > 1 else (reader.level, reader.codes[0]) in self.withheld
        self.visible = {key: row for key, row in rows.items() if key not in self.withheld}
        self.parts = [row for key, row in rows.items() if key[0] == PARTS[reader.level]]
        self.places = [row for key, row in self.visible.items() if key[0] == PLACES[reader.level]]
        self._measured: list[Measured] = []
        self._rules: dict[Key, dict[str, tuple[bool, bool]]] = {}
        # The rows do not change, and one digest asks for most of its figures many times.
        for name in (
            "team_now",
            "is_parted",
            "figures",
            "key_then",
            "compared",
            "direction",
            "previous_capacity",
            "life",
        ):
            setattr(self, name, cache(getattr(self, name)))

    def hidden_counts(self) -> dict[str, int]:
        """How many parts and counted units an email leaves out, by their level."""
        levels = dict.fromkeys((PARTS[self.reader.level], PLACES[self.reader.level]))
        return {level: sum(key[0] == level for key in self.withheld if key in self.rows) for level in levels}

    # Who belongs where

    def above(self, key: Key) -> list[Key]:
        """The units above a unit, the nearest first."""
        answer = []
        while key[0] in UPWARDS[:-1]:
            key = (UPWARDS[UPWARDS.index(key[0]) + 1], self.now.units[key].parent)
            answer.append(key)
        return answer

    def _scope(self) -> set[Key]:
        if self.reader.level == "all":
            return set(self.now.units)
        own = {(self.reader.level, code) for code in self.reader.codes}
        return own | {key for key in self.now.units if key[0] != "all" and own & set(self.above(key))}

    def _whole(self) -> UnitRow:
        whole = self.own[0]
        for row in self.own[1:]:
            sums = {
                name: getattr(whole, name) + getattr(row, name)
                for name in ("total", "available", "people", "people_over", "people_without_hours", "cases",
                             "case_points", "unallocated", "unallocated_points", "overdue", "late", "spo_hours")
            }  # fmt: skip
            whole = replace(whole, **sums)
        return whole

    # Like with like

    def team_now(self, code: str, week: Snapshot, *, merged: bool) -> str | None:
        """The code now of a team of some week; None if it has ended."""
        for later in self.history:
            if later.as_at > week.as_at and code in later.became:
                goal = later.became[code]
                # A team that was there before under its own code has received the other one.
                place = self.history.index(later)
                is_merger = ("team", goal) in self.history[place - 1].units
                if is_merger and not merged:
                    return None
                code = goal
        return code if ("team", code) in self.now.units else None

    def is_parted(self, key: Key, week: Snapshot) -> bool:
        """Whether a later split took from the unit, or formed it, from a team outside it."""
        for place, later in enumerate(self.history):
            if later.as_at <= week.as_at or not later.parted:
                continue
            first, second = sorted(later.parted)
            # The source was there before, under the same code; the other one was formed.
            before = self.history[place - 1]
            source, formed = (first, second) if ("team", first) in before.units else (second, first)
            units_before = chain_of(before, source)
            units_now = chain_of(later, formed)
            for level in UPWARDS:
                if units_before[level] != units_now[level]:
                    for code, units in ((source, units_before), (formed, units_now)):
                        now = self.team_now(code, later, merged=True) if level == "team" else units[level]
                        if (level, now) == key:
                            return True
        return False

    def figures(self, key: Key, week: Snapshot) -> Figures | None:
        """What the teams that the unit has now held in a week; None if the unit was not there."""
        if week is self.now:
            row = self.now.units[key]
            return Figures(row.total, row.available, row.late)
        codes = {code: self.team_now(code, week, merged=False) for level, code in week.units if level == "team"}
        was_there = key in week.units if key[0] != "team" else key[1] in codes.values()
        if not was_there:
            return None
        if self.is_parted(key, week):
            return Figures(nan, nan, nan)
        total = available = late = 0.0
        for (level, code), row in week.units.items():
            if level != "team":
                continue
            now = self.team_now(code, week, merged=True)
            if now is None:
                # It ended: it stays in the units in which it was.
                units = chain_of(week, code)
            else:
                units = {"team": now} | {unit[0]: unit[1] for unit in self.above(("team", now))} | {"all": "all"}
            if units.get(key[0]) == key[1] and not (now is None and key[0] == "team"):
                total, available, late = total + row.total, available + row.available, late + row.late
        return Figures(total, available, late)

    # Better or worse

    def measured(self) -> list[Measured]:
        monday = self.now.as_at - timedelta(days=self.now.as_at.weekday())
        weeks = [week for week in self.history if week.as_at >= monday - timedelta(weeks=26)]
        self._measured = self._measured or [self._measure(week) for week in weeks]
        return self._measured

    def _measure(self, week: Snapshot) -> Measured:
        units = over = stranded = 0
        points = available = 0.0
        is_alike = week.weights == self.now.weights
        for place in self.places:
            key = (place.level, place.code)
            figures = self.figures(key, week)
            then = week.units.get(self.key_then(key, week))
            if not is_alike or figures is None or then is None or isnan(figures.total):
                continue
            if 0 < then.people < SMALL_TEAM:
                continue
            units += 1
            available += figures.available
            if figures.is_stranded:
                over, stranded, points = over + 1, stranded + 1, points + figures.total
            elif figures.capacity > LINE:
                over += 1
                points += figures.total - figures.available * LINE / 100
        own = [self.figures((row.level, row.code), week) for row in self.own]
        known = [figures for figures in own if figures is not None]
        total, able, late = (
            sum(getattr(figures, name) for figures in known) if len(known) == len(own) else nan
            for name in ("total", "available", "late")
        )
        return Measured(
            week.as_at, units, over if units else nan, stranded, points if units else nan, available,
            100 * total / able if is_alike and able > NEARLY_NOTHING else nan, late,
        )  # fmt: skip

    def key_then(self, key: Key, week: Snapshot) -> Key:
        """Level and code in an earlier week of a unit of now."""
        if key[0] == "team":
            for level, code in week.units:
                if level == "team" and self.team_now(code, week, merged=False) == key[1]:
                    return level, code
        return key

    def compared(self) -> dict[int, Measured]:
        weeks = self.measured()
        answer = {}
        for back in WEEKS_BACK:
            for week in weeks[:-1]:
                if weeks_apart(week.as_at, weeks[-1].as_at) == back:
                    answer[back] = week
        if len(weeks) > 1:
            answer[1] = weeks[-2]
        return {back: answer[back] for back in WEEKS_BACK if back in answer}

    def direction(self) -> tuple[str, int | None, set[str], set[str]]:
        """The course, against how many weeks ago, and what got worse and better."""
        weeks, compared = self.measured(), self.compared()
        now = weeks[-1]
        is_known = False
        for back, then in compared.items():
            signs = {}
            apart = sqrt(max(weeks_apart(then.as_at, now.as_at), 1))
            least = {"units": LEAST_UNITS, "points": LEAST_POINTS_PERCENT * now.available / 100, "late": LEAST_LATE}
            for name in NAMED:
                change, usual = change_of(then, now, name), self._usual(name, weeks)
                if isnan(change) or isnan(usual):
                    continue
                counts = abs(change) > TIMES_USUAL * usual * apart and abs(change) >= least[name]
                signs[name] = 0 if not counts else 1 if change > 0 else -1
            points = change_of(then, now, "points")
            if signs.get("units") and signs["units"] * points < least["points"]:
                signs["units"] = 0
            is_known = is_known or bool(signs)
            worse = {name for name, sign in signs.items() if sign > 0}
            better = {name for name, sign in signs.items() if sign < 0}
            if worse or better:
                return "mixed" if worse and better else "worse" if worse else "better", back, worse, better
        return "same" if is_known else "early" if compared else "first", None, set(), set()

    def _usual(self, name: str, weeks: list[Measured]) -> float:
        learned = [week for week in weeks[:-1] if weeks_apart(week.as_at, weeks[-1].as_at) <= WEEKS_LEARNED]
        changes = []
        for earlier, later in pairwise(learned):
            change = abs(change_of(earlier, later, name))
            if not isnan(change):
                changes.append(change)
        return sum(changes) / len(changes) if len(changes) >= CHANGES_NEEDED else nan

    def previous_capacity(self, key: Key) -> float:
        """Per cent of capacity in the last snapshot of the unit as it is now; nan if an email may not say it."""
        week = self.before
        if week is None or week.weights != self.now.weights:
            return nan
        rows = {}
        for then, row in week.units.items():
            code = self.team_now(then[1], week, merged=False) if then[0] == "team" else then[1]
            if code is not None and (then[0], code) in self.scope:
                rows[then[0], code] = row
        figures = self.figures(key, week)
        return nan if figures is None or key in withheld(rows, self.reader) else figures.capacity

    def change(self, row: UnitRow) -> float:
        return row.capacity - self.previous_capacity((row.level, row.code))

    def whole_change(self) -> float:
        if len(self.own) == 1:
            return self.change(self.own[0])
        if any(isnan(self.previous_capacity((row.level, row.code))) for row in self.own):
            return nan
        assert self.before is not None
        known = [self.figures((row.level, row.code), self.before) for row in self.own]
        total = sum(figures.total for figures in known if figures is not None)
        return self.whole.capacity - 100 * total / sum(figures.available for figures in known if figures is not None)

    def weights_since(self) -> date | None:
        """The first week with the weights of now, if any earlier one had others."""
        since = None
        for earlier, week in pairwise(self.history):
            if week.weights == self.now.weights != earlier.weights:
                since = week.as_at
        return since

    # Hotspots

    def row_then(self, key: Key, week: Snapshot) -> UnitRow | None:
        return week.units.get(self.key_then(key, week))

    def life(self, key: Key, *, until: int = 0) -> Life:
        """How long the unit has been over the line; until: so many weeks before this one."""
        hot = was_hot = False
        weeks = lasted = running = below = 0
        since: date | None = None
        for week in self.history[: len(self.history) - until]:
            row = self.row_then(key, week)
            was_hot, lasted = hot, weeks
            if row is None:
                hot, running, below = False, 0, 0
                continue
            if isnan(row.capacity):
                continue
            if row.capacity > LINE:
                if running == 0 and not hot:
                    since = week.as_at
                running += 1
            else:
                running = 0
            below = below + 1 if row.capacity < CLEAR_BELOW else 0
            if hot:
                weeks += 1
                hot = below < WEEKS_TO_END
            elif running >= WEEKS_TO_START:
                hot, weeks = True, running
        return Life(hot, was_hot, weeks if hot else lasted if was_hot else running, running, since)

    def begins_with_history(self, since: date | None) -> bool:
        return since is not None and since <= self.history[0].as_at

    def _is_late(self, row: UnitRow | None) -> bool:
        hot = row is not None and (row.capacity > LINE or row.is_stranded)
        return hot and row is not None and row.level == "office" and row.late >= 1

    def _is_without_hours(self, row: UnitRow | None) -> bool:
        if row is None or row.level not in ("office", "team") or row.available > 0:
            return False
        return row.total > 0 and (row.people_without_hours > 0 or row.unallocated > 0)

    def rules_of(self, key: Key) -> dict[str, tuple[bool, bool]]:
        """Whether each rule makes the unit a hotspot now, and whether it did in the last snapshot."""
        if key[0] not in ("team", "office", "cluster"):
            return {}
        if key in self._rules:
            return self._rules[key]
        life = self.life(key)
        now, then = self.now.units.get(key), None if self.before is None else self.row_then(key, self.before)
        rules = {
            "over_threshold": (life.is_hot, life.was_hot),
            "hot_and_late": (self._is_late(now), self._is_late(then)),
            "no_capacity": (self._is_without_hours(now), self._is_without_hours(then)),
        }
        self._rules[key] = {rule: state for rule, state in rules.items() if any(state)}
        return self._rules[key]

    def _folds(self, key: Key, rule: str, *, cleared: bool) -> bool:
        """Whether the nearest unit above with the same hotspot is one that the digest can list instead."""
        if rule == "hot_and_late":
            return False
        for above in self.above(key):
            is_hot, was_hot = self.rules_of(above).get(rule, (False, False))
            if (was_hot and not is_hot) if cleared else is_hot:
                return above in self.visible and (self.reader.level, above[1]) not in self._own_keys()
        return False

    def _own_keys(self) -> set[Key]:
        return {(self.reader.level, code) for code in self.reader.codes}

    def listed(self) -> list[UnitRow]:
        """The hotspots that stand for themselves: too hot and too late first, then most points over capacity."""
        late, other = [], []
        for key, row in self.visible.items():
            live = {rule: state for rule, state in self.rules_of(key).items() if state[0]}
            if all(self._folds(key, rule, cleared=False) for rule in live):
                continue
            over = row.total - row.available
            if "hot_and_late" in live:
                late.append(((-row.late, -over, -row.overdue, row.code), row))
            else:
                other.append(((-over, row.code), row))
        return [row for _, row in sorted(late, key=lambda pair: pair[0]) + sorted(other, key=lambda pair: pair[0])]

    def was_hotspot(self, row: UnitRow) -> bool:
        return any(was for _, was in self.rules_of((row.level, row.code)).values())

    def cleared(self) -> list[UnitRow]:
        answer = []
        for key, row in self.visible.items():
            rules = self.rules_of(key)
            is_over = bool(rules) and not any(now for now, _ in rules.values())
            if is_over and any(not self._folds(key, rule, cleared=True) for rule in rules):
                answer.append(row)
        return answer

    def asks_for_decision(self, row: UnitRow) -> bool:
        """Whether the unit has been over the line for so long that the rules ask for a decision."""
        return (life := self.life((row.level, row.code))).is_hot and life.weeks >= DECISIONS_AT[0]

    def concerns_inside(self) -> list[PlainConcern]:
        """The concerns of offender managers with a post in the scope."""
        inside = []
        for concern in self.concerns:
            teams = [("team", code) for code in concern.teams]
            if any(team in self.scope or self.reader.level == "all" for team in teams):
                inside.append(concern)
        return inside

    def is_all_clear(self) -> bool:
        """What has to be so before a digest may say all clear."""
        rows = self.rows.values()
        is_busy = any(row.capacity > LINE or row.is_stranded for row in rows)
        return (
            self.is_whole
            and not is_busy
            and not self.whole.late
            and not self.whole.people_over
            and (not self.whole.people_without_hours and not self.listed())
            and all(concern.waits_since is None for concern in self.concerns_inside())
        )
