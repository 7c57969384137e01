"""Django's SMTP backend, with the one answer told apart whose loss leaves a message in doubt."""

import contextlib
import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class AnswerLost(Exception):
    """The server was sent the whole message, and its answer did not arrive: it may have taken the message."""


class AnswerRead:
    """A mixin of smtplib's clients that tells the loss of that one answer apart."""

    awaits_verdict = False

    def send(self, s: Any) -> None:
        super().send(s)  # type: ignore[misc]
        # smtplib sends commands as text, and the message, with the dot that ends it, as bytes.
        self.awaits_verdict = not isinstance(s, str)

    def getreply(self) -> tuple[int, bytes]:
        try:
            answer: tuple[int, bytes] = super().getreply()  # type: ignore[misc]
        except OSError as error:
            if self.awaits_verdict:
                raise AnswerLost from error
            raise
        return answer


class PlainConnection(AnswerRead, smtplib.SMTP):
    pass


class TLSConnection(AnswerRead, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's, but what happens after the server's answer, at QUIT, does not undo a message that it took."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return TLSConnection if self.use_ssl else PlainConnection

    def close(self) -> None:
        connection = self.connection
        try:
            super().close()
        except (OSError, AnswerLost):
            with contextlib.suppress(OSError):
                if connection:
                    connection.close()
