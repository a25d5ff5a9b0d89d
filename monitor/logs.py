"""Write the log: one event per line with its facts, for people or as JSON, on standard error; never personal data.

``Facts`` lists everything that an event may say: there is no place in it for a name or an address. Texts that come
from elsewhere, such as a mail server's words, are masked as well.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Literal, TextIO, TypedDict, Unpack

from monitor.safe_text import beneath, mask_secrets, printable
from tiering.faults import UserFault

Level = Literal["debug", "info", "warning", "error"]
Form = Literal["text", "json"]

_OURS = [Path(__file__).parents[1] / package for package in ("monitor", "alerts", "tiering")]
_MASKS = (
    (re.compile(r"[^\s<>@,;:()'\"]+@[^\s<>@,;:()'\"]+"), "(address)"),
    (re.compile(r"(?<!\w)[A-Z]\d{6}(?!\w)|(?<!\w)[A-Z]\d{4}[A-Z]{2}(?!\w)", re.IGNORECASE), "(identifier)"),
)
_LONGEST = 300


class Facts(TypedDict, total=False):
    """Everything that an event may say.

    message: the number of a message in the outbox.
    reason: a cause in words.
    error, where: the type of an exception, and the last line of this program that it passed; never its text, which
        may quote a row.
    """

    state: str
    week: str
    as_at: date
    revision: int
    attempt: int
    unchanged: bool
    cases: int
    rejected: int
    findings: int
    digests_queued: int
    faults: int
    message: int | None
    digest: str
    period: date
    scope: str
    count: int
    snapshots: int
    messages: int
    files: int
    step: str
    reason: str
    error: str
    where: str
    seconds: float
    next_run: str
    library: str


class _Log:
    """Where events go; nowhere until it is opened."""

    write: Any = None


def open_log(form: Form, level: Level, stream: TextIO | None = None) -> None:
    """Write events of this level and above to ``stream`` (standard error), and warnings of libraries with them."""
    import structlog

    target = beneath(sys.stderr) if stream is None else stream
    last = (
        structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=target.isatty(), pad_event_to=10, sort_keys=False)
    )
    _Log.write = structlog.wrap_logger(
        structlog.PrintLogger(target),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask_facts,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [handler for handler in root.handlers if not isinstance(handler, _OfLibraries)]
    root.addHandler(_OfLibraries(logging.WARNING))


def close_log() -> None:
    """Write no more events."""
    _Log.write = None


def is_open() -> bool:
    """Whether events are written anywhere."""
    return _Log.write is not None


def log_event(name: str, level: Level = "info", **facts: Unpack[Facts]) -> None:
    """Log one event, if a log is open."""
    if _Log.write is not None:
        getattr(_Log.write, level)(name, **facts)


def log_delivery(number: int | None, digest: str, state: str, detail: str) -> None:
    """Log the state of one message and, if it was not sent, why; never its recipient."""
    if state == "sent":
        log_event("delivery", message=number, digest=digest, state=state)
    else:
        log_event("delivery", "warning", message=number, digest=digest, state=state, reason=detail)


@contextmanager
def log_duration(name: str, **known: Unpack[Facts]) -> Iterator[Facts]:
    """Log one event for the work inside the block, with the seconds that it took.

    Yields the facts of the event, to which the block may add more. If the block raises, the event reports a refusal or
    a failure, and the exception goes on.
    """
    started, facts = time.monotonic(), known
    try:
        yield facts
    except BaseException as error:
        outcome: Facts = (
            {"state": "refused", "faults": len(error.faults)}
            if isinstance(error, UserFault)
            else error_facts(error) | {"state": "failed"}
        )
        log_event(name, "error", **facts | outcome | {"seconds": _since(started)})
        raise
    log_event(name, **facts | {"seconds": _since(started)})


def error_facts(error: BaseException) -> Facts:
    """What the log may show of an exception: its type, its place, and the text if a file, network or database failed.

    The text of any other exception may quote rows.
    """
    passed = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in passed if any(Path(frame.filename).is_relative_to(ours) for ours in _OURS)]
    facts: Facts = {"error": type(error).__name__}
    if inside:
        facts["where"] = f"{Path(inside[-1].filename).name}:{inside[-1].lineno} {inside[-1].name}"
    if isinstance(error, OSError):
        facts["reason"] = mask_secrets(str(error))
    elif type(error).__name__ == "OperationalError":
        facts["reason"] = mask_secrets(str(getattr(error, "orig", error)).partition("\n")[0])
    return facts


def mask(text: str) -> str:
    """Put the text on one line, without addresses, identifiers of people on probation, and log-ins in URLs."""
    line = printable(" ".join(mask_secrets(text).split()))
    for pattern, instead in _MASKS:
        line = pattern.sub(instead, line)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _mask_facts(_logger: Any, _method: str, facts: MutableMapping[str, Any]) -> Mapping[str, Any]:
    first = ("timestamp", "level", "event")
    ordered = {name: facts[name] for name in (*first, *(name for name in facts if name not in first))}
    return {name: mask(value) if isinstance(value, str) else _plain_value(value) for name, value in ordered.items()}


def _plain_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


class _OfLibraries(logging.Handler):
    """Pass on the warnings of libraries, without the text of an exception."""

    def emit(self, record: logging.LogRecord) -> None:
        facts: Facts = {"library": record.name, "reason": str(record.msg)}
        log_event("library", "error" if record.levelno >= logging.ERROR else "warning", **facts)
