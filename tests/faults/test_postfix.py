"""End to end: Debian's Postfix takes a real week's digests over TLS, and the mailboxes hold what was stored."""

import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from ..monitor.conftest import Answer
from .conftest import READERS, database_of, outbox

Program = Callable[..., Answer]
PROGRAM = Path("/usr/sbin/postfix")
GONE, FULL = "reader07@example.org", "reader13@example.org"
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log/mail
maillog_file_prefixes = {folder}/log
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
alias_maps =
alias_database =
local_transport = error:no local mail
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {folder}/certificate.pem
smtpd_tls_loglevel = 1
virtual_mailbox_domains = example.org
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/config/mailboxes
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
virtual_minimum_uid = 1
smtpd_recipient_restrictions =
    check_recipient_access inline:{{ {{ {gone} = 550 5.1.1 no such reader }}, {{ {full} = 452 4.2.2 full }} }},
    reject_unauth_destination
"""
SERVICES = """\
{host}:{starttls} inet n - n - - smtpd
{host}:{implicit} inet n - n - - smtpd
    -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
tlsmgr unix - - n 1000? 1 tlsmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
# What a mail server writes on top of a mail to say which way it came, and nothing else.
TRACE = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:")


@dataclass(frozen=True)
class Postfix:
    """Where a running Postfix listens, whose certificates it shows, and where it puts mail."""

    starttls: int
    implicit: int
    authority: Path
    mailboxes: Path
    log: Path

    def mails_to(self, recipient: str) -> list[bytes]:
        return [file.read_bytes() for file in sorted((self.mailboxes / recipient.partition("@")[0]).glob("new/*"))]

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Until so many mails lie in the mailboxes, or so long."""
        deadline = time.monotonic() + seconds
        while len(list(self.mailboxes.glob("*/new/*"))) < count and time.monotonic() < deadline:
            time.sleep(0.1)


@contextmanager
def free_ports(count: int) -> Iterator[list[int]]:
    """Ports no one listens on at this moment."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    yield ports


@pytest.fixture
def postfix() -> Iterator[Postfix]:
    # Not in pytest's folder: only its owner may look into that, and Postfix works under other accounts.
    folder = Path(tempfile.mkdtemp(prefix="postfix-", dir="/tmp"))
    folder.chmod(0o755)
    owner = pwd.getpwnam("postfix")
    for name in ("config", "queue", "data", "mail", "log"):
        (folder / name).mkdir(mode=0o755)
    for name in ("data", "mail"):
        shutil.chown(folder / name, owner.pw_uid, owner.pw_gid)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(folder / "certificate.pem"))
    with free_ports(2) as (starttls, implicit):
        pass
    main = MAIN.format(folder=folder, user=owner.pw_uid, group=owner.pw_gid, gone=GONE, full=FULL)
    (folder / "config" / "main.cf").write_text(main)
    services = SERVICES.format(host="127.0.0.1", starttls=starttls, implicit=implicit)
    (folder / "config" / "master.cf").write_text(services)
    names = (f"reader{number:02d}" for number in range(READERS))
    (folder / "config" / "mailboxes").write_text("".join(f"{name}@example.org {name}/\n" for name in names))
    control = [str(PROGRAM), "-c", str(folder / "config")]
    started = subprocess.run([*control, "start"], capture_output=True, text=True)
    log = folder / "log" / "mail"
    try:
        assert started.returncode == 0, started.stderr + (log.read_text() if log.exists() else "")
        yield Postfix(starttls, implicit, folder / "authority.pem", folder / "mail", log)
    finally:
        subprocess.run([*control, "stop"], capture_output=True)
        shutil.rmtree(folder)


def deliver_to(postfix: Postfix, folder: Path, tls: str, hotspots: Program, **settings: object) -> tuple[int, str]:
    port = postfix.starttls if tls == "starttls" else postfix.implicit
    server = {"smtp_host": "localhost", "smtp_port": port, "smtp_tls": tls, "smtp_ca_file": postfix.authority}
    service = {"home": folder / "var", "people": folder / "people.yaml", "mail_from": "hotspots@example.org"}
    answer = hotspots("deliver", **{**service, **server, **settings})
    return answer.status, answer.err


def under_the_trace(mail: bytes) -> bytes:
    """A mail as it was handed over: without the lines on top that say which way it came."""
    lines = mail.splitlines(keepends=True)
    while lines[0].startswith(TRACE):
        lines = lines[1:]
        while lines[0].startswith((b" ", b"\t")):
            lines = lines[1:]
    return b"".join(lines)


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_postfix_receives_a_weeks_digests_and_the_mailboxes_hold_what_was_stored(
    postfix: Postfix, hundred_readers: Path, tmp_path: Path, hotspots: Program, tls: str
) -> None:
    folder = shutil.copytree(hundred_readers, tmp_path / "service")
    status, errors = deliver_to(postfix, folder, tls, hotspots)
    assert (status, "2 messages not sent" in errors) == (1, True), errors + postfix.log.read_text()
    with database_of(folder) as engine:
        rows = outbox(engine)
    assert (rows[GONE].state, rows[FULL].state) == ("failed", "queued")
    assert "550 5.1.1" in rows[GONE].reason
    assert "452 4.2.2" in rows[FULL].reason
    others = [row for recipient, row in rows.items() if recipient not in (GONE, FULL)]
    assert {row.state for row in others} == {"sent"}
    postfix.wait_for(READERS - 2)
    log = postfix.log.read_text()
    assert len(list(postfix.mailboxes.glob("*/new/*"))) == READERS - 2, log[-2000:]
    for row in others:
        (mail,) = postfix.mails_to(row.recipient)
        assert mail.startswith(TRACE)
        # A mailbox ends its lines as Unix does; every other byte is the one that was stored.
        assert under_the_trace(mail) == row.message.replace(b"\r\n", b"\n")
        assert log.count(f"message-id={row.message_id}") == 1
    assert "TLS connection established from localhost" in log
    print(f"{tls}: {READERS - 2} digests in their mailboxes as stored, one failed with 550, one queued with 452")


def test_a_certificate_nobody_vouches_for_gets_no_mail(
    postfix: Postfix, hundred_readers: Path, tmp_path: Path, hotspots: Program
) -> None:
    folder = shutil.copytree(hundred_readers, tmp_path / "service")
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "stranger.pem"))
    for settings in ({"smtp_ca_file": tmp_path / "stranger.pem"}, {"smtp_host": "127.0.0.1"}):
        status, errors = deliver_to(postfix, folder, "starttls", hotspots, **settings)
        assert status == 1, errors
        with database_of(folder) as engine:
            rows = outbox(engine)
        assert {row.state for row in rows.values()} == {"queued"}
    assert list(postfix.mailboxes.glob("*/new/*")) == []
