"""Which words stop a message."""

from email.message import EmailMessage
from functools import cache
from itertools import permutations

import pytest

from alerts.digest.digest import write_digest
from alerts.digest.fixed_words import fixed_words
from alerts.digest.leak_check import Leak, find_leaks, find_leaks_to_reader, unit_names
from alerts.digest.mime import EmailContent, compose
from alerts.digest.privacy import ReaderScope, scope_named
from alerts.digest.settings import DigestSettings
from tests.alerts.digest.messages import SENT, bytes_of
from tests.alerts.pictures import Team, hotspot, london, picture
from tests.alerts.reading import parts_of, words_of


def mail(text: str = "plain", html: str = "<p>plain</p>", subject: str = "subject", file: str = "chart.png") -> bytes:
    return bytes_of(EmailContent(subject, "", html, text, {f"{file.removesuffix('.png')}@digest": b"png"}))


def found(message: bytes, **given: object) -> list[Leak]:
    nothing: dict[str, object] = {"surnames": (), "crns": (), "other_names": (), "allowed_words": ()}
    return find_leaks(message, **nothing | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "message",
    [
        mail(subject="Okonkwo is over 110%"),
        mail(text="ask Okonkwo"),
        mail(text="ask OKONKWO's team"),
        mail(text="ask Okonkwo-Smith"),
        mail(text="O\u200bkon\u00adkwo hidden"),
        mail(html="<p>ask Okonkwo</p>"),
        mail(html="<p>Okon<b>kwo</b></p>"),
        mail(html='<div style="display:none">Okonkwo</div>'),
        mail(html='<img src="cid:x" alt="Chart of Okonkwo">'),
        mail(html='<a href="https://example.org/om/Okonkwo">a</a>'),
        mail(html='<a href="https://example.org/?q=%4Fkonkwo">a</a>'),
        mail(html="<!-- Okonkwo --><p>x</p>"),
        mail(html="<!--[if mso]><p>Okonkwo</p><![endif]--><p>x</p>"),
        mail(html="<p>&#79;konkwo</p>"),
        mail(html="<title>Okonkwo</title>"),
        mail(file="okonkwo.png"),
        mail(text="Ökonkwo with an accent"),
    ],
    ids=range(17),
)
def test_a_surname_is_found_wherever_it_hides(message: bytes) -> None:
    assert found(message, surnames={"Okonkwo"})


def test_a_surname_in_a_header_is_found_but_the_recipients_own_address_is_not() -> None:
    digest = EmailContent("subject", "", "<p>x</p>", "x")
    message = compose(digest, "okonkwo@example.org", "okonkwo@example.org", "<okonkwo@example.org>", SENT, "a reader")
    assert not found(message, surnames={"Okonkwo"})
    message = compose(digest, "h@example.org", "n@example.org", "<1@example.org>", SENT, "deputy of Okonkwo")
    assert found(message, surnames={"Okonkwo"}) == [Leak("a surname", "the header X-Digest-Reason", "Okonkwo")]


def test_a_surname_is_found_as_a_whole_word_only() -> None:
    assert not found(mail(text="Woodgreen and Marestreet"), surnames={"Green", "Mare"})


def test_a_surname_which_the_mail_says_anyway_does_not_stop_it_but_the_full_name_does() -> None:
    surnames = {"May", "Green", "Barnet", "North"}
    allowed = fixed_words() | {"Barnet", "North"}
    words = "Going Green in May, Barnet, for Director North"
    assert not found(mail(text=words), surnames=surnames, allowed_words=allowed)
    for name in ("Theresa May", "May, Theresa", "THERESA MAY"):
        message = mail(text=f"{words}: {name}")
        assert found(message, surnames=surnames, allowed_words=allowed, full_names={"Theresa May"})


def test_double_names_and_names_with_marks_are_found() -> None:
    text = "with Van der Berg, O\N{RIGHT SINGLE QUOTATION MARK}Brien and Smith Jones"
    hits = found(mail(text=text), surnames={"van der Berg", "O'Brien", "Smith-Jones"}, allowed_words={"van", "der"})
    assert {hit.words for hit in hits} == {"van der Berg", "O'Brien", "Smith-Jones"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("case X123456 is late", "a CRN"),
        ("case x123456", "a CRN"),
        ("NOMS A1234AA", "a NOMS number"),
        ("PNC 2009/1234567A", "a PNC number"),
        ("PNC 09/123456Q", "a PNC number"),
        ("CRN 9912345 of a source without letters", "a CRN of the snapshot"),
    ],
)
def test_identifiers_are_found_and_their_place_is_said_without_them(text: str, kind: str) -> None:
    hits = found(mail(text=text), crns={"9912345"})
    assert [hit.kind for hit in hits] == [kind]
    assert hits[0].words in text
    assert hits[0].place == f"{kind} in the text part"


def test_figures_dates_and_codes_are_no_identifiers() -> None:
    text = "5,310 of 4,500 points on 20/11/2026, F021, T0211, 118.0%, policy 3f9ac01be77d, 110/120"
    assert not found(mail(text=text), crns={"310", "X000123"})


def test_a_unit_outside_the_scope_is_found_and_one_inside_is_not() -> None:
    message = mail(text="Hackney North is over, see /office/F021")
    own = {"Hackney North", "F021"}
    assert not found(message, other_names={"Hackney", "F099"}, own_names=own)
    assert found(mail(text="Hackney is over"), other_names={"Hackney"}, own_names=own)
    assert found(mail(html='<a href="https://x.example/office/F099">x</a>'), other_names={"F099"}, own_names=own)


def test_a_code_that_looks_like_a_crn_is_no_leak_where_it_is_the_readers_own() -> None:
    message = mail(html='<a href="https://x.example/team/N123456">x</a>')
    assert found(message)
    assert not found(message, own_names={"N123456"})
    assert found(message, own_names={"N123456"}, crns={"N123456"})


def three_areas() -> list[Team]:
    return [
        Team(
            f"T{area}{n}",
            f"F{area}{n}",
            f"C{area}{n}",
            area,
            name=f"{place} team {n}",
            office_name=f"{place} {n}",
            cluster_name=f"{place} and around {n}",
            area_name=f"{place} region",
            load=120 - n,
        )
        for area, place in (("A1", "Ashford"), ("B2", "Bexhill"), ("C3", "Crawley"))
        for n in range(1, 4)
    ]


@cache
def digests() -> dict[str, bytes]:
    teams = three_areas()
    found = [hotspot("hot_and_late", "office", team.office) for team in teams]
    found += [hotspot("over_threshold", "office", team.office) for team in teams]
    drawn = picture(teams, found)
    wording = DigestSettings(base_url="https://hotspots.example.org")
    scopes = {area: scope_named([("area", area)], drawn.organisation) for area in ("A1", "B2", "C3")}
    return {area: bytes_of(write_digest(drawn, scope, "A Reader", wording)) for area, scope in scopes.items()}


@pytest.mark.parametrize(("mine", "other"), list(permutations(("A1", "B2", "C3"), 2)))
def test_no_name_or_code_of_another_area_is_in_a_directors_mail(mine: str, other: str) -> None:
    parts = parts_of(digests()[mine])
    said = parts["text/plain"].get_content() + parts["text/html"].get_content()
    place = {"A1": "Ashford", "B2": "Bexhill", "C3": "Crawley"}
    assert place[mine] in said
    assert place[other] not in said
    assert other not in said


@pytest.mark.parametrize(("mine", "other"), list(permutations(("A1", "B2", "C3"), 2)))
def test_a_mail_sent_to_the_director_of_another_area_would_be_stopped(mine: str, other: str) -> None:
    drawn = picture(three_areas())
    for reader in (mine, other):
        scope = scope_named([("area", reader)], drawn.organisation)
        hits = find_leaks_to_reader(digests()[mine], drawn, scope, "A Reader", "OFFICIAL-SENSITIVE")
        assert bool(hits) is (reader == other)


@pytest.mark.parametrize(
    "scope",
    [ReaderScope("area", "N", "North London"), ReaderScope("cluster", "C02", "x"), ReaderScope("office", "F021", "x")],
    ids=lambda scope: scope.level,
)
def test_a_realistic_digest_passes_although_offices_carry_surnames(scope: ReaderScope) -> None:
    drawn = london()
    scope = scope_named([(scope.level, scope.code)], drawn.organisation)
    message = bytes_of(
        write_digest(drawn, scope, "Director Whitlock", DigestSettings(base_url="https://h.example.org"))
    )
    assert find_leaks_to_reader(message, drawn, scope, "Director Whitlock", "OFFICIAL-SENSITIVE") == []
    assert find_leaks_to_reader(message, drawn, scope, "Director North", "OFFICIAL-SENSITIVE")


def test_no_surname_or_crn_of_the_snapshot_is_in_the_realistic_mail() -> None:
    digest = write_digest(london(), ReaderScope("area", "N", "North London"), "Director North", DigestSettings())
    said = (digest.text + words_of(digest.html)).lower()
    assert "okonkwo" not in said
    assert "whitlock" not in said
    assert "x000123" not in said


def test_names_above_a_reader_are_their_own_and_names_beside_are_not() -> None:
    names = unit_names(london().organisation, ReaderScope("office", "F021", "Mare Street"))
    assert {"Mare Street", "Hackney & Tower Hamlets", "North London", "F021", "C02"} <= names.own
    assert {"Dalston", "South London", "F022", "C07"} <= names.others


def test_the_words_the_program_writes_are_known() -> None:
    assert {"going", "green", "may", "monday", "overdue", "withheld"} <= fixed_words()
    assert {"scatter", "specialisms", "coverage", "countersignature"} <= fixed_words(), "words of the rooms of alerts"
    assert "okonkwo" not in fixed_words()


def test_a_plain_text_mail_of_another_make_is_read_too() -> None:
    other = EmailMessage()
    other["Subject"] = "=?utf-8?b?T2tvbmt3bw==?="
    other.set_content("Okonkwo", cte="base64")
    assert len(found(other.as_bytes(), surnames={"Okonkwo"})) == 2
