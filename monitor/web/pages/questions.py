"""The page of questions: pick one, fill it in, read and download the answer. Its address can be shared.

An answer is confined to the units of its reader, so the same address answers each reader about their own.
"""

from datetime import date

from monitor.questions.ask import Answer, Asked, ask
from monitor.questions.places import Division
from monitor.questions.question import GROUPINGS, Question, load_questions, questions_folder
from monitor.questions.small_groups import load_minimum
from monitor.questions.text import facts_of, rows_of
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages.view_models.question_models import QuestionField, QuestionsPage, ShownAnswer
from tiering.faults import UserFault
from tiering.terms import Level


def questions_page(reader: Reader) -> QuestionsPage:
    """The page for what the query asks; raises NotFound for a question that there is not."""
    config = questions_folder(reader.config)
    questions = load_questions(config)
    choices = tuple((question.name, question.title) for question in questions.values())
    name = reader.text("question")
    if not name:
        return QuestionsPage(title="Questions", choices=choices)
    if name not in questions:
        raise NotFound("There is no such question.")
    question = questions[name]
    try:
        answer = ask(reader.snapshots.store, _asked(reader, question, load_minimum(config, reader.day)))
        faults: list[str] = []
    except UserFault as fault:
        answer, faults = None, fault.faults
    return QuestionsPage(
        title=question.title,
        heading=question.title,
        choices=choices,
        chosen=name,
        fields=tuple(
            QuestionField(parameter.name, reader.text(parameter.name) or f"{parameter.default}", parameter.meaning)
            for parameter in question.parameters
        ),
        groupings=tuple(level.value for level in GROUPINGS),
        by=reader.text("by") or Level.ALL.value,
        first=reader.text("from"),
        last=reader.text("to"),
        faults=faults,
        answer=None if answer is None else _shown(answer),
        tables={} if answer is None else {"answer": lambda: answer.table},
        trail=(("Questions", "/questions"),),
    )


def _asked(reader: Reader, question: Question, minimum: int) -> Asked:
    """What the query asks, about the reader's own units up to the week of the page; raises UserFault."""
    by = reader.text("by") or Level.ALL.value
    if by not in [level.value for level in GROUPINGS]:
        raise UserFault([f"by: {by} is not one of {', '.join(GROUPINGS)}"])
    scope = None if reader.sight.everything else frozenset((str(level), code) for level, code in reader.sight.units)
    last = min(_day(reader, "to") or reader.week.as_at, reader.week.as_at)
    values = {parameter.name: reader.text(parameter.name) for parameter in question.parameters}
    return Asked(question, values, _day(reader, "from"), last, Division(Level(by), scope), minimum)


def _day(reader: Reader, name: str) -> date | None:
    text = reader.text(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserFault([f"{name}: {text} is not a date such as 2026-11-20"]) from None


def _shown(answer: Answer) -> ShownAnswer:
    return ShownAnswer(list(answer.table.columns), rows_of(answer.table), facts_of(answer))
