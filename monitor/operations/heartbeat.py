"""The heartbeat: a request after each good week, so that an outside service notices if it does not come."""

import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, func, select

from monitor import logs
from monitor.mail.outbox import DIGESTS
from monitor.operations.due_times import latest_due
from monitor.operations.run_ledger import HEARTBEAT, Failure, RunStatus, claim, fail, finish, iso_week, run_for
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot

SECONDS = 10


class NoAnswer(Exception):
    """The heartbeat URL did not answer; the text says why, but never which URL it is."""


def beat_if_due(store: Store, settings: Settings, clock: Callable[[], datetime]) -> str | None:
    """Request the heartbeat URL once a week, when this week is stored and all its email is handed over.

    Returns the week; None if nothing is due, another process does it or there was no answer. A missing answer is only
    logged, and the scheduler's next check tries again.
    """
    url, now = settings.heartbeat_url, clock()
    due_at = latest_due(now, settings)
    week = iso_week(due_at.date())
    if url is None or not is_handed_over(store, due_at) or claim(store, HEARTBEAT, due_at, now) is not None:
        return None
    try:
        call(url.get_secret_value())
    except NoAnswer as error:
        fail(store, HEARTBEAT, week, now, clock(), Failure(str(error)))
        logs.log_event("heartbeat", "warning", state=RunStatus.FAILED, week=week, reason=str(error))
        return None
    finish(store, HEARTBEAT, week, now, clock(), "called")
    logs.log_event("heartbeat", state="called", week=week)
    return week


def is_handed_over(store: Store, due_at: datetime) -> bool:
    """Whether the weekly run due at that time is done and no digest of its snapshot waits, failed or is in doubt."""
    run = run_for(store, due_at)
    if run is None or run.status != RunStatus.DONE or run.snapshot_id is None:
        return False
    left = (
        select(func.count())
        .select_from(OutboxMessage)
        .join(Snapshot, col(OutboxMessage.period) == col(Snapshot.as_at))
        .where(
            col(Snapshot.id) == run.snapshot_id,
            col(OutboxMessage.digest).in_(DIGESTS),
            col(OutboxMessage.redirected_from).is_(None),
            col(OutboxMessage.state).not_in((MessageState.SENT, MessageState.SUPERSEDED, MessageState.NOTHING_NEW)),
        )
    )
    with Session(store.engine) as session:
        return session.exec(left).one() == 0


def call(url: str, seconds: float = SECONDS) -> None:
    """GET the URL without any further data; raises NoAnswer for anything but a status of 200 to 299."""
    handlers: list[Any] = [_SameHost()]
    if urlsplit(url).scheme == "http":
        # Plain http is for this machine only, and must not go through a proxy on another one.
        handlers.append(urllib.request.ProxyHandler({}))
    opener = urllib.request.build_opener(*handlers)
    opener.addheaders = [("User-Agent", "hotspots")]
    try:
        with opener.open(url, timeout=seconds) as answer:
            status = answer.status
    except urllib.error.HTTPError as error:
        error.close()
        raise NoAnswer(f"answered {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise NoAnswer(f"{type(error).__name__}: {reason}") from None
    if not 200 <= status < 300:
        raise NoAnswer(f"answered {status}")


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follow a redirection on the same host only, and never from https to http."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (old.hostname, old.port) != (new.hostname, new.port) or (old.scheme, new.scheme) == ("https", "http"):
            raise NoAnswer(f"answered {code}, a redirection to another host, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
