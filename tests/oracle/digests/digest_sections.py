"""The sections under the first screen: the hotspots, what changed, and the parts of the scope."""

import re
from math import isnan

from .digest_decisions import decision_line, outcome_line
from .digest_proposals import proposal_line
from .digest_rows import DECISIONS_AT, LINE, UnitRow
from .digest_words import NUMBER, SINCE, DigestWords, count_in, number_in, ordinal, section_of, short_date

MOST_LISTED = 4


class DigestSections(DigestWords):
    """Reads the sections under the first screen."""

    def read_sections(self) -> None:
        self._entries()
        self._changes()
        self._parts()

    def _entries(self) -> None:
        """Each hotspot in its order, with its status and for how long it has been over the line."""
        sections = [section_of(self.text, name) for name in ("Too hot and too late", "Other hotspots", "Hotspots")]
        entries = re.findall(r"^(\d+)\. (.+?): (.+)\n   (.+)$", "\n".join(sections), re.MULTILINE)
        listed = self.truth.listed()
        self.expect(len(entries) == min(len(listed), MOST_LISTED), f"{len(entries)} hotspots listed, not {len(listed)}")
        more = re.search(rf"^({NUMBER}) more(?:: see|, not)", self.text, re.MULTILINE)
        self.expect(count_in(more[1] if more else "0") == len(listed) - len(entries), "more hotspots")
        for place, ((number, name, standing, why), row) in enumerate(zip(entries, listed, strict=False), start=1):
            self.expect((int(number), name) == (place, row.name), f"{number}. {name}: should be {place}. {row.name}")
            self.standing(standing.split(" (")[0], row, f"{name}: {standing}")
            self._why(row, why)
            self._decision(row, sections, place)
            self._proposal(row, sections, place)

    def _decision(self, row: UnitRow, sections: list[str], place: int) -> None:
        """What was decided about a hotspot, and what has happened since."""
        entry = re.search(rf"^{place}\. (.*?)(?=^\d+\. |\Z)", "\n".join(sections), re.MULTILINE | re.DOTALL)
        lines = (entry[1] if entry else "").splitlines()
        said = [line.strip() for line in lines if re.match(r"   (?:Decided|Withdrawn|No decision) ", line)]
        wanted = [line for line in [decision_line(self.truth, row)] if line]
        self.expect(said == wanted, f"decision: {row.name}: {said}: {wanted}")

    def _proposal(self, row: UnitRow, sections: list[str], place: int) -> None:
        """What moves within its cluster would bring a hotspot."""
        entry = re.search(rf"^{place}\. (.*?)(?=^\d+\. |\Z)", "\n".join(sections), re.MULTILINE | re.DOTALL)
        lines = (entry[1] if entry else "").splitlines()
        said = [line.strip() for line in lines if "within the cluster" in line]
        wanted = [line for line in [proposal_line(self.truth, row)] if line]
        self.expect(said == wanted, f"proposal: {row.name}: {said}: {wanted}")

    def _why(self, row: UnitRow, why: str) -> None:
        status, _, reasons = why.partition(": ")
        life = self.truth.life((row.level, row.code))
        was = self.truth.was_hotspot(row)
        escalated = life.is_hot and life.weeks in DECISIONS_AT and not isnan(row.capacity)
        true = ("Continuing" if was else "New") + (", escalated" if escalated else "")
        self.expect(status == true, f"status: {row.name}: {why}: {true}")
        parts = reasons.split("; ")
        durations = [
            part for part in parts if re.search(rf"(?:over|it went over) {LINE:g}%", part) and "expected" not in part
        ]
        wanted = self._duration(row)
        self.expect(durations == wanted, f"duration: {row.name}: {durations}: {wanted}")
        for part in parts:
            if said := re.fullmatch(rf"({NUMBER}) cases? held and no available hours", part):
                self.expect(count_in(said[1]) == row.cases, f"cases held: {row.name}: {part}")
            if said := re.fullmatch(r"weights changed on (.*)", part):
                changed = self.truth.weights_since()
                is_so = changed is not None and life.since is not None and life.since <= changed
                self.expect(
                    is_so and changed is not None and said[1] == short_date(changed), f"weights: {row.name}: {part}"
                )
        changes = [
            said
            for part in parts
            if (said := re.fullmatch(rf"(up|down|no change)(?: ({NUMBER}) pp)? since ({SINCE})", part))
        ]
        true_change = self.truth.change(row)
        self.expect(len(changes) == (not isnan(true_change)), f"change: {why}: {true_change}")
        for said in changes:
            self.change(said[1], said[2], said[3], true_change, f"{row.name}: {why}")

    def _duration(self, row: UnitRow) -> list[str]:
        key = (row.level, row.code)
        life = self.truth.life(key)
        least = "at least " if self.truth.begins_with_history(life.since) else ""
        line = f"over {LINE:g}%"
        weeks = f"{least}{life.weeks} {'week' if life.weeks == 1 else 'weeks'}"
        if life.is_hot:
            if life.running == life.weeks:
                return [f"{line} for {weeks}"]
            if not life.running:
                return [f"{weeks} since it went {line}, not over it this week"]
            again = "again this week" if life.running == 1 else f"for the last {life.running} weeks"
            return [f"{weeks} since it went {line}, over it {again}"]
        if isnan(row.capacity) or not self.truth.rules_of(key).get("hot_and_late", (False,))[0]:
            return []
        if life.running <= 1:
            return [f"{line} this week"]
        return [f"{line} for {weeks}" if least else f"{line} for the {ordinal(life.running)} week running"]

    def _changes(self) -> None:
        """What cleared, after how long, and the largest moves."""
        section = section_of(self.text, "What changed")
        gone = {row.name: row for row in self.truth.cleared()}
        for name, how, standing, rest, decided in re.findall(
            r"^ \* Cleared: (.+?): (.+?), now ([^,\n]+)(.*)$(?:\n   (.*)$)?", section, re.MULTILINE
        ):
            if "hotspot" not in how and "too hot" not in how and "no longer holds" not in how:
                continue
            self.expect(name in gone, f"cleared: {name}")
            if name not in gone:
                continue
            row = gone[name]
            self.standing(standing, row, f"cleared: {name}")
            self.expect(decided == outcome_line(self.truth, row), f"cleared: {name}: {decided}")
            life = self.truth.life((row.level, row.code))
            if how.startswith("no longer a hotspot"):
                least = "at least " if self.truth.begins_with_history(life.since) else ""
                said = how.split(" (weights")[0]
                weeks = f"{life.weeks} {'week' if life.weeks == 1 else 'weeks'}"
                self.expect(
                    said == f"no longer a hotspot after {least}{weeks}", f"cleared: {name}: {how}: {least}{weeks}"
                )
            if moved := re.fullmatch(rf", (up|down|no change)(?: ({NUMBER}) pp)?", rest):
                self.signed(moved[1], moved[2], self.truth.change(row), f"cleared: {name}{rest}")
        for name, way, size, standing in re.findall(
            rf"^ \* (.+?): (up|down) ({NUMBER}) pp, to (.+)$", section, re.MULTILINE
        ):
            rows = [row for row in self.truth.places if row.name == name]
            self.expect(len(rows) == 1, f"moved: {name}")
            for row in rows:
                self.signed(way, size, self.truth.change(row), f"moved: {name}")
                self.standing(standing, row, f"moved: {name}")

    def _parts(self) -> None:
        """The line of each part with its capacity and change."""
        rows = {row.name: row for row in self.truth.parts}
        for name, standing, change in re.findall(r"^ \* (.+?): ([^,\n]+), change ([^,\n]+),", self.text, re.MULTILINE):
            row = rows.get(name)
            if row is None or (row.level, row.code) in self.truth.withheld:
                self.faults.append(f"part: {name}")
                continue
            self.standing(standing, row, f"part: {name}")
            true = self.truth.change(row)
            if change == "not known":
                self.expect(isnan(true), f"part: {name}: {change}: {true}")
            else:
                said = number_in(change.replace("\N{MINUS SIGN}", "").lstrip("+"))
                way = "no change" if said == 0 else "down" if change[0] == "\N{MINUS SIGN}" else "up"
                self.signed(way, str(said), true, f"part: {name}: {change}")
