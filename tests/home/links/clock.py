"""An event loop whose clock jumps to what is due next: hours pass in milliseconds."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = max(self.now, self._scheduled[0]._when)  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def run(work: Coroutine[Any, Any, Any]) -> tuple[Any, float]:
    """Return the result and the seconds that passed on the loop's clock."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        result = runner.run(work)
        return result, runner.get_loop().time()
