"""Chapters of the writing guide about the screens of events (hook `register_guide_chapters`)."""

ANNOUNCE = "annoncer-un-evenement-avec-son-formulaire"
REGISTRATIONS = "suivre-les-inscriptions"
DAY = "les-feuilles-du-jour"
RECAP = "ecrire-le-compte-rendu-avec-des-photos"

CHAPTERS = {
    "page events.": ANNOUNCE,
    "page events.recappage": RECAP,
    "evenements": ANNOUNCE,
    "events_follow": ANNOUNCE,
    "events_move": ANNOUNCE,
    "events_new_edition": ANNOUNCE,
    "events_edition_changes": ANNOUNCE,
    "events_draft_recap": RECAP,
    "events_recap_notes": RECAP,
    "events_registration": REGISTRATIONS,
    "events_certificate": "les-attestations",
    "events_day": DAY,
    "events_absences": DAY,
    "events_tables": DAY,
    "events_delete_sheet_photo": DAY,
    "events_people": REGISTRATIONS,
    "events_announce_change": "prevenir-dun-changement",
    "events_thanks": "remercier",
    "events_quotations": "remercier",
    "events_write_to_group": "ecrire-aux-personnes-inscrites",
    "events_confirm_places": "la-liste-dattente",
}


def chapters() -> dict[str, str]:
    return CHAPTERS
