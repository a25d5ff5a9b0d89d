"""The refusal of an extract."""


class ExtractRefused(Exception):
    """An extract that may not become a snapshot; ``faults`` lists everything found, each with the way out."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
