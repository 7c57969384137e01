"""The exception raised for a file that cannot be imported."""


class ImportRefusal(Exception):
    """A line of the file (from 1) and the reason, in English for the person who runs the command."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"{line}: {reason}")
        self.line = line
        self.reason = reason
