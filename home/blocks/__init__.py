"""The blocks of a page's body, by family."""

from home.blocks.body import BodyBlock
from home.blocks.context import build, contents, prepare

__all__ = ["BodyBlock", "build", "contents", "prepare"]
