"""What the page of questions shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from monitor.web.pages.view_models.page import PageModel


@dataclass(frozen=True)
class QuestionField:
    """One value of the form: a parameter of the question."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class ShownAnswer:
    """An answer as text, with what it rests on by its heading."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    facts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class QuestionsPage(PageModel):
    """The questions to pick from, the form of the picked one, and its answer.

    choices: name and title of each question.
    faults: what was filled in and cannot be asked.
    """

    template: ClassVar[str] = "questions.html"

    choices: Sequence[tuple[str, str]]
    chosen: str = ""
    heading: str = "Questions"
    fields: Sequence[QuestionField] = ()
    groupings: Sequence[str] = ()
    by: str = "all"
    first: str = ""
    last: str = ""
    faults: Sequence[str] = ()
    answer: ShownAnswer | None = None
