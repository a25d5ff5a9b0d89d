"""The settings that shape a digest."""

from dataclasses import dataclass
from typing import Final

MOST_NAMED: Final = 4


@dataclass(frozen=True)
class Contact:
    """Who answers questions about the emails.

    words: a name or role with an address or a phone number; empty if there is no contact.
    reply_to: the address that replies go to; empty if no one reads them.
    """

    words: str = ""
    reply_to: str = ""

    @property
    def closing(self) -> str:
        """What the last line of an email says about answers."""
        if not self.words:
            return "This email is sent automatically. Replies are not read."
        replies = "Replies go there." if self.reply_to else "Replies to this email are not read."
        return f"This email is sent automatically. Questions: {self.words}. {replies}"


NO_CONTACT: Final = Contact()


@dataclass(frozen=True)
class DigestSettings:
    """Settings that shape the words: the marking, the address of the pages, the lines of the policy, the contact.

    red_line, normal_from: per cent of capacity.
    """

    marking: str = "OFFICIAL-SENSITIVE"
    base_url: str = ""
    small_team: int = 5
    red_line: float = 110.0
    normal_from: float = 90.0
    contact: Contact = NO_CONTACT
