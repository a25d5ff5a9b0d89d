"""An answer in words: the facts that it rests on, its citation, and the whole as text or JSON."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version

import pandas as pd

from alerts.wording import count_of
from monitor.questions.ask import Answer
from monitor.questions.question import Question, Value
from tiering.terms import Level


def question_lines(questions: dict[str, Question]) -> Iterator[str]:
    """The questions, each with its parameters and its source."""
    for question in questions.values():
        yield question.name
        yield f"  {question.title}"
        yield f"  asked by: {question.source}"
        for parameter in question.parameters:
            yield f"  --{parameter.name} {parameter.default}  {parameter.meaning}"


def facts_of(answer: Answer) -> dict[str, str]:
    """What the answer rests on, by its heading: who asked, dates, policy, coverage, missing weeks, what is withheld."""
    question, weeks = answer.asked.question, answer.weeks
    facts = {"Asked by": f"{question.source} ({question.dated})"} if question.source else {}
    facts |= {name: _plain(value) for name, value in answer.values.items()}
    if answer.asked.history is not None:
        facts["History"] = f"the alternative {answer.asked.history}, not what was recorded"
    facts["As at"] = f"{weeks[0].as_at} to {weeks[-1].as_at}, {count_of(len(weeks), 'snapshot')}"
    policies = dict.fromkeys((week.policy, week.policy_fingerprint[:12]) for week in weeks)
    facts["Policy"] = "; ".join(f"{policy} ({fingerprint})" for policy, fingerprint in policies)
    if len({week.weights_fingerprint for week in weeks}) > 1:
        facts["Policy"] += "; the weights changed between these weeks, so points of before and after do not compare"
    facts["Coverage"] = coverage_of(answer)
    facts["Missing weeks"] = _days(answer.missing, "weeks of ")
    if answer.without_rows:
        facts["Weeks without rows"] = f"{_days(answer.without_rows)}: not stored, or removed by the retention"
    if question.group:
        facts["Withheld"] = (
            f"{count_of(answer.withheld, 'row')} about fewer than {answer.asked.minimum} {question.group}"
            if answer.withheld
            else f"none (a row about fewer than {answer.asked.minimum} {question.group} shows no figures)"
        )
    if question.note:
        facts["Note"] = question.note
    facts["Cite as"] = citation_of(answer)
    return facts


def coverage_of(answer: Answer) -> str:
    """How much of the extracts of these weeks was read."""
    read, rejected = (sum(getattr(week, name) for week in answer.weeks) for name in ("rows_read", "rejected"))
    share = 100 * (read - rejected) / read if read else 0
    expected = len(answer.weeks) + len(answer.missing)
    return (
        f"{len(answer.weeks)} of {count_of(expected, 'week')}; {share:.2f}% of {read:,} rows of the extracts accepted"
    )


def citation_of(answer: Answer) -> str:
    """What names the answer so that anyone with the same store gets it again."""
    question = answer.asked.question
    words = " ".join(f"--{name} {_plain(value)}" for name, value in answer.values.items())
    scope = answer.asked.division.scope
    confined = "" if scope is None else f", only {', '.join(' '.join(unit) for unit in sorted(scope))}"
    history = "" if answer.asked.history is None else f" --history {answer.asked.history}"
    by = f" --by {answer.asked.division.by}" if answer.asked.division.by is not Level.ALL else ""
    first, last = answer.weeks[0].as_at, answer.weeks[-1].as_at
    return (
        f"hotspots ask {question.name} {words} --from {first} --to {last}{by}{history}".replace("  ", " ")
        + f"{confined}; question {_mark(question.sql)}, weeks {_weeks_mark(answer)}; "
        + f"caseload-hotspot-monitor {version('caseload-hotspot-monitor')}"
    )


def _plain(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _weeks_mark(answer: Answer) -> str:
    """A hash of the input of every week: the same weeks, calculated from the same rows by the same policy."""
    return _mark("/".join(f"{week.as_at} {week.content_hash} {week.policy_fingerprint}" for week in answer.weeks))


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _days(days: Sequence[date], before: str = "") -> str:
    listed = [day.isoformat() for day in days]
    return before + ", ".join(listed) if listed else "none"


def rows_of(table: pd.DataFrame) -> list[list[str]]:
    """The rows as text: numbers with at most one decimal, dates ISO, nothing for what is missing."""
    columns = [[_cell(value) for value in table[name].tolist()] for name in table]
    return [list(row) for row in zip(*columns, strict=True)]


def _cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, float):
        return f"{value:,.1f}"
    return str(value)


def text_lines(answer: Answer) -> Iterator[str]:
    """The whole answer for reading in the terminal: title, table, facts."""
    yield answer.asked.question.title or answer.asked.question.name
    yield ""
    rows = [list(answer.table.columns), *rows_of(answer.table)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    if len(rows) == 1:
        yield "no row"
    yield ""
    yield from provenance_lines(answer)


def provenance_lines(answer: Answer) -> Iterator[str]:
    """What the answer rests on, a line each."""
    for heading, text in facts_of(answer).items():
        yield f"{heading}: {text}"


def answer_json(answer: Answer, rows: bytes) -> str:
    """The answer as one JSON object.

    * rows: its table as JSON
    """
    question, division = answer.asked.question, answer.asked.division
    return json.dumps(
        {
            "question": question.name,
            "title": question.title,
            "source": question.source,
            "parameters": answer.values,
            "by": division.by,
            "history": answer.asked.history,
            "as_at": [week.as_at.isoformat() for week in answer.weeks],
            "policies": sorted({week.policy for week in answer.weeks}),
            "policy_fingerprints": sorted({week.policy_fingerprint for week in answer.weeks}),
            "coverage": coverage_of(answer),
            "missing_weeks": [day.isoformat() for day in answer.missing],
            "weeks_without_rows": [day.isoformat() for day in answer.without_rows],
            "minimum_group": answer.asked.minimum if question.group else None,
            "withheld": answer.withheld,
            "note": question.note,
            "citation": citation_of(answer),
            "rows": json.loads(rows),
        },
        ensure_ascii=False,
        indent=1,
    )
