"""Which words stop a message."""

import re
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from functools import cache
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.digest.digest import write_digest
from alerts.digest.disclosure.fixed_words import fixed_words
from alerts.digest.disclosure.leak import Leak
from alerts.digest.disclosure.leak_check import find_leaks, find_leaks_to_reader, unit_names
from alerts.digest.disclosure.names import names_of_people
from alerts.digest.message.mime import EmailContent, compose
from alerts.digest.privacy import ReaderScope, name_scope
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
    scopes = {area: name_scope([("area", area)], drawn.organisation) for area in ("A1", "B2", "C3")}
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
        scope = name_scope([("area", reader)], drawn.organisation)
        hits = find_leaks_to_reader(digests()[mine], drawn, scope, "A Reader", "OFFICIAL-SENSITIVE")
        assert bool(hits) is (reader == other)


@pytest.mark.parametrize(
    "scope",
    [ReaderScope("area", "N", "North London"), ReaderScope("cluster", "C02", "x"), ReaderScope("office", "F021", "x")],
    ids=lambda scope: scope.level,
)
def test_a_realistic_digest_passes_although_offices_carry_surnames(scope: ReaderScope) -> None:
    drawn = london()
    scope = name_scope([(scope.level, scope.code)], drawn.organisation)
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


def test_a_plain_text_mail_of_another_make_is_read_too() -> None:
    other = EmailMessage()
    other["Subject"] = "=?utf-8?b?T2tvbmt3bw==?="
    other.set_content("Okonkwo", cte="base64")
    assert len(found(other.as_bytes(), surnames={"Okonkwo"})) == 2


TABLE = "<table><tr>{}</tr></table>"
WORD = st.text("bcdfgklmnprstvz", min_size=4, max_size=9).filter(lambda word: word not in fixed_words())
NUMBER = st.integers(0, 99_999).map(lambda number: f"{number:,}") | st.floats(0, 200).map(lambda share: f"{share:.1f}%")


def row_of(cells: Iterable[str]) -> str:
    return TABLE.format("".join(f"<td>{cell}</td>" for cell in cells))


@pytest.mark.parametrize("cluster", ["Cluster C1", "PDU N1", "Zone E12", "Cluster_C1", "C1"])
def test_cells_next_to_each_other_are_not_read_as_one_identifier(cluster: str) -> None:
    cells = [cluster, "14" if cluster.endswith("1") else "3", "100.0%", "7"]
    for message in (mail(html=row_of(cells)), mail(text=" | ".join(cells)), mail(text="\n".join(cells))):
        assert found(message, crns={"C114100", "N114100", "E123100", "C1 14 100", "14/100"}) == []
    assert found(mail(html=row_of(["C114100"])))


@given(
    st.lists(st.sampled_from(["Vacancy", "Post", "Agency PO", "TBC", "No Name", "Unallocated", "To be confirmed"])),
    st.lists(st.integers(0, 999)),
    st.lists(NUMBER | st.sampled_from(["Vacancy", "post", "Cluster C1", "PO", "unknown", "no name"]), min_size=1),
)
def test_a_placeholder_stops_no_message_whatever_figures_are_in_it(
    words: list[str], numbers: list[int], cells: list[str]
) -> None:
    names = names_of_people([" ".join(pair) for pair in product(words, map(str, numbers))] + words)
    message = mail(html=row_of(cells), text="\n".join(cells), subject=cells[0])
    given_names = {"surnames": names.surnames, "full_names": names.full_names}
    assert found(message, **given_names, allowed_words=fixed_words()) == []


@given(
    st.lists(st.from_regex(r"[A-Z]?\d{1,3}|[A-Z]\d{1,2}", fullmatch=True), min_size=1, max_size=5),
    st.from_regex(r"[A-Z]{1,2}\d{3,8}|[A-Z]{2}[/-]\d{2,5}|\d{7}", fullmatch=True),
    st.booleans(),
)
def test_a_crn_is_found_in_a_cell_of_its_own_and_nowhere_else(cells: list[str], crn: str, shown: bool) -> None:
    cells = [*cells, crn.lower(), *cells] if shown else cells
    # Independent of words and grams: a cell is the CRN, or holds it between characters that are none of a code.
    holds = any(re.search(rf"(?<!\w){re.escape(crn)}(?!\w)", cell, re.IGNORECASE) for cell in cells)
    for message in (mail(html=row_of(cells)), mail(text="\n".join(cells))):
        kinds = {hit.kind for hit in found(message, crns={crn})}
        assert ("a CRN of the snapshot" in kinds) is holds


@given(
    first=WORD,
    last=WORD,
    case=st.sampled_from([str.upper, str.lower, str.title]),
    mark=st.sampled_from(["", "O'", "O\u2019", "Mc", "Smith-", "Smith\u2011", "d\u02bc"]),
    written=st.sampled_from(["as given", "other apostrophe", "without", "turned round", "with a comma"]),
    place=st.sampled_from(["subject", "cell", "inline", "alt", "title", "text"]),
)
def test_a_real_name_is_found_however_and_wherever_it_is_written(
    first: str, last: str, case: Callable[[str], str], mark: str, written: str, place: str
) -> None:
    surname = mark + last
    names = names_of_people([f"{first} {surname}"])
    shown = {
        "as given": surname,
        "other apostrophe": re.sub(r"['\u2019\u02bc]", "`", surname),
        "without": re.sub(r"['\u2019\u02bc\u2011-]", "", surname),
        "turned round": f"{surname} {first}",
        "with a comma": f"{surname}, {first}",
    }[written]
    shown = case(shown)
    message = {
        "subject": mail(subject=f"see {shown} now"),
        "cell": mail(html=row_of(["1", shown, "2"])),
        "inline": mail(html=f"<p>{shown[:2]}<b>{shown[2:]}</b></p>"),
        "alt": mail(html=f'<img alt="{shown}">'),
        "title": mail(html=f'<p title="{shown}">x</p>'),
        "text": mail(text=f"12 {shown} 14"),
    }[place]
    assert found(message, surnames=names.surnames, full_names=names.full_names, allowed_words=fixed_words())


def test_a_unit_that_is_named_like_a_person_is_no_leak_and_the_person_is() -> None:
    names = names_of_people(["Ann Brent", "Joss Stone", "Vacancy 92"])
    given_names = {"surnames": names.surnames, "full_names": names.full_names, "own_names": {"Brent", "Stone team"}}
    words = fixed_words() | {"brent", "stone"}
    assert found(mail(text="Brent is over 110%: Stone team 92"), **given_names, allowed_words=words) == []
    for text in ("Brent: Ann Brent", "Stone, Joss"):
        # The unit's name ends before the person's begins.
        assert found(mail(text=text), **given_names | {"own_names": ()}, allowed_words=words)


def test_a_full_name_that_the_program_writes_itself_is_no_leak() -> None:
    assert found(mail(text="Assessments overdue: 3"), full_names={"Overdue Assessments"}) == []
    assert found(mail(text="assessments zzz overdue"), full_names={"Zzz Overdue"})


def test_the_code_of_an_offender_manager_is_found_unless_it_could_be_a_figure() -> None:
    assert [hit.kind for hit in found(mail(text="see 00123"), om_codes={"00123", "14", "M1"})] == [
        "the code of an offender manager"
    ]
    assert found(mail(text="14 of M1, 00,123, 100123"), om_codes={"00123", "14", "M1"}) == []


@pytest.mark.parametrize(("text", "stands"), [("see 12/345", True), ("12,345", False), ("1/12/345", False)])
def test_a_crn_of_several_numbers_is_not_read_into_a_figure_or_a_date(text: str, stands: bool) -> None:
    assert bool(found(mail(text=text), crns={"12/345"})) is stands
