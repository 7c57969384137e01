"""Why a file is not imported."""


class ImportRefusal(Exception):
    """The line of the file (from 1) and the reason, in English: whoever runs a command reads it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"{line}: {reason}")
        self.line = line
        self.reason = reason
