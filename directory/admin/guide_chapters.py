"""Chapters of the writing guide about the screens of the network (hook `register_guide_chapters`)."""

CHAPTERS = {
    "directory_": "admettre-un-membre",
    "directory_invitation": "deposer-un-document-ou-une-invitation",
}


def chapters() -> dict[str, str]:
    return CHAPTERS
