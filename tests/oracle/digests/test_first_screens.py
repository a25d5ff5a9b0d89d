"""What a director reads first: the scenarios of tests/alerts/first_screens.txt, whole weeks through the run path."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from alerts.intake_gaps import IntakeGaps
from tests.alerts.pictures import Team

from .digest_figures import Truth
from .digest_histories import FRIDAY, WEEK, Week, digest_for, plain_service, week_facts
from .digest_rows import Reader
from .digest_text import read_digest

SCENARIOS = Path(__file__).parents[2] / "alerts" / "first_screens.txt"
AREA = Reader("area", ("N",))
_WEEKLY = ("capacity", "late")
_OF_TODAY = ("people", "over")


@dataclass
class Scenario:
    """One block of first_screens.txt. offices: the words of each line, one word a week, by office and key."""

    title: str
    offices: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    weights: list[str] = field(default_factory=list)
    missing: tuple[str, ...] = ()
    subject: str = ""
    reads: list[str] = field(default_factory=list)

    def history(self) -> list[Week]:
        count = len(next(iter(self.offices.values()))["capacity"])
        history = []
        for number in range(count):
            if any(lines["capacity"][number] == "-" for lines in self.offices.values()):
                continue
            teams = tuple(_team(name, lines, number) for name, lines in self.offices.items())
            weights = self.weights[number] if self.weights else "the same"
            holders = {team.code: (f"{team.code}-1", f"{team.code}-2") for team in teams}
            history.append(Week(FRIDAY - WEEK * (count - 1 - number), 1, weights, teams, holders))
        return history


def _team(name: str, lines: dict[str, list[str]], week: int) -> Team:
    capacity = lines["capacity"][week]
    return Team(
        f"T{name}", name, "C1", "N",
        load=100.0 if capacity == "none" else float(capacity), has_hours=capacity != "none",
        offender_managers=int(lines.get("people", ["8"])[0]), over=int(lines.get("over", ["0"])[0]),
        without_hours=8 if capacity == "none" else 0,
        high_risk_overdue=int(lines["late"][week]) if "late" in lines else 0, overdue=30,
    )  # fmt: skip


def read_scenarios(text: str) -> list[Scenario]:
    """Every scenario of a text as first_screens.txt describes it; a line that cannot be read is an error."""
    scenarios: list[Scenario] = []
    office = ""
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0] != " ":
            scenarios.append(Scenario(line))
            continue
        key, _, words = line.strip().partition(" ")
        _read_line(scenarios[-1], office := words.strip() if key == "office" else office, key, words.strip())
    return scenarios


def _read_line(scenario: Scenario, office: str, key: str, words: str) -> None:
    if key == "office":
        scenario.offices[office] = {}
    elif key in _WEEKLY or key in _OF_TODAY:
        scenario.offices[office][key] = _spread(words)
    elif key == "weights":
        scenario.weights = _spread(words)
    elif key == "missing":
        scenario.missing = tuple(words.split())
    elif key == "subject":
        scenario.subject = words
    elif key == "reads":
        scenario.reads.append(words)
    else:
        raise ValueError(f"{scenario.title}: there is no line {key!r}")


def _spread(words: str) -> list[str]:
    """One word for each week: ``7x112 113`` is eight."""
    spread: list[str] = []
    for word in words.split():
        times, cross, rest = word.partition("x")
        spread += [rest] * int(times) if cross else [word]
    return spread


ALL = read_scenarios(SCENARIOS.read_text(encoding="utf-8"))


def first_screen(text: str) -> list[str]:
    """The lines between the date and the first heading."""
    below = text.split("As at 20 November 2026\n", 1)[1].split("\n-----", 1)[0]
    return [line for line in below.split("\n")[:-1] if line]


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.title)
def test_a_director_reads_first(scenario: Scenario) -> None:
    history = scenario.history()
    digest = digest_for(week_facts(history, IntakeGaps(missing=scenario.missing)), AREA)
    assert first_screen(digest.text) == scenario.reads
    assert digest.subject == f"OFFICIAL-SENSITIVE: {scenario.subject}"
    truth = Truth(plain_service(history, is_whole=not scenario.missing), AREA)
    assert read_digest(truth, "Area N", digest.subject, digest.text) == []


def test_a_line_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="Odd: there is no line 'colour'"):
        read_scenarios("Odd\n  office  F1\n  colour  red\n")
