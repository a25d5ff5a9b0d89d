"""Faults that only the user can correct, each in words and with what to do."""


class UserFault(Exception):
    """The program cannot go on until the user changes something; each kind of fault is a class of its own.

    faults: every fault in words, with its file and key, and what to write or do instead. No code reads them back.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class ConfigFault(UserFault):
    """Configuration, or an option, that cannot be used."""
