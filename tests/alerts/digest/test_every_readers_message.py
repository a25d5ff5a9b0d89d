"""The final bytes for every reader of the example people file: headers, and nothing of anybody else's units."""

import re
from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import permutations
from pathlib import Path
from urllib.parse import unquote

import pytest

from alerts.digest.digest import write_digest
from alerts.digest.disclosure.leak_check import find_leaks_to_reader, unit_names
from alerts.digest.message.mime import compose
from alerts.digest.privacy import ReaderScope, name_scope
from alerts.digest.settings import DigestSettings
from alerts.people import Person, load_people
from alerts.recipients import scope_of, teams_in_scope
from tests.alerts.pictures import london
from tests.alerts.reading import parts_of, tags_of, words_of

EXAMPLE = Path(__file__).parents[3] / "config" / "people.example.yaml"
SENDER = "hotspots@example.org"
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
OWN_WORDS = "OFFICIAL-SENSITIVE https://hotspots.example.org"
READERS = {person.email: person for person in load_people(EXAMPLE) if teams_in_scope(person, london().organisation)}
PAIRS = list(permutations(READERS, 2))


def scope(person: Person) -> ReaderScope:
    return name_scope([(unit.level.value, unit.code) for unit in scope_of(person)], london().organisation)


@cache
def message_to(email: str) -> bytes:
    person = READERS[email]
    wording = DigestSettings(base_url="https://hotspots.example.org")
    digest = write_digest(london(), scope(person), person.name, wording)
    message_id = f"<weekly.2026-11-20.1.{email.partition('@')[0]}@example.org>"
    return compose(
        digest, SENDER, email, message_id, NOW, f"{person.role.value} of {scope(person).name}: weekly digest"
    )


def everything_said(raw: bytes) -> str:
    """Headers, text, words and attributes of the HTML, names of files: all of it, with addresses of links decoded."""
    mail = message_from_bytes(raw, policy=policy.default)
    parts = parts_of(raw)
    html = parts["text/html"].get_content()
    attributes = [value for _, given in tags_of(html) for value in given.values() if value]
    headers = [f"{name}: {value}" for part in mail.walk() for name, value in part.items()]
    files = [part.get_filename() or "" for part in mail.walk()]
    said = [*headers, parts["text/plain"].get_content(), words_of(html), *map(unquote, attributes), *files]
    return " ".join(" ".join(said).split())


def test_every_role_that_may_read_mail_is_among_the_readers() -> None:
    assert Counter(person.role.value for person in READERS.values()) == {
        "director": 2,
        "aco": 1,
        "spo": 2,
        "planner": 1,
    }
    assert len(PAIRS) == 30


@pytest.mark.parametrize(("mine", "other"), PAIRS)
def test_no_mail_names_a_unit_that_only_another_reader_may_see(mine: str, other: str) -> None:
    organisation = london().organisation
    theirs = unit_names(organisation, scope(READERS[other])).own - unit_names(organisation, scope(READERS[mine])).own
    said = everything_said(message_to(mine))
    named = [name for name in theirs if len(name) > 2 and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said)]
    assert named == []


@pytest.mark.parametrize(("mine", "other"), PAIRS)
def test_a_mail_that_went_to_the_wrong_reader_would_be_stopped(mine: str, other: str) -> None:
    organisation = london().organisation
    may_read_all_of_it = teams_in_scope(READERS[mine], organisation) <= teams_in_scope(READERS[other], organisation)
    hits = find_leaks_to_reader(message_to(mine), london(), scope(READERS[other]), READERS[mine].name, OWN_WORDS)
    assert (hits == []) is may_read_all_of_it


@pytest.mark.parametrize("email", READERS)
def test_a_readers_own_mail_passes_the_scan(email: str) -> None:
    person = READERS[email]
    assert find_leaks_to_reader(message_to(email), london(), scope(person), person.name, OWN_WORDS) == []


@pytest.mark.parametrize("email", READERS)
def test_the_headers_of_the_final_bytes(email: str) -> None:
    raw = message_to(email)
    mail = message_from_bytes(raw, policy=policy.default)
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    names = Counter(line.partition(":")[0].lower() for line in re.split(r"\r\n(?![ \t])", head))
    once = ["from", "to", "subject", "date", "message-id", "auto-submitted", "list-id", "x-digest-reason"]
    assert {name: names[name] for name in [*once, "x-auto-response-suppress"]} == dict.fromkeys(
        [*once, "x-auto-response-suppress"], 1
    )
    assert names["cc"] == names["bcc"] == 0
    assert [address.addr_spec for address in mail["To"].addresses] == [email]
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert re.fullmatch(r"<[^<>@\s]+@example\.org>", mail["Message-ID"])
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply, RN, NRN"
    assert re.fullmatch(r"Weekly workload digest <[\w.-]+>", mail["List-Id"])
    assert mail["X-Digest-Reason"].startswith(f"{READERS[email].role.value} of ")
    assert mail["Subject"].startswith("OFFICIAL-SENSITIVE: ")
    assert len(mail["Subject"]) <= 90


@pytest.mark.parametrize("email", READERS)
def test_no_person_on_probation_and_no_offender_manager_is_named(email: str) -> None:
    said = everything_said(message_to(email)).casefold()
    for name in (*london().full_names, *london().crns):
        assert name.casefold() not in said
