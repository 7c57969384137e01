"""What an event holds several of, without a table of its own."""

from wagtail import blocks


class EventSpeakerBlock(blocks.StructBlock):
    """Someone who speaks; only the name is needed."""

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
    """The dates at which a moved event should have begun."""

    date = blocks.DateTimeBlock(label="Date et heure prévues à l’origine", icon="date")
