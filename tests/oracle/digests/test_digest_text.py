"""The final words of digests against the independent reader: no false word in random weeks, and no lie goes through."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest

import alerts.detection.phrases
import alerts.digest.first_screen.places
import alerts.digest.sentences.headline
import alerts.digest.story
import monitor.snapshots.weeks.history
from alerts.detection.direction import Course, Direction, MeasuredWeek
from alerts.digest.message.mime import EmailContent
from alerts.digest.story import Story
from alerts.digest.week_facts import WeekFacts
from alerts.wording import change_text

from .digest_figures import Truth
from .digest_histories import (
    Week,
    digest_for,
    gaps_of,
    plain_coming,
    plain_concerns,
    plain_firmness,
    plain_moves,
    plain_proposals,
    plain_service,
    random_history,
    readers_of,
    scope_name,
    week_facts,
)
from .digest_rows import LINE, Reader, Service, UnitRow
from .digest_text import read_digest
from .every_digest import EVERY_WEEK

ONE_IN = 20
LYING_WEEKS = (40, 80, 240, 310)
"""Weeks whose digests have much to say."""


@cache
def history_of(seed: int) -> list[Week]:
    return random_history(seed)


@cache
def facts_of(seed: int) -> WeekFacts:
    return week_facts(history_of(seed), gaps_of(seed), decided=True)


@cache
def service_of(seed: int) -> Service:
    facts = facts_of(seed)
    return plain_service(
        history_of(seed),
        is_whole=not gaps_of(seed).were_accepted,
        decisions=facts.decisions,
        proposals=plain_proposals(facts),
        moves=plain_moves(facts),
        concerns=plain_concerns(facts),
        coming=plain_coming(facts),
        firmness=plain_firmness(facts),
    )


@cache
def truth_of(seed: int, reader: Reader) -> Truth:
    return Truth(service_of(seed), reader)


def readers(seed: int) -> list[Reader]:
    return readers_of(history_of(seed)[-1].teams, Random(seed))


@cache
def digest_of(seed: int, reader: Reader) -> EmailContent:
    return digest_for(facts_of(seed), reader)


def faults_of(
    seed: int, reader: Reader, digest: EmailContent | None = None, facts: WeekFacts | None = None
) -> list[str]:
    facts = facts or facts_of(seed)
    digest = digest or digest_for(facts, reader)
    return read_digest(truth_of(seed, reader), scope_name(facts, reader), digest.subject, digest.text)


# No false word. All 500 weeks take minutes: python -m tests.oracle.digests.every_digest reads them.


@pytest.mark.parametrize("seed", range(0, EVERY_WEEK, ONE_IN))
def test_no_digest_of_a_random_week_has_a_false_word(seed: int) -> None:
    assert {reader: faults for reader in readers(seed) if (faults := faults_of(seed, reader))} == {}


@pytest.mark.parametrize(("load", "side"), [(110.04, "over"), (109.96, "under")])
def test_no_figure_of_a_week_at_the_line_contradicts_which_side_of_it_a_unit_is(load: float, side: str) -> None:
    for seed in LYING_WEEKS[:2]:
        *earlier, last = history_of(seed)
        history = [*earlier, replace(last, teams=tuple(replace(team, load=load) for team in last.teams))]
        facts = week_facts(history)
        service = plain_service(history)
        for reader in readers(seed):
            digest = digest_for(facts, reader)
            name = scope_name(facts, reader)
            assert read_digest(Truth(service, reader), name, digest.subject, digest.text) == [], (seed, reader)
            shown = f"{digest.subject}\n{digest.preheader}\n{digest.text}"
            assert "110.0%, over" not in shown
            if not Truth(service, reader).is_withheld and load > LINE:
                assert f"just {side} 110%" in shown


# One lie at a time in the final words


@cache
def name_of(seed: int, reader: Reader) -> str:
    return scope_name(facts_of(seed), reader)


def read_again(seed: int, reader: Reader, subject: str, text: str) -> list[str]:
    return read_digest(truth_of(seed, reader), name_of(seed, reader), subject, text)


def lies_of(said: str) -> Iterator[str]:
    """The words with one of them falsified: each number by one, each direction and each side turned round."""
    for number in re.finditer(r"(?<![\w,.])\d[\d,]*(?:\.\d+)?(?![\w])", said):
        more = float(number[0].rstrip(",").replace(",", "")) + 1
        other = f"{more:,.1f}" if "." in number[0] else f"{more:,.0f}"
        end = number.end() - (number[0].endswith(","))
        yield said[: number.start()] + other + said[end:]
    for word, other in _TURNED.items():
        for place in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", said):
            yield said[: place.start()] + other + said[place.end() :]


_TURNED = {
    "up": "down", "down": "up", "no change": "up 1.0 pp", "Worse": "Better", "Better": "Worse", "Mixed": "Worse",
    "About the same": "All clear", "Too early to judge": "All clear", "First figures": "About the same",
    "last week": "on 6 November", "New": "Continuing", "Continuing": "New", "none": "1", "not over": "over",
    "since it went over": "until it went over", "at least": "at most", "All of them": "1 of them",
    "It is due": "3 of them are due",
    "cleared": "new", "full-time officers": "full-time officers and 2 more", "offices": "clusters",
    "there is room for the work": "it is full", "or without capacity": "",
}  # fmt: skip
_NOT_CHECKED = re.compile(r"due soon|trainee|The (?:hotspots|clusters)")


def checked_lines(text: str) -> list[int]:
    """The lines of the first screen, and the first two of each hotspot."""
    lines = text.split("\n")
    heading = next(number for number, line in enumerate(lines) if line.startswith("-----"))
    last = heading - 2
    first = next(number for number, line in enumerate(lines) if line.startswith("As at "))
    spots = [
        number + more
        for number, line in enumerate(lines)
        if number > last and re.match(r"\d+\. ", line)
        for more in (0, 1)
    ]
    return [*range(first, last + 1), *spots]


@pytest.mark.parametrize("seed", LYING_WEEKS)
def test_every_number_and_every_direction_that_is_falsified_is_refused(seed: int) -> None:
    lies = 0
    for reader in readers(seed):
        digest = digest_of(seed, reader)
        if truth_of(seed, reader).is_withheld:
            continue
        assert read_again(seed, reader, digest.subject, digest.text) == []
        lines = digest.text.split("\n")
        for number in checked_lines(digest.text):
            for lie in lies_of(re.sub(r"; \d+ more high RoSH due soon", "", lines[number])):
                lies += 1
                text = "\n".join([*lines[:number], lie, *lines[number + 1 :]])
                assert read_again(seed, reader, digest.subject, text) != [], (lines[number], lie)
        for lie in lies_of(digest.subject.removeprefix("OFFICIAL-SENSITIVE: ")):
            lies += 1
            assert read_again(seed, reader, lie, digest.text) != [], (digest.subject, lie)
    assert lies > 40


def test_every_number_of_the_line_on_assumed_weights_that_is_falsified_is_refused() -> None:
    lies = 0
    for seed in LYING_WEEKS:
        for reader in readers(seed):
            digest = digest_of(seed, reader)
            for line in (line for line in digest.text.split("\n") if "assumed weight" in line.lower()):
                for lie in (*lies_of(line), line.replace("stay", "do not stay"), ""):
                    lies += 1
                    assert read_again(seed, reader, digest.subject, digest.text.replace(line, lie)) != [], lie
    assert lies > 20


def test_a_sentence_that_the_reader_does_not_know_is_refused() -> None:
    seed = LYING_WEEKS[0]
    reader = readers(seed)[0]
    digest = digest_of(seed, reader)
    assert read_again(seed, reader, digest.subject, digest.text) == []
    for new in ("And 3 more things.", "What would help\nAnother 12 officers."):
        text = digest.text.replace("\n\nWhat would help\n", f"\n\n{new}\n\nWhat would help\n", 1)
        assert text != digest.text
        assert read_again(seed, reader, digest.subject, text) != []


def test_a_cause_is_allowed_after_each_place_and_handed_to_its_check() -> None:
    seed = LYING_WEEKS[0]
    reader = readers(seed)[0]
    digest = digest_of(seed, reader)
    cause = "Because 3 officers off sick still hold 117 cases (16 points of 121.6%)."
    place = re.search(r"^1\. .*\.$", digest.text, re.MULTILINE)
    assert place is not None
    for sentence in (cause, "No single cause."):
        text = digest.text.replace(place[0], f"{place[0]} {sentence}", 1)
        handed: list[tuple[str, str]] = []

        def check(row: UnitRow, said: str, handed: list[tuple[str, str]] = handed) -> list[str]:
            handed.append((row.name, said))
            return ["checked"]

        name = scope_name(facts_of(seed), reader)
        assert read_again(seed, reader, digest.subject, text) == []
        assert read_digest(truth_of(seed, reader), name, digest.subject, text, check_cause=check) == ["checked"]
        assert handed == [(truth_of(seed, reader).listed()[0].name, sentence)]


# One fault at a time in the program


def count_clusters(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(alerts.digest.story._PLACES, "all", "cluster")


def compare_with_the_wrong_week(patch: pytest.MonkeyPatch) -> None:
    def compared(weeks: tuple[MeasuredWeek, ...]) -> dict[int, MeasuredWeek]:
        return {1: weeks[-3]} if len(weeks) > 2 else {}

    patch.setattr(alerts.digest.story, "compared_weeks", compared)


def reverse_the_sign_of_changes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(alerts.digest.first_screen.places, "change_text", lambda change: change_text(-change))


def take_better_for_worse(patch: pytest.MonkeyPatch) -> None:
    judge = alerts.digest.story.judge_direction
    other = {Course.BETTER: Course.WORSE, Course.WORSE: Course.BETTER}

    def judged(*given: object) -> Direction:
        found = judge(*given)  # type: ignore[arg-type]
        return Direction(other.get(found.course, found.course), found.weeks_back, found.worse, found.better)

    patch.setattr(alerts.digest.story, "judge_direction", judged)


def count_a_week_more(patch: pytest.MonkeyPatch) -> None:
    lasting = alerts.detection.phrases.lasting
    patch.setattr(
        alerts.detection.phrases, "lasting", lambda weeks, at_least=False: lasting(weeks + 1, at_least=at_least)
    )


def always_all_clear(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Story, "is_all_clear", property(lambda story: True))


def leave_out_units_without_capacity(patch: pytest.MonkeyPatch) -> None:
    def over(story: Story) -> tuple[object, ...]:
        return tuple(unit for unit in story.places if unit.capacity > story.red_line)

    patch.setattr(Story, "places_over", property(over))


def drop_the_weeks_that_moved(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(monitor.snapshots.weeks.history, "continue_weeks", lambda units, teams, changes: units)


@pytest.mark.parametrize(
    "fault",
    [
        count_clusters, compare_with_the_wrong_week, reverse_the_sign_of_changes, take_better_for_worse,
        count_a_week_more, always_all_clear, leave_out_units_without_capacity,
    ],
)  # fmt: skip
def test_a_fault_of_the_program_is_found_in_its_words(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Twice as many weeks as for the words, whose own come first: one of the faults shows in few of them.
    for seed in sorted(range(0, EVERY_WEEK, ONE_IN // 2), key=lambda seed: seed % ONE_IN):
        facts_of(seed)
        with monkeypatch.context() as patch:
            fault(patch)
            if any(faults_of(seed, reader) for reader in readers(seed)):
                return
    pytest.fail("no digest had a false word")


def test_figures_of_other_teams_than_those_of_now_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    drop_the_weeks_that_moved(monkeypatch)
    for seed in range(0, EVERY_WEEK, ONE_IN):
        has_moved = any(week.became or week.parted for week in history_of(seed))
        facts = week_facts(history_of(seed), gaps_of(seed)) if has_moved else facts_of(seed)
        if any(faults_of(seed, reader, facts=facts) for reader in readers(seed)):
            return
    pytest.fail("no digest had a false word")
