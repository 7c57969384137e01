"""A minimal SMTP server for tests: accepts messages, refuses them with any answer, stops answering or hangs up."""

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Literal


class LocalServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    refusing = False
    #: What it answers to a message in place of `250 pris`, and before which of its answers it hangs up.
    verdict = "250 pris"
    hangs_up: Literal["", "verdict", "quit"] = ""
    #: Number of messages to acknowledge; the next one is received, but its sender gets no answer.
    answered: int | None = None

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages: list[EmailMessage] = []
        #: Those of them that it has accepted.
        self.accepted: list[EmailMessage] = []
        self.silent = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    @contextmanager
    def listening(self) -> Iterator[None]:
        thread = threading.Thread(target=self.serve_forever, daemon=True)
        thread.start()
        yield
        self.shutdown()
        thread.join()


class Conversation(socketserver.StreamRequestHandler):
    server: LocalServer

    def handle(self) -> None:
        self.say("220 essai")
        for line in self.rfile:
            command = line[:4].upper().decode()
            if command == "DATA":
                self.take_message()
                if self.server.hangs_up == "verdict":
                    return
            elif command == "QUIT" and self.server.hangs_up == "quit":
                return
            elif command == "RCPT" and self.server.refusing:
                self.say("550 boite inconnue")
            else:
                self.say("221 adieu" if command == "QUIT" else "250 bien")

    def take_message(self) -> None:
        self.say("354 allez-y")
        lines = iter(self.rfile.readline, b".\r\n")
        message = email.message_from_bytes(b"".join(lines), policy=default)
        self.server.messages.append(message)
        if len(self.server.messages) - 1 == self.server.answered:
            self.server.silent.set()
        elif self.server.hangs_up != "verdict":
            if self.server.verdict.startswith("250"):
                self.server.accepted.append(message)
            self.say(self.server.verdict)

    def say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")
