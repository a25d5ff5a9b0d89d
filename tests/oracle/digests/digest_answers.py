"""What would help, what has happened since, and what has to be known first."""

import re
from collections.abc import Iterator

from .digest_decisions import concerns_line, is_review_overdue, waits_for_decision
from .digest_outcomes import agreed_moves, reviewed_and_below
from .digest_rows import FULL_TIME, nearly
from .digest_sections import DigestSections
from .digest_words import NUMBER, PLURAL, SINCE, count_in, long_date, number_in


class DigestAnswers(DigestSections):
    """Reads the answers of the first screen that count and add up."""

    def read_help(self, text: str) -> None:
        whole = self.truth.whole
        over = [row for row in self.truth.places if row.total > row.available]
        excess = sum(row.total - row.available for row in over)
        room = sum(max(row.available - row.total, 0.0) for row in self.truth.places)
        average = (whole.case_points + whole.unallocated_points) / whole.cases if whole.cases else 0.0
        self.expect(bool(over), "help: no unit is over 100%")
        for sentence in sentences_of(text):
            if said := re.fullmatch(
                rf"In all ({NUMBER}) points? short of 100%(?:, the work of ({NUMBER}) full-time officers?)?\.", sentence
            ):
                short = whole.total - whole.available
                self.expect(nearly(number_in(said[1]), short, 0), f"short: {sentence}")
                self.expect(
                    said[2] is None or nearly(number_in(said[2]), short / FULL_TIME, 1), f"officers: {sentence}"
                )
            elif said := re.fullmatch(rf"In all there is room for the work: ({NUMBER}) points? free\.", sentence):
                free = whole.available - whole.total
                self.expect(free >= 0 and nearly(number_in(said[1]), free, 0), f"free: {sentence}")
            elif said := re.fullmatch(rf"(.*) too many in ({NUMBER}) (\w+) over 100%(.*)\.", sentence):
                self.expect((count_in(said[2]), said[3]) == (len(over), self.noun(len(over))), f"over: {sentence}")
                self._room(said[1], said[4], excess, room, int(room / average + 1e-9) if average else 0)
            else:
                self.faults.append(f"help: {sentence}")

    def _room(self, before: str, after: str, excess: float, room: float, cases: int) -> None:
        """What the units with room could take of the points over 100%: the words before and after that."""
        places = PLURAL[self.place].capitalize()
        taken = rf"{places} with room could take ({NUMBER}) \(about ({NUMBER}) cases?\) of the ({NUMBER}) points?"
        if said := re.fullmatch(taken, before):
            self.expect(number_in(said[2]) == cases > 0 and not after, f"cases: {before}: {cases}")
            self.expect(nearly(number_in(said[1]), room, 0), f"room: {before}")
            self.expect(nearly(number_in(said[3]), excess, 0), f"excess: {before}")
        elif said := re.fullmatch(rf"There (?:is|are) ({NUMBER}) points?", before):
            has_none = after == f"; no other {self.place} has room for a case" and not cases
            self.expect(has_none and nearly(number_in(said[1]), excess, 0), f"room: {before}{after}")
        else:
            self.faults.append(f"help: {before}")

    def read_became(self, text: str) -> None:
        new, continuing, cleared = self.counts()
        live = new + continuing
        for sentence in sentences_of(text):
            if said := re.fullmatch(rf"Hotspots since ({SINCE}): (.*)\.", sentence):
                self.expect(said[1] == self.since(), f"since: {sentence}")
                parts = {}
                names: dict[str, str] = {}
                for part in re.findall(rf"{NUMBER} (?:(?:cleared|new)(?: \([^)]*\))?|continuing)", said[2]):
                    number, word, *rest = part.split(" ", 2)
                    parts[word] = count_in(number)
                    names[word] = rest[0].strip("()") if rest else ""
                true = {"cleared": len(cleared), "new": new} | {"continuing": continuing}
                true = {word: count for word, count in true.items() if count or word == "continuing"}
                self.expect(parts == true, f"became: {sentence}: {true}")
                fresh = [row for row in self.truth.listed() if not self.truth.was_hotspot(row)]
                for word, rows in (("cleared", cleared), ("new", fresh)):
                    named = {row.name for row in rows} if 0 < len(rows) <= 2 else set()
                    told = set(names.get(word, "").split(" and ")) - {""}
                    self.expect(told == named, f"{word}: {sentence}: {named}")
            elif said := re.fullmatch(rf"The same (?:hotspot|({NUMBER}) hotspots) as (?:on )?({SINCE})\.", sentence):
                self.expect(said[2] == self.since(), f"since: {sentence}")
                self.expect(count_in(said[1] or "1") == continuing and not new and not cleared, f"became: {sentence}")
            elif said := re.fullmatch(
                rf"(All of them|It|({NUMBER}) of them) (?:is|are) due a decision\.",
                sentence,
            ):
                asking = sum(waits_for_decision(self.truth, row) for row in self.truth.listed())
                told_so = live if said[1] == "All of them" else 1 if said[1] == "It" else count_in(said[2])
                self.expect(told_so == asking and (said[1] != "It" or live == 1), f"decisions: {sentence}: {asking}")
            elif said := re.fullmatch(rf"({NUMBER}) reviews? of decisions (?:is|are) overdue\.", sentence):
                late = sum(is_review_overdue(self.truth, row) for row in self.truth.listed())
                self.expect(count_in(said[1]) == late, f"reviews: {sentence}: {late}")
            elif said := re.fullmatch(rf"Of ({NUMBER}) reviewed, ({NUMBER}) (?:is|are) at or below 110%\.", sentence):
                reviewed = reviewed_and_below(self.truth)
                self.expect((count_in(said[1]), count_in(said[2])) == reviewed, f"reviewed: {sentence}: {reviewed}")
            elif sentence.startswith("Agreed plans: "):
                counts, moves = [int(number) for number in re.findall(NUMBER, sentence)], agreed_moves(self.truth)
                self.expect(counts == moves, f"moves: {sentence}: {moves}")
            elif "cannot carry their caseload" in sentence:
                self.expect(sentence == concerns_line(self.truth), f"concerns: {sentence}: {concerns_line(self.truth)}")
            else:
                self.faults.append(f"became: {sentence}")
        self.expect(("Of " in text) == bool(reviewed_and_below(self.truth)[0]), f"reviewed: {text}")
        self.expect(("Agreed plans" in text) == bool(agreed_moves(self.truth)), f"moves: {text}")
        if not self.since():
            self.expect("Hotspots since" not in text and "The same" not in text, f"became: {text}")

    def read_remark(self, block: str) -> None:
        """Sentences before the figures that are not one of the five answers."""
        before = self.truth.before
        if said := re.match(r"The weights of the policy have changed since (.*?)\. Changes in points", block):
            is_so = (
                before is not None and before.weights != self.truth.now.weights and said[1] == long_date(before.as_at)
            )
            self.expect(is_so, f"weights: {block}")
        elif block.startswith("This is the first snapshot"):
            self.expect(before is None, f"first: {block}")
        elif said := re.match(r"This corrects the digest you received for (.*?)\. Please", block):
            self.expect(
                self.truth.now.revision > 1 and said[1] == long_date(self.truth.now.as_at), f"corrects: {block}"
            )
        elif said := re.fullmatch(r"Not counted: (.*) too small to email, or withheld with a small one\.", block):
            hidden = self.truth.hidden_counts()
            true = [f"{count} {level if count == 1 else PLURAL[level]}" for level, count in hidden.items() if count]
            self.expect(said[1].split(" and ") == true, f"not counted: {block}: {true}")
        elif said := re.fullmatch(
            r"No capacity: (.*) holds? cases and (?:no available hours|no points expected \(target 0\))\.", block
        ):
            parts = [row for row in self.truth.parts if (row.level, row.code) not in self.truth.withheld]
            true = {row.name for row in parts if row.is_stranded}
            self.expect(set(re.split(", | and ", said[1])) == true, f"no capacity: {block}: {true}")
        elif re.search(r"\d", block):
            self.faults.append(f"not understood: {block}")


def sentences_of(text: str) -> Iterator[str]:
    yield from re.findall(r"\S.*?\.(?= [A-Z0-9]|$)", text)
