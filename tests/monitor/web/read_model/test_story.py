"""The pages draw on the numbers that the mail draws on."""

from email import message_from_bytes, policy

from monitor.mail.outbox import load_message, messages
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.story import week_facts
from tests.monitor.conftest import AS_AT, Home


def test_the_pages_and_the_mail_count_the_same_numbers(home: Home) -> None:
    week = SnapshotCache(home.store).week()
    assert week is not None
    drawn = week_facts(week, None)
    (stored, *_) = (load_message(home.store, one.id) for one in messages(home.store, as_at=AS_AT) if one.id is not None)
    assert stored is not None
    plain = message_from_bytes(stored.message, policy=policy.default).get_body(("plain",))
    assert plain is not None
    said = f"{drawn.local_assumptions} of its {drawn.numbers} numbers are local assumptions"
    assert said in " ".join(plain.get_content().split())
