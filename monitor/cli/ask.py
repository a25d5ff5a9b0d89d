"""The command that asks a question over the stored weeks."""

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import session
from monitor.cli.options import iso_date

if TYPE_CHECKING:
    from monitor.questions.ask import Answer
    from monitor.questions.question import Question

app = typer.Typer()


class AnswerForm(StrEnum):
    """What an answer is written as."""

    TEXT = "text"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Grouping(StrEnum):
    """What an answer can be divided by."""

    ALL = "all"
    AREA = "area"
    CLUSTER = "cluster"
    OFFICE = "office"


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def ask(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The question; without one, the questions are listed.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the questions with their parameters.")] = False,
    sql: Annotated[Path | None, typer.Option(help="A file with a question of your own, one SELECT.")] = None,
    first: Annotated[
        date | None, typer.Option("--from", parser=iso_date, metavar="DATE", help="First day to include.")
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=iso_date, metavar="DATE", help="Last day to include.")
    ] = None,
    by: Annotated[Grouping, typer.Option(help="Divide the answer by these units.")] = Grouping.ALL,
    history: Annotated[
        str | None, typer.Option(metavar="NAME", help="Ask this alternative history instead of what was recorded.")
    ] = None,
    form: Annotated[AnswerForm, typer.Option("--format", help="File format; text is for reading.")] = AnswerForm.TEXT,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Answer a question over the stored weeks. Parameters of the question are given as options of their names.

    Example: hotspots ask over-threshold-weeks --over 120 --weeks 4 --by area
    """
    from monitor.cli.output import say_lines
    from monitor.questions.ask import Asked, ask
    from monitor.questions.places import Division
    from monitor.questions.question import load_questions, questions_folder
    from monitor.questions.small_groups import load_minimum
    from monitor.questions.text import question_lines, text_lines
    from tiering.terms import Level

    settings = session.load(context)
    config = questions_folder(settings.config)
    if sql is None and (name is None or listing):
        say_lines(question_lines(load_questions(config)), out)
        return
    words = [*([name] if sql is not None and name is not None else []), *context.args]
    question = _question_in(sql) if sql is not None else _named(load_questions(config), name or "")
    minimum = load_minimum(config, session.now().date())
    store = session.open_store(settings)
    asked = Asked(question, parameters_in(words), first, last, Division(Level(by)), minimum, history)
    with session.busy("reading the stored weeks"):
        answer = ask(store, asked)
    if form is AnswerForm.TEXT:
        say_lines(text_lines(answer), out)
        return
    _write(answer, form, out)


def _write(answer: "Answer", form: AnswerForm, out: Path | None) -> None:
    """Write a file of the answer, and to standard error what it rests on unless the file says so itself."""
    from monitor.cli.output import put_file
    from monitor.questions.text import answer_json, provenance_lines
    from monitor.snapshots.exports.export import render_table

    content = render_table(answer.table, form.value)
    if form is AnswerForm.JSON:
        content = f"{answer_json(answer, content)}\n".encode()
    else:
        typer.echo("\n".join(provenance_lines(answer)), err=True)
    if out is not None:
        put_file(out, content, "--out")
        return
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def _named(questions: "dict[str, Question]", name: str) -> "Question":
    if name not in questions:
        from difflib import get_close_matches

        near = get_close_matches(name, questions, n=1)
        meant = f"did you mean {near[0]}? " if near else ""
        raise typer.BadParameter(f"there is no question {name}; {meant}to list them: hotspots ask", param_hint="NAME")
    return questions[name]


def _question_in(path: Path) -> "Question":
    """The question that a file holds."""
    from monitor.questions.question import parse_question

    try:
        return parse_question(path.stem, path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path}: {error}", param_hint="--sql") from None


def parameters_in(words: list[str]) -> dict[str, str]:
    """The parameters of a question among the words of the command line: ``--over 120`` or ``--over=120``."""
    given: dict[str, str] = {}
    left = iter(words)
    for word in left:
        name, equals, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or not name:
            raise typer.BadParameter(f"{word!r} is not an option; parameters are given as --over 120")
        given[name] = value if equals else next(left, "")
        if not given[name]:
            raise typer.BadParameter(f"--{name} has no value")
    return given
