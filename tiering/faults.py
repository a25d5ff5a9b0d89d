"""What only the user can change: every fault in words, each with the way out."""


class UserFault(Exception):
    """What the program cannot go on with until the user changes something; each kind is a class of its own.

    faults: every fault in words, with its file and key, and what to write or do instead. Nothing reads them back.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class ConfigFault(UserFault):
    """Configuration, or an option, that cannot be used."""
