"""A hundred digests, two senders killed again and again, a server that misbehaves: once each, or held for a person."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..monitor.conftest import Answer
from .conftest import READERS, database_of, end_of, outbox, start, time_passes
from .mail_server import HOST, MailServer, Turn

# More of them for a longer night: FAULT_ROUNDS=600.
ROUNDS = int(os.environ.get("FAULT_ROUNDS", "4"))
ROUNDS_A_WEEK = 8
SENDERS = 2
SEED = 2009
MOST_COMMANDS_A_ROUND = 120
SECONDS_TO_START = 30.0
SECONDS_OF_SILENCE = 1.0
ALWAYS = {
    "reader07@example.org": Turn.REFUSES,
    "reader51@example.org": Turn.REFUSES,
    "reader13@example.org": Turn.DEFERS,
    "reader77@example.org": Turn.DEFERS,
}


@dataclass
class Figures:
    """What a night of faults came to."""

    rounds: int = 0
    kills: int = 0
    readers: int = 0
    states: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    duplicates: int = 0
    lost: int = 0
    settled_by_an_operator: int = 0

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(self.states.items()))
        turns = "\n".join(f"  {count:5}  {turn}" for turn, count in sorted(self.turns.items()))
        return (
            f"{self.rounds} rounds of {SENDERS} senders, {self.kills} kills, {self.readers} readers: {states}\n"
            f"accepted by the server {self.accepted}, duplicates {self.duplicates}, lost {self.lost}, "
            f"sent again by an operator {self.settled_by_an_operator}\nwhat the server did:\n{turns}"
        )


def start_sender(folder: Path, port: int) -> Any:
    return start(folder, "deliver", smtp_host=HOST, smtp_port=port, smtp_tls="none", mail_from="hotspots@example.org")


def kill_at_random(folder: Path, server: MailServer, port: int, chance: random.Random) -> int:
    """One round: two senders at once, each killed at a moment of its own; how many were still alive for it."""
    before = server.commands
    senders = [start_sender(folder, port) for _ in range(SENDERS)]
    server.wait_for_commands(before + 1, SECONDS_TO_START)
    kills = 0
    for sender, count in zip(senders, sorted(chance.randrange(MOST_COMMANDS_A_ROUND) for _ in senders), strict=True):
        server.wait_for_commands(before + count, SECONDS_OF_SILENCE)
        time.sleep(chance.random() * 0.015)
        sender.kill()
    for sender in senders:
        _, errors = sender.communicate()
        assert "Traceback" not in errors, errors
        kills += sender.returncode == -signal.SIGKILL
    return kills


def nothing_is_lost_or_forgotten(rows: dict[str, Any], server: MailServer) -> None:
    """What holds at every moment at which no sender is alive."""
    copies = Counter(one.recipient for one in server.accepted)
    assert [recipient for recipient, count in copies.items() if count > 1] == []
    assert len(rows) == READERS
    for recipient, row in rows.items():
        known = (row.state, row.phase if row.state == "sending" else None)
        if recipient in copies:
            assert known in [("sent", None), ("in_doubt", None), ("sending", "data")], (recipient, known)
        else:
            assert row.state != "sent", f"{recipient} is recorded as sent, and the server has nothing"
        if row.state in ("failed", "in_doubt"):
            assert row.reason, f"{recipient} is {row.state} for no stated reason"
    for one in server.accepted:
        assert one.content == rows[one.recipient].message
        assert one.message_id == rows[one.recipient].message_id


def a_week(folder: Path, rounds: int, seed: int, figures: Figures, hotspots: Callable[..., Answer]) -> None:
    """Rounds of kills over one outbox, then peace: what is left is sent, and the sums are made."""
    chance = random.Random(seed)
    server = MailServer(seed, ALWAYS)
    with server.running() as port, database_of(folder) as engine:
        for number in range(rounds):
            figures.kills += kill_at_random(folder, server, port, chance)
            rows = outbox(engine)
            nothing_is_lost_or_forgotten(rows, server)
            found = Counter(row.state for row in rows.values())
            print(f"  week {seed}, round {number + 1}: {dict(sorted(found.items()))}")
            time_passes(engine)

        server.moody = False
        ends = [end_of(one) for one in [start_sender(folder, port) for _ in range(SENDERS)]]
        assert all("Traceback" not in errors for _, errors in ends)
        rows = outbox(engine)
        nothing_is_lost_or_forgotten(rows, server)
        assert {recipient for recipient, row in rows.items() if row.state == "queued"} == {
            recipient for recipient, turn in ALWAYS.items() if turn is Turn.DEFERS
        }
        states = Counter(row.state for row in rows.values())
        assert set(states) <= {"sent", "queued", "failed", "in_doubt"}
        copies = Counter(one.recipient for one in server.accepted)
        figures.states += states
        figures.accepted += len(server.accepted)
        figures.duplicates += sum(count - 1 for count in copies.values())
        figures.lost += sum(row.state == "sent" and recipient not in copies for recipient, row in rows.items())

        doubted = sorted(recipient for recipient, row in rows.items() if row.state == "in_doubt")
        # An operator has asked these readers, heard that nothing came, and decides.
        settled = hotspots("resend", "--in-doubt", "--yes", home=folder / "var", people=folder / "people.yaml")
        assert (settled.status, settled.err) == (0, "")
        time_passes(engine)
        end_of(start_sender(folder, port))
        again = Counter(one.recipient for one in server.accepted)
        assert again - copies == Counter(doubted)
        assert {row.state for recipient, row in outbox(engine).items() if recipient in doubted} <= {"sent"}
        assert all(one.content == rows[one.recipient].message for one in server.accepted)
        figures.settled_by_an_operator += len(doubted)
        figures.turns += server.turns
        figures.rounds += rounds
        figures.readers += READERS


def test_whatever_breaks_nobody_gets_a_digest_twice_and_nobody_is_forgotten(
    hundred_readers: Path, tmp_path: Path, hotspots: Callable[..., Answer]
) -> None:
    figures = Figures()
    for week, first in enumerate(range(0, ROUNDS, ROUNDS_A_WEEK)):
        folder = shutil.copytree(hundred_readers, tmp_path / "service")
        a_week(folder, min(ROUNDS_A_WEEK, ROUNDS - first), SEED + week, figures, hotspots)
        shutil.rmtree(folder)
    print(figures)
    assert (figures.duplicates, figures.lost) == (0, 0)
    # A night in which nothing was hit proves nothing.
    assert figures.kills >= ROUNDS
    assert figures.states["in_doubt"] > 0
