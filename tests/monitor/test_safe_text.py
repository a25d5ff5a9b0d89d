"""What may be shown of secrets, of characters that act, and of what has no end."""

import io
import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import URL

from monitor.safe_text import beneath, list_names, mask_secrets, printable, printable_output, shorten, without_secrets

AWKWARD = st.text(st.sampled_from("s3@:/?#&=; %'\"[]\\x"), min_size=1, max_size=6).map(lambda middle: f"qqq{middle}zzz")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("extracts/2026-11-20", "extracts/2026-11-20"),
        ("/srv/jo@example.org/2026-11-20.zip", "/srv/jo@example.org/2026-11-20.zip"),
        ("s3://bucket/jo@example.org/2026-11-20", "s3://bucket/jo@example.org/2026-11-20"),
        ("sftp://jo:s3cret@host/out", "sftp://host/out"),
        ("sftp://jo@host/out@home", "sftp://host/out@home"),
        ("https://host/out?sig=s3cret", "https://host/out"),
        ("postgresql://u:p@ss@host:5432/db", "postgresql://host:5432/db"),
        ("postgresql://u:pa/ss@host/db", "postgresql://host/db"),
        ("postgresql://host:5432/db?user=u&password=s3cret", "postgresql://host:5432/db"),
        ("postgresql://host/db?user=u&password=p@ss", "postgresql://host/db"),
        ("postgresql://host:5432/db?user=u&password=p@ss", "postgresql://***"),
        ("postgresql://u:pa?s@s@host/db", "postgresql://***"),
        ("postgresql://u:s3cret", "postgresql://u:***"),
        ("postgresql://u:p@host:s3cret/db", "postgresql://host:***/db"),
        ("jdbc:sqlserver://host;user=u;password=s3cret;more", "jdbc:sqlserver://host;user=u;password=***"),
        ("host=db user=u password='s3 cret' dbname=x", "host=db user=u password=***"),
        ("simplecache::sftp://jo:s3cret@host/out", "simplecache::sftp://host/out"),
        ("host=db password=s3cret://more", "host=db password=***"),
        ("host=db pwd='s3 cret://more' dbname=x", "host=db pwd=***"),
        (" postgresql://u:s3cret@host/db", " postgresql://host/db"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str) -> None:
    assert without_secrets(address) == shown


@given(password=AWKWARD)
@example(password="qqq://zzz")
def test_no_part_of_a_password_is_shown_wherever_it_stands(password: str) -> None:
    plain = (
        f"postgresql://user:{password}@host/db",
        f"postgresql://user:{password}@host:5432/db?sslmode=require",
        f"postgresql://host:5432/db?user=u&password={password}",
        f"s3://bucket/2026-11-20?secret={password}&x=1",
        f"abfs://box@account/out?sig={password}",
        f"host=db password={password}",
        URL.create("postgresql", "user", password, "host", 5432, "db").render_as_string(hide_password=False),
    )
    for address in plain:
        shown = without_secrets(address)
        assert not re.search("qqq|zzz", shown), address
        assert shown.startswith(address.partition("://")[0][:4])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            'invalid dsn in "postgresql://u:s3@cret@host/db?password=s3cret", sorry',
            'invalid dsn in "postgresql://host/db", sorry',
        ),
        ("connect host=db password=s3cret sslmode=x", "connect host=db password=*** sslmode=x"),
        ("with password='s3 \\' cret' user=u", "with password=*** user=u"),
        ('account_key = "s3 cret"; x', "account_key = ***; x"),
        ("?password%3Ds3cret&x", "?password%3D***&x"),
        ('FATAL: password authentication failed for user "u"', 'FATAL: password authentication failed for user "u"'),
        ("hotspots.toml: smtp_password: is not here", "hotspots.toml: smtp_password: is not here"),
        ("see https://example.org/a.", "see https://example.org/a."),
    ],
)
def test_words_of_a_library_are_shown_without_the_secrets_in_them(text: str, shown: str) -> None:
    assert mask_secrets(text) == shown


def test_characters_that_act_are_escaped_and_all_others_stay() -> None:
    assert printable("a\x1b[31m\x00\r\x9b\u202e\u2066\ufeff\u2028\udc80\ufffe") == (
        r"a\x1b[31m\x00\r\x9b\u202e\u2066\ufeff\u2028\udc80\ufffe"
    )
    assert printable("Zo\u00eb \U0001f600\u00a0\u05d0\tb\n") == "Zo\u00eb \U0001f600\u00a0\u05d0\tb\n"


@given(st.text())
def test_nothing_printable_acts(text: str) -> None:
    assert {one for one in printable(text) if unicodedata.category(one)[0] == "C"} <= {"\n", "\t"}


def test_lists_and_values_come_to_an_end() -> None:
    assert list_names(["a", "b"]) == "a, b"
    first = ", ".join(f"n{number}" for number in range(20))
    assert list_names([f"n{number}" for number in range(1_020)]) == f"{first} and 1,000 more"
    assert shorten("w" * 200) == "w" * 200
    assert shorten("w" * 201) == "w" * 199 + "\N{HORIZONTAL ELLIPSIS}"
    assert len(list_names(["w" * 9_000] * 21)) < 5_000


def test_what_is_printed_is_escaped_and_what_is_drawn_or_written_as_bytes_is_not(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    before = sys.stdout
    with printable_output():
        print("\x1b[8mhidden \u202e")
        sys.stdout.buffer.write(b"\x1b bytes\n")
        assert not sys.stdout.isatty()
        assert beneath(sys.stdout) is before
    assert sys.stdout is before
    print("\x1b as before")
    assert capsysbinary.readouterr().out == b"\\x1b[8mhidden \\u202e\n\x1b bytes\n\x1b as before\n"
    assert beneath(before) is before


def test_a_stream_of_text_alone_and_one_put_in_between_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    other = io.StringIO()
    with printable_output():
        assert isinstance(sys.stderr, io.StringIO)
        monkeypatch.setattr(sys, "stdout", other)
    assert sys.stdout is other


def test_a_reader_that_goes_away_ends_nothing_in_a_traceback() -> None:
    program = "from monitor.cli.main import main; import sys; sys.argv = ['hotspots', '--help']; main()"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        (child.stdout or sys.stdin).close()
        assert (child.stderr or sys.stdin).read() == b""
