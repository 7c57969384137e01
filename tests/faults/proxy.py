"""A TCP proxy in front of a service that others use too, so that it can fail for one site alone."""

import socket
import threading
from contextlib import suppress

CHUNK = 65_536


class Proxy:
    """Forwards connections to `target`. Closed it refuses them, frozen it accepts them and says nothing."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.flowing = threading.Event()
        self.flowing.set()
        self.lock = threading.Lock()
        self.ends: set[socket.socket] = set()
        self.listener = listening(0)
        self.port: int = self.listener.getsockname()[1]
        self.accept_from(self.listener)

    def close(self) -> None:
        """Cut all connections and refuse new ones."""
        shut(self.listener)
        self.cut()

    def open(self) -> None:
        self.listener = listening(self.port)
        self.accept_from(self.listener)

    def freeze(self) -> None:
        self.flowing.clear()

    def thaw(self) -> None:
        self.flowing.set()

    def cut(self) -> None:
        with self.lock:
            ends, self.ends = self.ends, set()
        for end in ends:
            shut(end)

    def accept_from(self, listener: socket.socket) -> None:
        threading.Thread(target=self.accept, args=[listener], daemon=True).start()

    def accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # closed
            while True:
                end, _address = listener.accept()
                threading.Thread(target=self.forward, args=[end], daemon=True).start()

    def forward(self, near: socket.socket) -> None:
        with self.lock:
            self.ends.add(near)
        self.flowing.wait()
        try:
            far = socket.create_connection(self.target, timeout=10)
        except OSError:
            shut(near)
            return
        far.settimeout(None)
        with self.lock:
            self.ends.add(far)
        threading.Thread(target=self.pump, args=[far, near], daemon=True).start()
        self.pump(near, far)

    def pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self.flowing.wait()
                sink.sendall(data)
        for end in (source, sink):
            shut(end)
            with self.lock:
                self.ends.discard(end)


def listening(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), backlog=128)


def shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
