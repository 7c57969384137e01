"""Images, site settings and presentation page of the demonstration."""

from django.core.files.images import ImageFile
from wagtail.models import Page

from home.models import HomePage, NewsPage, SiteImage, SiteSettings, StandardPage
from site_cms.demo.texts import HERE

#: Main images by page slug: file name and alternative text.
PICTURES = {
    "lille-quarante-personnes-posent-la-premiere-pierre": (
        "cercle",
        "Une douzaine de personnes debout en cercle",
    ),
    "arras-une-journee-pour-apprendre-a-cooperer": (
        "codeveloppement",
        "Un groupe assis en cercle, vu de dessus",
    ),
    "pays-de-la-loire-quatre-jours-onze-visites": ("voyage", "Un train vert traverse la campagne"),
    "amiens-ce-que-les-tiers-lieux-apprennent-aux-mairies": (
        "halle",
        "Une halle de brique à deux pignons",
    ),
    "annuaire-du-reseau": (
        "territoires",
        "Une carte où des cercles de couleur se recoupent et se relient",
    ),
    "appel-a-recits-concertations-ratees": (
        "papiers",
        "Un mur de papiers de couleur reliés par un fil",
    ),
    "entretien-tirage-au-sort-porte-a-porte": (
        "fenetre",
        "Deux personnes discutent devant une fenêtre",
    ),
    "forum-regional-ce-que-participer-veut-dire": (
        "restitution",
        "Trois cercles projetés devant une salle pleine",
    ),
    "guide-reunion-publique": ("livret", "Un livret ouvert"),
    "le-reseau": ("terril", "Quatre personnes dans un champ de colza, deux terrils à l’horizon"),
}
KINDS = {
    "appel-a-recits-concertations-ratees": "appel",
    "entretien-tirage-au-sort-porte-a-porte": "entretien",
}
BASELINE = (
    "Élues et élus, agents, associations, habitantes et habitants des Hauts-de-France qui partagent la décision, "
    "pour de vrai, au service des transitions."
)
NETWORK_BODY = [
    ("heading", {"text": "Ce que nous faisons", "level": "2"}),
    (
        "paragraph",
        (
            "<p>Le réseau réunit deux fois par an celles et ceux qui essaient d’ouvrir la décision : une fois pour se "
            "raconter, une fois pour s’entraider. Entre les deux, un annuaire, des voyages d’étude et des tables de "
            "codéveloppement.</p><ul><li><b>Se voir</b>, chaque fois dans un autre département</li><li><b>Se trouver</b>, "
            "par territoire, par thème, par ce que chacun propose</li><li><b>S’entraider</b>, sur des cas réels, en "
            "petits groupes</li><li><b>Raconter</b>, aussi ce qui a raté</li></ul>"
        ),
    ),
    ("heading", {"text": "Qui peut en être", "level": "2"}),
    (
        "paragraph",
        (
            "<p>Toute personne des Hauts-de-France qui travaille ou milite pour la participation, quel que soit son statut. "
            "L’adhésion est gratuite. On demande une seule chose : raconter, une fois par an, ce que l’on a essayé.</p>"
        ),
    ),
]


def dress_site() -> None:
    for slug, (name, alt) in PICTURES.items():
        page = Page.objects.filter(slug=slug).first()
        if page is not None and page.specific.main_image is None:
            show_picture(page.specific, name, alt)
    for slug, kind in KINDS.items():
        NewsPage.objects.filter(slug=slug).update(kind=kind)
    present_network()
    fill_settings()


def show_picture(page: Page, name: str, alt: str) -> None:
    page.main_image, page.main_image_alt = picture(name, alt), alt
    page.save_revision().publish()


def picture(name: str, alt: str) -> SiteImage:
    """Return the image of this name, created if missing."""
    image = SiteImage.objects.filter(title=name).first()
    if image is None:
        with (HERE / "media" / f"{name}.png").open("rb") as file:
            image = SiteImage.objects.create(
                title=name,
                description=alt,
                credit="Dessin du réseau",
                file=ImageFile(file, f"{name}.png"),
            )
    return image


def present_network() -> None:
    page = StandardPage.objects.filter(slug="le-reseau").first()
    if page is not None and not page.body:
        page.body = NETWORK_BODY
        page.save_revision().publish()
    home = HomePage.objects.get()
    if not home.lead:
        home.lead = f"<p>{BASELINE}</p>"
        home.save_revision().publish()


def fill_settings() -> None:
    """Fill the empty site settings; existing values are kept."""
    site_settings = SiteSettings.of_network()
    wanted = {
        "baseline": BASELINE,
        "contact_email": "reseau@example.org",
        "contact_phone": "03 00 00 00 00",
        "contact_person": "L’équipe d’animation",
        "postal_address": "Maison des réseaux\n1 place des Assemblées\n62000 Arras",
        "publisher_name": "Association de démonstration du réseau régional",
        "publisher_status": "Association loi 1901",
        "publisher_address": "1 place des Assemblées, 62000 Arras",
        "publication_director": "La présidence de l’association",
        "host_name": "Hébergeur de démonstration",
        "host_address": "2 rue du Serveur, 59000 Lille",
        "certificate_signer": "Agathe Rivière",
        "certificate_signer_role": "animatrice du réseau",
        "data_controller": "Association de démonstration du réseau régional",
        "data_contact": "donnees@example.org",
    }
    for name, value in wanted.items():
        if not getattr(site_settings, name):
            setattr(site_settings, name, value)
    site_settings.save()
