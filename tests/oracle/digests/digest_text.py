"""The independent reader of a digest: reads the final subject and text, and says which of their words are false.

Every sentence of the first screen has to be one that it knows, or it is refused: a new one is taught here first.
"""

import re
from collections.abc import Callable
from math import isnan

from .digest_answers import DigestAnswers
from .digest_decisions import concerns_line
from .digest_figures import Truth
from .digest_firmness import firmness_line
from .digest_next_week import next_week_line
from .digest_rows import LINE, Measured, UnitRow, nearly, value
from .digest_words import CORRECTED, COUNT, LEADS, NUMBER, PLURAL, SINCE, count_in, long_date, number_in

MOST_NAMED = 10

CauseCheck = Callable[[UnitRow, str], list[str]]


def no_cause_check(place: UnitRow, sentence: str) -> list[str]:
    """Where the causes of a place are checked once there are any: its row, and the sentence that names the cause."""
    return []


class DigestReader(DigestAnswers):
    """Reads the whole digest."""

    def __init__(self, truth: Truth, name: str, subject: str, text: str, marking: str, check_cause: CauseCheck) -> None:
        super().__init__(truth, name, subject, text, marking)
        self.check_cause = check_cause

    def read(self) -> list[str]:
        lines = self.text.split("\n")
        start = next((number for number, line in enumerate(lines) if line.startswith("As at ")), None)
        if start is None:
            return ["no date"]
        self.expect(lines[start] == f"As at {long_date(self.truth.now.as_at)}", f"date: {lines[start]}")
        self.expect(lines[start - 1] == self.name, f"name: {lines[start - 1]}")
        blocks = "\n".join(lines[start + 1 :]).strip("\n").split("\n\n\n")
        first = "\n\n".join(blocks).split("\n\n")
        self._first_screen(first)
        if not self.truth.is_withheld:
            self.read_sections()
        self._firmness()
        self._subject()
        return self.faults

    def _firmness(self) -> None:
        """How many of the hot offices stay hot whatever the assumed weights are."""
        said = [line for line in self.text.split("\n") if "assumed weight" in line.lower()]
        wanted = [line for line in [firmness_line(self.truth)] if line]
        self.expect(said == wanted, f"firmness: {said}: {wanted}")

    def _first_screen(self, blocks: list[str]) -> None:
        """Every block up to the first heading."""
        sentences = blocks[0].split("\n")
        self._verdict(sentences[0])
        if self.truth.is_withheld:
            return
        self._further_counts(sentences[1:])
        has_places = has_next_week = False
        for block in blocks[1:]:
            head, _, rest = block.partition("\n")
            if rest.startswith("---"):
                break
            if said := re.fullmatch(rf"Where(?:, and the change since ({SINCE}))?", head):
                has_places = True
                self.expect((said[1] or "") == self.since(), f"where: {head}")
                self._where(rest.split("\n"))
            elif head == "What would help":
                self.read_help(rest)
            elif head == "What has happened since":
                self.read_became(rest)
            elif head.startswith("Next week ("):
                has_next_week = True
                self.expect(block == next_week_line(self.truth), f"next week: {block}: {next_week_line(self.truth)}")
            elif head == f"No {self.place} is a hotspot or over {LINE:g}%.":
                self.expect(not self.truth.listed() and not self.over(), f"nowhere: {head}")
            else:
                self.read_remark(block)
        self.expect(has_places == bool(self.truth.listed() or self.over()), "where: missing or too many")
        self.expect(has_next_week == bool(next_week_line(self.truth)), "next week: missing or too many")
        self.expect(concerns_line(self.truth) in self.text, "concerns: missing")

    def _lead(self) -> str:
        course, back, _, _ = self.truth.direction()
        if back is None:
            return LEADS[course]
        label = self.label(back)
        return (
            f"{LEADS[course]} against {label.removeprefix('on ')}"
            if course == "mixed"
            else f"{LEADS[course]} than {label}"
        )

    def _leads_with_late(self) -> bool:
        _, _, worse, better = self.truth.direction()
        return worse | better == {"late"}

    def _leads_with_points(self) -> bool:
        _, _, worse, better = self.truth.direction()
        return worse | better == {"points"} and not self.is_single

    def _verdict(self, sentence: str) -> None:
        if self.truth.is_withheld:
            level = self.truth.reader.level
            said = f"Your {level} is too small for its figures to be sent by email."
            self.expect(sentence == said, f"verdict: {sentence}")
            return
        lead, _, clause = sentence.partition(": ")
        if lead == "All clear":
            self.expect(self.truth.is_all_clear(), "verdict: not all clear")
        else:
            self.expect(lead == self._lead(), f"verdict: {lead}, not {self._lead()}")
        first = self._count_clause
        if lead != "All clear":
            first = self._late_clause if self._leads_with_late() else first
            first = self._points_clause if self._leads_with_points() else first
        if not first(clause.removesuffix(".")):
            # All clear may be said of a scope that got better in one count alone.
            other = self._late_clause(clause.removesuffix("."))
            self.expect(other and lead == "All clear", f"verdict: {sentence}")

    def _further_counts(self, sentences: list[str]) -> None:
        for sentence in sentences:
            clause = (sentence[0].lower() + sentence[1:]).removesuffix(".")
            known = self._late_clause(clause) or self._points_clause(clause) or self._count_clause(clause)
            named = sentence.removesuffix(".")
            known = known or self._count_clause(named) or self._whole_clause(named) or self._whole_clause(clause)
            self.expect(known, f"further count: {sentence}")

    def _count_clause(self, clause: str) -> bool:
        """``7 of 32 offices over 110% (...)``, or a single unit ``at 118.0%, over 110%``; whether it is one."""
        if self.is_single:
            return self._single_clause(clause)
        said = re.fullmatch(
            rf"({COUNT}) of ({NUMBER}) (\w+) over {LINE:g}%( or without capacity)?(?: \((.*)\))?", clause
        )
        if said is None:
            return False
        over, of, noun, without, earlier = said.groups()
        count = len(self.truth.places)
        self.expect(noun == self.noun(count), f"noun: {clause}")
        self.expect(count_in(over) == len(self.over()), f"count: {clause}")
        self.expect(count_in(of) == count, f"count of all: {clause}")
        self.over_or_without(without is not None, clause)
        self._earlier(earlier, lambda week: week.over, clause, units=count)
        return True

    def _single_clause(self, clause: str) -> bool:
        whole = self.truth.whole
        if clause == f"{self.name} has no capacity":
            self.expect(whole.is_stranded, clause)
            return True
        if clause == f"{self.name} has no data":
            self.expect(whole.available <= 0 and whole.total <= 0, clause)
            return True
        if said := re.fullmatch(rf"(.+) just over {LINE:g}%(?: \((.*)\))?", clause):
            self.expect(said[1] == self.name and self._is_just_over(), f"just over: {clause}")
            self._earlier(said[2], lambda week: week.capacity, clause, decimals=1)
            return True
        said = re.fullmatch(rf"(.+) at ({NUMBER})%, (over|not over) {LINE:g}%(?: \((.*)\))?", clause)
        if said is None or said[1] != self.name:
            return False
        self.expect(nearly(number_in(said[2]), whole.capacity, 1), f"capacity: {clause}")
        self.expect((said[3] == "over") == (whole.capacity > LINE), f"over or not: {clause}")
        self.expect(not self._is_just_over(), f"not its line: {clause}")
        self._earlier(said[4], lambda week: week.capacity, clause, decimals=1)
        return True

    def _is_just_over(self) -> bool:
        """Whether the scope is over the line by too little to show."""
        return self.truth.whole.capacity > LINE and f"{self.truth.whole.capacity:.1f}" == f"{LINE:.1f}"

    def _whole_clause(self, clause: str) -> bool:
        """``North London at 103.2% of capacity (...)``, of a scope of several units; whether it is one."""
        whole = self.truth.whole
        if self.is_single or not clause.startswith(self.name):
            return False
        if clause == f"{self.name} has no capacity":
            self.expect(whole.is_stranded, clause)
            return True
        said = re.fullmatch(rf" at ({NUMBER})% of capacity(?: \((.*)\))?", clause.removeprefix(self.name))
        if said is None:
            return False
        self.expect(nearly(number_in(said[1]), whole.capacity, 1), f"capacity: {clause}")
        self._earlier(said[2], lambda week: week.capacity, clause, decimals=1)
        return True

    def _late_clause(self, clause: str) -> bool:
        said = re.fullmatch(rf"({COUNT}) high RoSH assessments? overdue(?: \((.*)\))?", clause)
        if said is None:
            return False
        self.expect(count_in(said[1]) == self.truth.whole.late, f"overdue: {clause}")
        self._earlier(said[2], lambda week: week.late, clause)
        return True

    def _points_clause(self, clause: str) -> bool:
        over = rf"over {LINE:g}%( or without capacity)?"
        said = re.fullmatch(rf"the {PLURAL[self.place]} {over} are ({NUMBER}) points? over it(?: \((.*)\))?", clause)
        if said is None:
            return False
        self.over_or_without(said[1] is not None, clause)
        self.expect(nearly(number_in(said[2]), self.truth.measured()[-1].points, 0), f"points: {clause}")
        self._earlier(said[3], lambda week: week.points, clause)
        return True

    def _earlier(
        self, said: str | None, true: Callable[[Measured], float], clause: str, *, units: int = 0, decimals: int = 0
    ) -> None:
        """``last week 9, 4 weeks ago 7 of 20``: each number is that week's, and none that is known is left out."""
        known = {self.label(back): week for back, week in self.truth.compared().items() if not isnan(true(week))}
        told: dict[str, str] = {}
        for part in re.findall(
            rf"(?:last week|on {SINCE}|\d+ weeks ago) (?:none|{NUMBER}%?)(?: of {NUMBER})?", said or ""
        ):
            label = re.match(rf"(?:last week|on {SINCE}|\d+ weeks ago)", part)
            assert label is not None
            told[label[0]] = part[label.end() + 1 :]
        self.expect(", ".join(f"{label} {rest}" for label, rest in told.items()) == (said or ""), f"brackets: {clause}")
        self.expect(list(told) == list(known), f"weeks compared: {clause}, not {list(known)}")
        for label, rest in told.items():
            if label not in known:
                continue
            week = known[label]
            number, _, of = rest.partition(" of ")
            self.expect(
                nearly(count_in(number.removesuffix("%")), true(week), decimals), f"{label}: {clause}: {true(week)}"
            )
            if units:
                self.expect(
                    count_in(of) == week.units if of else week.units == units, f"{label}, of how many: {clause}"
                )

    def _where(self, lines: list[str]) -> None:
        true = self.truth.listed()[:MOST_NAMED]
        hot = {(row.level, row.code) for row in true if row.capacity > LINE or row.is_stranded}
        for row in sorted(self.over(), key=lambda row: (not row.is_stranded, -row.capacity, row.code)):
            if row not in true and self.truth.above((row.level, row.code))[0] not in hot:
                true.append(row)
        self.expect(len(lines) == min(3, len(true)), f"where: {len(lines)} places")
        for number, (line, row) in enumerate(zip(lines, true, strict=False), start=1):
            line, cause = without_cause(line)
            if cause:
                self.faults += self.check_cause(row, cause)
            said = re.fullmatch(rf"{number}\. (.+?): ([^,]+)"
                                rf"(?:, (up|down|no change)(?: ({NUMBER}) pp)?)?"
                                rf"(?:, ({NUMBER}) high RoSH overdue)?\.", line)  # fmt: skip
            if said is None:
                self.faults.append(f"where: {line}")
                continue
            self.expect(said[1] == row.name, f"where: {line}: {row.name}")
            self.standing(said[2], row, line)
            self.change(said[3], said[4], self.since(), self.truth.change(row), line)
            self.expect(count_in(said[5] or "0") == row.late, f"where, overdue: {line}")

    def _subject(self) -> None:
        line = self.subject.removeprefix(f"{self.marking}: ")
        if self.truth.is_withheld:
            self.expect(line.startswith(f"small {self.truth.reader.level}, sign in"), f"subject: {line}")
            return
        self.expect((CORRECTED in line) == (self.truth.now.revision > 1), f"subject: {line}")
        line = line.replace(CORRECTED, "")
        lead, _, clause = line.partition(": ")
        if lead == "All clear":
            self.expect(self.truth.is_all_clear(), "subject: not all clear")
        else:
            true = self._lead().removesuffix(" than last week").removesuffix(" against last week")
            self.expect(lead == true, f"subject: {lead}, not {true}")
        _, back, _, _ = self.truth.direction()
        shown = self._subject_clause(clause, is_clear=lead == "All clear")
        if shown is None:
            self.faults.append(f"subject: {line}")
            return
        true_value, rest, decimals = shown
        said = re.match(rf", (then|last week|on {SINCE}) (none|{NUMBER}%?)(?: of ({NUMBER}))?", rest)
        if said is None:
            return
        week = self.truth.compared().get(back or 1)
        if week is None or isnan(true_value(week)):
            self.faults.append(f"subject compares with nothing: {line}")
            return
        label = "then" if (back or 1) > 1 else self.label(1)
        self.expect(said[1] == label, f"subject: {line}: {label}")
        self.expect(
            nearly(count_in(said[2].removesuffix("%")), true_value(week), decimals),
            f"subject: {line}: {true_value(week)}",
        )
        if said[3]:
            self.expect(count_in(said[3]) == week.units, f"subject, of how many: {line}")
        elif not self.is_single and not decimals and "RoSH" not in clause and " points over " not in clause:
            self.expect(week.units == len(self.truth.places), f"subject, of how many: {line}")

    def _subject_clause(self, clause: str, *, is_clear: bool) -> tuple[Callable[[Measured], float], str, int] | None:
        """What the subject counts: how that was in another week, the rest of the line, and its decimals."""
        if clause.endswith("…"):
            # It was too long: what is left of it is how the first sentence begins, and that has been read.
            sentences = self.text.split("\n\n")
            self.expect(any(f": {clause[:-1]}" in sentence for sentence in sentences), f"subject: {clause}")
            return lambda week: week.over, "", 0
        if said := re.match(rf"({NUMBER}) high RoSH overdue", clause):
            self.expect(count_in(said[1]) == self.truth.whole.late, f"subject: {clause}")
            self.expect(is_clear or self._leads_with_late(), f"subject counts assessments: {clause}")
            return lambda week: value(week, "late"), clause[said.end() :], 0
        if said := re.match(rf"{PLURAL[self.place]} ({NUMBER}) points over {LINE:g}%", clause):
            self.expect(nearly(number_in(said[1]), self.truth.measured()[-1].points, 0), f"subject: {clause}")
            self.expect(self._leads_with_points(), f"subject counts points: {clause}")
            return lambda week: week.points, clause[said.end() :], 0
        if said := re.match(
            rf"({COUNT}) of ({NUMBER}) {self.noun(len(self.truth.places))} over {LINE:g}%( or without capacity)?",
            clause,
        ):
            true = (len(self.over()), len(self.truth.places))
            self.expect((count_in(said[1]), count_in(said[2])) == true, f"subject: {clause}: {true}")
            self.over_or_without(said[3] is not None, f"subject: {clause}")
            return lambda week: week.over, clause[said.end() :], 0
        whole = self.truth.whole
        if said := re.match(rf"(.+?) just over {LINE:g}%", clause):
            self.expect(self._is_just_over(), f"subject: {clause}")
            return lambda week: week.capacity, clause[said.end() :], 1
        if said := re.match(rf"(.+?) at ({NUMBER})%, (over|not over) {LINE:g}%", clause):
            self.expect(nearly(number_in(said[2]), whole.capacity, 1), f"subject: {clause}")
            self.expect((said[3] == "over") == (whole.capacity > LINE), f"subject: {clause}")
            self.expect(not self._is_just_over(), f"subject: {clause}")
            return lambda week: week.capacity, clause[said.end() :], 1
        if said := re.match(r"(.+?) has no (capacity|data)", clause):
            is_so = whole.is_stranded if said[2] == "capacity" else whole.available <= 0 and whole.total <= 0
            self.expect(is_so, f"subject: {clause}")
            return lambda week: week.capacity, clause[said.end() :], 1
        return None


def read_digest(
    truth: Truth,
    name: str,
    subject: str,
    text: str,
    *,
    marking: str = "OFFICIAL-SENSITIVE",
    check_cause: CauseCheck = no_cause_check,
) -> list[str]:
    """Everything that is false in the final subject and text of a digest; empty if nothing is.

    name: how the reader's scope is called.
    """
    return DigestReader(truth, name, subject, text, marking, check_cause).read()


def without_cause(line: str) -> tuple[str, str]:
    """The line of a place, and the sentence about its cause if there is one."""
    found = re.search(r"\. ((?:Because|No single cause|Up|Down)\b.*)$", line)
    return (line[: found.start() + 1], found[1]) if found else (line, "")
