"""The states of a message in the outbox, and the two phases of a claim on one."""

from enum import StrEnum


class MessageState(StrEnum):
    """The state of a message, as the database stores it.

    - QUEUED: it waits to be sent.
    - SENDING: a sender has claimed it.
    - SENT: a server has accepted it, or it is in the folder.
    - FAILED: it was refused for good, or not accepted within a day.
    - IN_DOUBT: sending had begun and no clear answer came, so it may have arrived.
    - SUPPRESSED: it must not go to its reader.
    - SUPERSEDED: a newer message took its place, or an operator settled it.
    - NOTHING_NEW: it was never written, because there was nothing new for its reader.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"
    NOTHING_NEW = "nothing_new"


class ClaimPhase(StrEnum):
    """How far the sender that claimed a message has got.

    - CLAIMED: nothing of the message has left.
    - DATA: the message itself may have left.
    """

    CLAIMED = "claimed"
    DATA = "data"
