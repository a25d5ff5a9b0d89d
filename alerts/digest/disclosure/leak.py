"""Something that a message would give away."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Leak:
    """What a message would give away: the kind of thing, the part of the message it is in, and the words."""

    kind: str
    part: str
    words: str

    @property
    def place(self) -> str:
        """What kind of thing is where, without the thing itself."""
        return f"{self.kind} in {self.part}"
