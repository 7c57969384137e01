"""StreamField blocks of event pages."""

from wagtail import blocks

from home.blocks.date_fields import TypedDateTimeBlock


class EventSpeakerBlock(blocks.StructBlock):
    """A speaker; only the name is required."""

    name = blocks.CharBlock(label="Nom", max_length=120)
    role = blocks.CharBlock(label="Fonction", max_length=160, required=False)
    organisation = blocks.CharBlock(label="Structure", max_length=160, required=False)
    url = blocks.URLBlock(label="Adresse web", required=False)

    class Meta:
        icon = "user"
        label = "Intervenant·e"


class EventSpeakersBlock(blocks.StreamBlock):
    speaker = EventSpeakerBlock()


class PreviousDatesBlock(blocks.StreamBlock):
    """Original dates of a rescheduled event."""

    date = TypedDateTimeBlock(label="Date et heure prévues à l’origine", icon="date")
