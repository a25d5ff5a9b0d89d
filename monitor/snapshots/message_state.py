"""The states of a message in the outbox, and the two phases of a claim on one."""

from enum import StrEnum


class MessageState(StrEnum):
    """What became of a message, as the database holds it.

    QUEUED: waits to be sent. SENDING: a sender has claimed it. SENT: a server has taken it, or it is in the folder.
    FAILED: refused for good, or not taken within a day. IN_DOUBT: begun, and no clear answer came: it may have arrived.
    SUPPRESSED: must not go to its reader. SUPERSEDED: a newer message took its place, or an operator settled it.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    SUPPRESSED = "suppressed"
    SUPERSEDED = "superseded"


class ClaimPhase(StrEnum):
    """How far the sender that claimed a message has got.

    CLAIMED: nothing of the message has left. DATA: the message itself may have left.
    """

    CLAIMED = "claimed"
    DATA = "data"
