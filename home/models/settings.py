"""Site settings edited by staff: identity, contacts, legal texts, retention periods, messages, accessibility, partners."""

import copy
import datetime
import re
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Site

from home.contrast import refuse_illegible
from home.french import count_of
from home.media.image_sizes import LOGO, plan_renditions
from home.media.renditions import prefetch_drawings
from home.models.querysets import one_or_none
from home.pdf import leaflets
from home.prefetch.facts import facts_of

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]
LINE_FEATURES = ["bold", "italic", "link"]

#: Scheme, host and port of a site: a source of the Content-Security-Policy.
ORIGIN = re.compile(
    r"https://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{1,5})?(?=/|\Z)",
    re.IGNORECASE,
)

hexadecimal = RegexValidator(r"\A#[0-9A-Fa-f]{6}\Z", "Une couleur s’écrit comme #17524A.")


class AccessibilityState(models.TextChoices):
    NONE = "non", "non conforme"
    PARTIAL = "partielle", "partiellement conforme"
    FULL = "totale", "totalement conforme"


class AlertKind(models.TextChoices):
    INFORMATION = "info", "information"
    WARNING = "alerte", "alerte"


class Identity(models.Model):
    name = models.CharField(
        "nom du réseau", max_length=120, default="Réseau régional des Territoires participatifs"
    )
    baseline = models.CharField(
        "phrase de présentation",
        max_length=255,
        blank=True,
        default="Celles et ceux qui font vivre la participation citoyenne en Hauts-de-France.",
        help_text="Une phrase, sous le nom, dans l’en-tête de l’accueil et le pied de page.",
    )
    logo = models.ForeignKey(
        "home.SiteImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="logo",
        help_text="Sans logo, le nom est écrit avec le motif du site.",
    )
    colour_action = models.CharField(
        "couleur des boutons", max_length=7, blank=True, validators=[hexadecimal, refuse_illegible]
    )
    colour_links = models.CharField(
        "couleur des liens et des titres",
        max_length=7,
        blank=True,
        validators=[hexadecimal, refuse_illegible],
    )

    class Meta:
        abstract = True


class Contacts(models.Model):
    contact_email = models.EmailField("adresse e-mail", blank=True)
    contact_phone = models.CharField("téléphone", max_length=30, blank=True)
    contact_person = models.CharField("personne à joindre", max_length=120, blank=True)
    postal_address = models.TextField("adresse postale", blank=True)
    linkedin_url = models.URLField("LinkedIn", blank=True)
    mastodon_url = models.URLField("Mastodon", blank=True)
    bluesky_url = models.URLField("Bluesky", blank=True)
    facebook_url = models.URLField("Facebook", blank=True)
    youtube_url = models.URLField("YouTube", blank=True)
    peertube_url = models.URLField("PeerTube", blank=True)

    class Meta:
        abstract = True

    @property
    def social_links(self) -> list[tuple[str, str]]:
        """Return (name, URL) of each social network that has a URL."""
        names = ("linkedin", "mastodon", "bluesky", "facebook", "youtube", "peertube")
        fields = [
            field for field in self._meta.fields if field.name in {f"{name}_url" for name in names}
        ]
        return [
            (str(field.verbose_name), getattr(self, field.name))
            for field in fields
            if getattr(self, field.name)
        ]


class LegalNotice(models.Model):
    publisher_name = models.CharField("éditeur", max_length=200, blank=True)
    publisher_status = models.CharField(
        "forme juridique et numéros", max_length=255, blank=True, help_text="Association, SIRET…"
    )
    publisher_address = models.TextField("adresse de l’éditeur", blank=True)
    publisher_phone = models.CharField("téléphone de l’éditeur", max_length=30, blank=True)
    publication_director = models.CharField(
        "directeur ou directrice de la publication", max_length=200, blank=True
    )
    host_name = models.CharField("hébergeur", max_length=200, blank=True)
    host_address = models.TextField("adresse de l’hébergeur", blank=True)
    host_phone = models.CharField("téléphone de l’hébergeur", max_length=30, blank=True)
    credits = RichTextField("crédits et droits de reproduction", features=TEXT_FEATURES, blank=True)

    class Meta:
        abstract = True


class PersonalData(models.Model):
    data_controller = models.CharField(
        "responsable de traitement",
        max_length=255,
        blank=True,
        help_text="L’organisme qui décide ; à défaut, l’éditeur.",
    )
    data_protection_officer = models.CharField(
        "délégué·e à la protection des données", max_length=255, blank=True
    )
    data_contact = models.EmailField(
        "adresse pour exercer ses droits", blank=True, help_text="À défaut, l’adresse de contact."
    )
    data_retention = RichTextField(
        "durées de conservation",
        features=TEXT_FEATURES,
        blank=True,
        default=(
            "<ul>"
            "<li>inscriptions aux rencontres : un an au plus après la rencontre ;</li>"
            "<li>fiches et comptes des membres : tant que dure l’adhésion, trente jours après un départ, "
            "trois ans au plus sans activité ;</li>"
            "<li>demandes d’adhésion refusées : trois mois ;</li>"
            "<li>abonnement à la lettre : jusqu’à votre désinscription ;</li>"
            "<li>journaux techniques : douze mois.</li>"
            "</ul>"
        ),
    )
    registration_purpose = models.TextField(
        "finalité",
        blank=True,
        default="organiser la rencontre, vous joindre à son sujet et en faire le bilan",
        help_text="Complète « Vos réponses servent à… ».",
    )
    registration_basis = models.TextField(
        "base légale",
        blank=True,
        default="votre demande d’inscription (mesures prises à votre demande)",
    )
    registration_recipients = models.TextField(
        "destinataires",
        blank=True,
        default="l’équipe qui anime le réseau et, pour le jour même, l’équipe d’accueil du lieu",
    )
    needs_kept_days = models.PositiveSmallIntegerField(
        "régimes alimentaires et besoins d’accès, en jours",
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    answers_kept_months = models.PositiveSmallIntegerField(
        "autres réponses, en mois",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    identity_kept_months = models.PositiveSmallIntegerField(
        "nom et adresse, en mois",
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    sheets_kept_years = models.PositiveSmallIntegerField(
        "photos des feuilles d’émargement signées, en années",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text="Après la rencontre\u00a0: aussi longtemps que vos financeurs peuvent les demander. Ensuite le site les efface.",
    )
    downloads_kept_days = models.PositiveSmallIntegerField(
        "qui a téléchargé une invitation, en jours",
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(1095)],
        help_text="L’équipe le voit, la personne le retrouve dans « Mes données ».",
    )
    registration_rights = models.TextField(
        "droits",
        blank=True,
        default=(
            "Vous pouvez demander à voir, corriger ou effacer ces données, en limiter l’usage "
            "ou vous y opposer, et saisir la CNIL."
        ),
    )

    class Meta:
        abstract = True

    @property
    def registration_retention(self) -> str:
        """Return the retention sentence shown under forms, built from the periods that the purge applies."""
        return (
            f"après la rencontre, {count_of(self.needs_kept_days, 'jour')} pour les régimes alimentaires et les besoins "
            f"d’accès, {self.answers_kept_months}\u00a0mois pour les autres réponses, {self.identity_kept_months}\u00a0mois pour "
            "le nom et l’adresse"
        )


class Certificates(models.Model):
    certificate_signer = models.CharField(
        "qui signe les attestations",
        max_length=120,
        blank=True,
        help_text="Prénom et nom. Sans eux, aucune attestation de présence n’est faite.",
    )
    certificate_signer_role = models.CharField(
        "sa fonction",
        max_length=160,
        blank=True,
        help_text="Par exemple\u00a0: directrice du réseau.",
    )

    class Meta:
        abstract = True


class Accessibility(models.Model):
    accessibility_state = models.CharField(
        "état de conformité",
        max_length=10,
        choices=AccessibilityState.choices,
        default=AccessibilityState.NONE,
        help_text="« Non conforme » tant qu’aucun audit ne dit autre chose.",
    )
    accessibility_audit = models.CharField(
        "audit", max_length=255, blank=True, help_text="Qui l’a mené et quand."
    )
    accessibility_rate = models.PositiveSmallIntegerField(
        "critères respectés (%)", null=True, blank=True
    )
    accessibility_issues = RichTextField(
        "contenus non accessibles", features=TEXT_FEATURES, blank=True
    )

    class Meta:
        abstract = True


class Partners(models.Model):
    partner_sites = models.TextField(
        "sites partenaires",
        blank=True,
        help_text="Une adresse par ligne, comme https://www.ville.fr. Ces sites, et eux seuls, peuvent montrer dans un cadre "
        "notre agenda, nos événements, nos actualités et nos comptes rendus.",
    )

    class Meta:
        abstract = True

    @property
    def partner_origins(self) -> list[str]:
        return self.partner_sites.split()

    def clean(self) -> None:
        """Keep the origins of the addresses. Raises ValidationError for a line that is not an address with https."""
        super().clean()
        lines = [line.strip() for line in self.partner_sites.splitlines() if line.strip()]
        wrong = [line for line in lines if not ORIGIN.match(line)]
        if wrong:
            sentence = f"«\u00a0{wrong[0]}\u00a0» n’est pas une adresse de site. Écrivez-la comme https://www.ville.fr."
            raise ValidationError({"partner_sites": sentence})
        found = [match[0].lower() for match in map(ORIGIN.match, lines) if match]
        self.partner_sites = "\n".join(dict.fromkeys(found))


class Messages(models.Model):
    alert_text = RichTextField(
        "message d’alerte",
        features=LINE_FEATURES,
        blank=True,
        help_text="Affiché en haut de toutes les pages publiques.",
    )
    alert_kind = models.CharField(
        "nature du message",
        max_length=10,
        choices=AlertKind.choices,
        default=AlertKind.INFORMATION,
    )
    alert_until = models.DateTimeField(
        "affiché jusqu’au",
        null=True,
        blank=True,
        help_text="Vide : jusqu’à ce que vous l’effaciez.",
    )
    newsletter_sentence = models.CharField(
        "phrase d’invitation à la lettre",
        max_length=255,
        blank=True,
        default="Nos rencontres, nos récits et nos ressources, une fois par mois.",
    )
    first_message_days = models.PositiveSmallIntegerField(
        "relire le premier message des nouveaux membres, en jours",
        default=30,
        validators=[MaxValueValidator(365)],
        help_text="Pendant ces jours après son arrivée, le premier message qu’une personne écrit à un autre membre attend "
        "qu’on l’ait relu. 0 : aucun n’est relu.",
    )

    class Meta:
        abstract = True

    def alert_at(self, now: datetime.datetime) -> str:
        """Return the alert to show at `now`, empty without one."""
        if self.alert_until is not None and self.alert_until <= now:
            return ""
        return self.alert_text


@register_setting(icon="cog")
class SiteSettings(
    Identity,
    Contacts,
    LegalNotice,
    PersonalData,
    Certificates,
    Accessibility,
    Partners,
    Messages,
    BaseSiteSetting,
):
    """All settings, on one tabbed form. Use `SiteSettings.for_request`, which reads them once per request."""

    select_related = ["logo", "site"]

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("name"),
                    FieldPanel("baseline"),
                    FieldPanel("logo"),
                    MultiFieldPanel(
                        [FieldPanel("colour_action"), FieldPanel("colour_links")],
                        heading="Couleurs",
                        help_text="Vide : les couleurs d’origine. Une couleur trop claire pour être lue est refusée.",
                    ),
                ],
                heading="Identité",
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("contact_email"),
                            FieldPanel("contact_phone"),
                            FieldPanel("contact_person"),
                            FieldPanel("postal_address"),
                        ],
                        heading="Nous joindre",
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("linkedin_url"),
                            FieldPanel("mastodon_url"),
                            FieldPanel("bluesky_url"),
                            FieldPanel("facebook_url"),
                            FieldPanel("youtube_url"),
                            FieldPanel("peertube_url"),
                        ],
                        heading="Réseaux sociaux",
                    ),
                ],
                heading="Contacts",
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("alert_text"),
                            FieldPanel("alert_kind"),
                            FieldPanel("alert_until"),
                        ],
                        heading="Bandeau d’alerte",
                    ),
                    FieldPanel("newsletter_sentence"),
                    FieldPanel("first_message_days"),
                ],
                heading="Messages",
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("publisher_name"),
                            FieldPanel("publisher_status"),
                            FieldPanel("publisher_address"),
                            FieldPanel("publisher_phone"),
                            FieldPanel("publication_director"),
                        ],
                        heading="Éditeur du site",
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("host_name"),
                            FieldPanel("host_address"),
                            FieldPanel("host_phone"),
                        ],
                        heading="Hébergeur",
                    ),
                    FieldPanel("credits"),
                ],
                heading="Mentions légales",
            ),
            ObjectList(
                [
                    FieldPanel("data_controller"),
                    FieldPanel("data_protection_officer"),
                    FieldPanel("data_contact"),
                    FieldPanel("data_retention"),
                    MultiFieldPanel(
                        [
                            FieldPanel("registration_purpose"),
                            FieldPanel("registration_basis"),
                            FieldPanel("registration_recipients"),
                            FieldPanel("registration_rights"),
                        ],
                        heading="Information donnée sous les formulaires d’inscription",
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("needs_kept_days"),
                            FieldPanel("answers_kept_months"),
                            FieldPanel("identity_kept_months"),
                        ],
                        heading="Inscriptions : ce qui est gardé après la rencontre",
                        help_text="Ensuite le site efface de lui-même, et garde les totaux. Dit sous les formulaires.",
                    ),
                    FieldPanel("sheets_kept_years"),
                    FieldPanel("downloads_kept_days"),
                ],
                heading="Données personnelles",
            ),
            ObjectList(
                [FieldPanel("certificate_signer"), FieldPanel("certificate_signer_role")],
                heading="Attestations",
            ),
            ObjectList(
                [
                    FieldPanel("accessibility_state"),
                    FieldPanel("accessibility_audit"),
                    FieldPanel("accessibility_rate"),
                    FieldPanel("accessibility_issues"),
                ],
                heading="Accessibilité",
            ),
            ObjectList([FieldPanel("partner_sites")], heading="Partenaires"),
        ]
    )

    class Meta:
        verbose_name = "réglages du site"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also set the name of Wagtail's site, which the back office shows."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self.logo:
                plan_renditions(self.logo, [LOGO, leaflets.LOGO])
            if self.site.site_name != self.name:
                self.site.site_name = self.name
                self.site.save(update_fields=["site_name"])

    @property
    def controller(self) -> str:
        """Return the data controller named in forms and legal texts."""
        return self.data_controller or self.publisher_name or self.name

    @property
    def rights_email(self) -> str:
        return self.data_contact or self.contact_email

    @classmethod
    def for_request(cls, request: HttpRequest) -> Self:
        """Return the settings of the request's site, read once per generation of the public site."""
        kept = vars(request)
        name = cls.get_cache_attr_name()
        if name not in kept:
            site = Site.find_for_request(request)
            shared = facts_of(request).get(("settings", site), lambda: cls.for_site(site))
            kept[name] = copy.copy(shared)
            kept[name]._request = request  # Wagtail's: its URLs then cost no query
        found: Self = kept[name]
        return found

    @classmethod
    def for_site(cls, site: Site | None) -> Self:
        """Return the site's settings, or unsaved defaults. Wagtail's method would create the missing row on a GET."""
        if site is None:
            raise cls.DoesNotExist("No site, no settings.")
        found = one_or_none(cls.base_queryset().filter(site=site)) or cls(site=site)
        if found.logo:
            prefetch_drawings([found.logo], [LOGO])
        return found

    @classmethod
    def of_network(cls) -> Self:
        """Return the settings of the default site in one query, for code without a request: messages, the clock."""
        # Not through `base_queryset`, which joins the logo and the site.
        return one_or_none(cls.objects.filter(site__is_default_site=True)) or cls()
