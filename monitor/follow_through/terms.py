"""The terms of a decision as a person sends them: what may stand in them, and why something may not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from alerts.digest.disclosure.leak import Leak
from alerts.digest.disclosure.leak_check import find_leaks_in_text
from alerts.follow_through.decisions import (
    LATEST_REVIEW,
    LONGEST_NOTE,
    LONGEST_OWNER,
    USUAL_REVIEW,
    DecisionKind,
)
from alerts.wording import long_date

_PERSONAL: Final = {
    "a surname": "the name of an offender manager",
    "a full name": "the name of an offender manager",
    "a CRN of the snapshot": "a CRN",
}


@dataclass(frozen=True)
class SentTerms:
    """What a person typed.

    review_on: a date such as 2026-12-01; empty for the usual term.
    """

    kind: str
    owner: str = ""
    note: str = ""
    review_on: str = ""


@dataclass(frozen=True)
class Terms:
    """Terms that may be recorded. review_on: None for a withdrawal."""

    kind: DecisionKind
    owner: str
    note: str
    review_on: date | None


@dataclass(frozen=True)
class PrivateWords:
    """What no note may give away, and the names that owners may have.

    units: names and codes of every unit, which may be written.
    owners: names of the people of the people file who answer for units.
    """

    surnames: frozenset[str]
    full_names: frozenset[str]
    crns: frozenset[str]
    om_codes: frozenset[str]
    units: frozenset[str]
    owners: frozenset[str]


@dataclass(frozen=True)
class CheckedTerms:
    """The terms, or every fault in words by the field that it is about."""

    terms: Terms | None
    faults: Mapping[str, str]


def check_terms(sent: SentTerms, today: date, private: PrivateWords) -> CheckedTerms:
    """Read the terms; each fault says what to write instead.

    today: the day of the decision, from which the review counts.
    """
    kind = DecisionKind(sent.kind) if sent.kind in tuple(DecisionKind) else None
    owner, note = " ".join(sent.owner.split()), clean_note(sent.note)
    is_withdrawal = kind is DecisionKind.WITHDRAWN
    review_on = None if is_withdrawal else _review_day(sent.review_on.strip(), today)
    answers = {
        "kind": "" if kind else "choose what was decided",
        "owner": next(_owner_faults(owner, private), ""),
        "note": check_note(note, private),
        "review_on": "" if is_withdrawal else _review_fault(review_on, today),
    }
    faults = {field: says for field, says in answers.items() if says}
    terms = None if faults or kind is None else Terms(kind, owner, note, review_on)
    return CheckedTerms(terms, faults)


def check_note(note: str, private: PrivateWords) -> str:
    """Why a note may not be stored, and what to write instead; empty if it may. note: without blanks around it."""
    return next(_note_faults(note, private), "")


def clean_note(note: str) -> str:
    """A note as it is stored: without blanks around it, with plain line ends."""
    return note.strip().replace("\r\n", "\n")


def _review_day(text: str, today: date) -> date | None:
    """The day of the review; None if the text is no date."""
    if not text:
        return today + USUAL_REVIEW
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _review_fault(review_on: date | None, today: date) -> str:
    if review_on is None:
        return "write the day of the review as a date such as 2026-12-01"
    latest = today + LATEST_REVIEW
    if not today < review_on <= latest:
        return f"the review must be after today and not after {long_date(latest)}, which is 13 weeks from now"
    return ""


def _owner_faults(owner: str, private: PrivateWords) -> Iterator[str]:
    if not owner:
        yield "write who sees to it: a role such as ACO Hackney, or a person who has access to this service"
    if len(owner) > LONGEST_OWNER:
        yield f"write the owner in {LONGEST_OWNER} letters or less"
    if not owner.isprintable():
        yield "write the owner as plain text on one line"
    if owner not in private.owners:
        yield from _leak_faults(owner, private)


def _note_faults(note: str, private: PrivateWords) -> Iterator[str]:
    if len(note) > LONGEST_NOTE:
        yield f"the note has {len(note)} letters; write it in {LONGEST_NOTE} or less"
    if not note.replace("\n", "").replace("\t", "").isprintable():
        yield "the note holds a character that cannot be printed; write plain text"
    yield from _leak_faults(note, private)


def _leak_faults(text: str, private: PrivateWords) -> Iterator[str]:
    leaks = find_leaks_in_text(
        text,
        surnames=private.surnames,
        full_names=private.full_names,
        crns=private.crns,
        om_codes=private.om_codes,
        own_names=private.units,
    )
    yield from (_leak_in_words(leak) for leak in leaks)


def _leak_in_words(leak: Leak) -> str:
    return f"“{leak.words}” is {_PERSONAL.get(leak.kind, leak.kind)}; leave it out"
