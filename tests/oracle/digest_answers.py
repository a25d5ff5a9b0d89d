"""What would help, what became of it, what has to be known first, and the figures."""

import re
from collections.abc import Iterator

from .digest_rows import FULL_TIME, LINE, nearly
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
        self.expect(bool(over), "help: nobody is over 100%")
        for sentence in sentences_of(text):
            if said := re.fullmatch(
                rf"(.+) (?:is|are) ({NUMBER}) points? short of 100%(?:, the work of ({NUMBER}) full-time officers?)?\.",
                sentence,
            ):
                short = whole.total - whole.available
                self.expect(said[1] == self.name and nearly(number_in(said[2]), short, 0), f"short: {sentence}")
                self.expect(
                    said[3] is None or nearly(number_in(said[3]), short / FULL_TIME, 1), f"officers: {sentence}"
                )
            elif said := re.fullmatch(
                rf"(.+) (?:has|have) room for all (?:its|their) work: ({NUMBER}) points? free\.", sentence
            ):
                free = whole.available - whole.total
                self.expect(
                    said[1] == self.name and free >= 0 and nearly(number_in(said[2]), free, 0), f"free: {sentence}"
                )
            elif said := re.fullmatch(
                rf"({NUMBER}) {self.noun(len(over))} over 100% ha(?:s|ve) ({NUMBER}) points? too many; (.*)\.",
                sentence,
            ):
                self.expect(count_in(said[1]) == len(over), f"over 100%: {sentence}")
                self.expect(nearly(number_in(said[2]), excess, 0), f"excess: {sentence}")
                cases = int(room / average + 1e-9) if average else 0
                take = rf"{PLURAL[self.place]} with room could take about ({NUMBER}) cases? \(({NUMBER}) points?\)"
                if taken := re.fullmatch(take, said[3]):
                    self.expect(number_in(taken[1]) == cases > 0, f"cases: {sentence}")
                    self.expect(nearly(number_in(taken[2]), room, 0), f"room: {sentence}")
                else:
                    is_none = said[3] == f"no other {self.place} has room for a case" and not cases
                    self.expect(is_none, f"room: {sentence}")
            else:
                self.faults.append(f"help: {sentence}")

    def read_became(self, text: str) -> None:
        new, continuing, cleared = self.counts()
        live = new + continuing
        for sentence in sentences_of(text):
            if said := re.fullmatch(rf"Hotspots since ({SINCE}): (.*)\.", sentence):
                self.expect(said[1] == self.since(), f"since: {sentence}")
                parts = {}
                names = ""
                for part in re.findall(rf"{NUMBER} (?:cleared(?: \([^)]*\))?|new|continuing)", said[2]):
                    number, word, *rest = part.split(" ", 2)
                    parts[word] = count_in(number)
                    names = rest[0] if rest else names
                true = {"cleared": len(cleared), "new": new} | {"continuing": continuing}
                true = {word: count for word, count in true.items() if count or word == "continuing"}
                self.expect(parts == true, f"became: {sentence}: {true}")
                named = {row.name for row in cleared} if 0 < len(cleared) <= 2 else set()
                told = set(re.split(", | and ", names.strip("()"))) if names else set()
                self.expect(named == told, f"cleared: {sentence}: {named}")
            elif said := re.fullmatch(rf"The same (?:hotspot|({NUMBER}) hotspots) as (?:on )?({SINCE})\.", sentence):
                self.expect(said[2] == self.since(), f"since: {sentence}")
                self.expect(count_in(said[1] or "1") == continuing and not new and not cleared, f"became: {sentence}")
            elif said := re.fullmatch(
                rf"(All of them|It|({NUMBER}) of them) ha(?:s|ve) lasted so long that the rules ask for a decision\.",
                sentence,
            ):
                asking = sum(self.truth.asks_for_decision(row) for row in self.truth.listed())
                told_so = live if said[1] == "All of them" else 1 if said[1] == "It" else count_in(said[2])
                self.expect(told_so == asking and (said[1] != "It" or live == 1), f"decisions: {sentence}: {asking}")
            else:
                self.faults.append(f"became: {sentence}")
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
        elif said := re.fullmatch(
            rf"Not counted: ({NUMBER}) \w+ too small to email, or withheld with a small one\.", block
        ):
            hidden = sum((row.level, row.code) in self.truth.withheld for row in self.truth.parts)
            self.expect(count_in(said[1]) == hidden, f"not counted: {block}: {hidden}")
        elif said := re.fullmatch(
            r"No capacity: (.*) holds? cases and (?:no available hours|no points expected \(target 0\))\.", block
        ):
            parts = [row for row in self.truth.parts if (row.level, row.code) not in self.truth.withheld]
            true = {row.name for row in parts if row.is_stranded}
            self.expect(set(re.split(", | and ", said[1])) == true, f"no capacity: {block}: {true}")
        elif re.search(r"\d", block):
            self.faults.append(f"not understood: {block}")

    def read_figures(self, lines: list[str]) -> None:
        whole, place = self.truth.whole, PLURAL[self.place].capitalize()
        new, continuing, cleared = self.counts()
        room = sum(max(row.available - row.total, 0.0) for row in self.truth.places)
        average = (whole.case_points + whole.unallocated_points) / whole.cases if whole.cases else 0.0
        for line in lines:
            if said := re.fullmatch(
                rf"Capacity: ([^(]+) \(({NUMBER}) of ({NUMBER}) available points"
                rf"(?:; (up|down|no change)(?: ({NUMBER}) pp)? since ({SINCE}))?\)",
                line,
            ):
                self.standing(said[1], whole, line)
                self.expect(
                    nearly(number_in(said[2]), whole.total, 0) and nearly(number_in(said[3]), whole.available, 0), line
                )
                self.change(said[4], said[5], said[6], self.truth.whole_change(), line)
            elif said := re.fullmatch(
                rf"{place} over {LINE:g}%( or without capacity)?: ({NUMBER}) of ({NUMBER}) "
                rf"\(hotspots: ({NUMBER}) new, ({NUMBER}) continuing, ({NUMBER}) cleared"
                rf"(?:; ({NUMBER}) may become (?:a hotspot|hotspots))?\)",
                line,
            ):
                self.over_or_without(said[1] is not None, line)
                true = (len(self.over()), len(self.truth.places), new, continuing, len(cleared))
                self.expect(tuple(count_in(said[place]) for place in range(2, 7)) == true, f"{line}: {true}")
                self.expect(count_in(said[7] or "0") == self.coming(), f"coming: {line}")
            elif said := re.fullmatch(
                rf"High RoSH assessments overdue: ({NUMBER}) \(of ({NUMBER}) overdue of any RoSH"
                rf"(?:; {NUMBER} more high RoSH due soon)?\)",
                line,
            ):
                self.expect((count_in(said[1]), count_in(said[2])) == (whole.late, whole.overdue), line)
            elif said := re.fullmatch(
                rf"Points to spare: ({NUMBER})(?: \(about ({NUMBER}) cases? of average size\))?", line
            ):
                self.expect(nearly(number_in(said[1]), room, 0), f"room: {line}")
                fit = int(room / average + 1e-9) if average else 0
                self.expect(count_in(said[2] or "0") == fit, f"cases: {line}")
            else:
                self.faults.append(f"figure: {line}")


def sentences_of(text: str) -> Iterator[str]:
    yield from re.findall(r"\S.*?\.(?= [A-Z0-9]|$)", text)
