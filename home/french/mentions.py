"""Mentions of somebody in a text: the whole name or address, and not the longer one of somebody else."""

import re

#: What continues a name on its left and right: « Anne-Marie Petit » and « Jean Martinez » are not Marie Petit, Jean Martin.
_IN_NAME = r"[\w-]"
#: What continues an address: anne.marie@exemple.fr is not marie@exemple.fr.
_IN_ADDRESS = r"[\w.+%-]"


def mention_of(word: str) -> re.Pattern[str]:
    """Return what finds this name or address in a text, in any case."""
    before = _IN_ADDRESS if "@" in word else _IN_NAME
    return re.compile(rf"(?<!{before}){re.escape(word)}(?!{_IN_NAME}|\.\w)", re.IGNORECASE)
