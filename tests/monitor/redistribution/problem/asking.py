"""Questions about cases of one person, beside whom there is one of every kind of receiver."""

from datetime import timedelta
from typing import Any

from monitor.redistribution.problem.problem import Problem
from tests.oracle.card import Row

from ..offices import AS_AT, ask, person
from ..posing import posed


def asked(held: list[Row], *more: Row, people: list[Row] | None = None, **limits: Any) -> Problem:
    """A question about cases of A, beside whom there is one of every kind of receiver."""
    everybody = [
        person("A"),
        person("B"),
        person("C", grade="PSO"),
        person("D", grade="TPO"),
        person("E", qualified_on=AS_AT - timedelta(days=364)),
        person("F", "T3"),
        person("G", "T4"),
        person("H", "T5"),
        person("S", grade="SPO"),
        person("Z", hours="0"),
    ]
    return posed(ask(everybody if people is None else people, held, *more, **limits))


def takers(problem: Problem, row: int = 0) -> str:
    """Codes of the people who may take a case."""
    return "".join(problem.posts["om_code"][problem.eligible[problem.cases["kind"].iloc[row]]])
