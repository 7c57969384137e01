"""Finds English in what a person reads in the back office."""

import re

#: Words that no French sentence of the back office holds.
ENGLISH = re.compile(
    r"\b(the|of|and|to|is|are|this|that|these|with|from|your|you|not|yes|no|any|all|by|for|in|at|it|if|be|has|have|been|"
    r"was|were|will|can|cannot|please|add|edit|delete|save|view|search|select|choose|chosen|upload|unpublish|publish|"
    r"published|draft|live|title|filter|filters|show|hide|open|more|next|previous|root|user|users|home|settings|"
    r"report|reports|history|compare|updated|created|workflows?|unknown|warning|error|name|field|required|comments|"
    r"timeline|embed|slug|login|log in|sign in|sign out|log out|moderators|approval|ago|apply|clear|reset|preview|toggle|"
    r"codec|byte|BadZipFile|encountered|loading|expand|collapse|move|copy|remove|insert|replace|status|snippets?|row|rows|import|imported|failed|skipped)\b",
    re.IGNORECASE,
)
#: Names of types and fields in the code, and addresses.
CODE = re.compile(r"\S*\?\w+|\b[\w-]+\.\w[\w.]*\b|\S+@\S+|https?://\S+")


def english_in(text: str) -> str:
    """Return the first English word of a text that a person reads, if any."""
    found = ENGLISH.search(CODE.sub("", re.sub(r"%\(\w+\)\w|{\w+}|<[^>]*>", "", text)))
    return found.group() if found else ""
