"""StreamField blocks of a page's body, one module per group of the block chooser."""

from home.blocks.body import BodyBlock
from home.blocks.context import build, contents, prepare

__all__ = ["BodyBlock", "build", "contents", "prepare"]
