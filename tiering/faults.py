"""What a user did that the program cannot go on with: every fault in words, and the exit status of each kind."""


class UserFault(Exception):
    """Something only the user can change; ``faults`` names every fault with its file and key."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class ConfigFault(UserFault):
    """Configuration, or an option, that cannot be used."""
