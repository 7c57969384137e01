"""The members' sheet of an export, with the columns that `import_members` reads."""

from directory.models import Member
from home.page_folders.export import Folder
from home.spreadsheets import xlsx

NAME = "members.xlsx"
HEADINGS = (
    "Prénom", "Nom", "Adresse e-mail", "Organisation", "Fonction", "Commune", "Territoire", "Téléphone",
)  # fmt: skip


def add_members(folder: Folder) -> None:
    """Add a line per member, with the data that only the member and the team see."""
    members = Member.objects.select_related("organisation", "territory", "user").order_by("pk")
    lines = (
        [
            member.first_name, member.last_name, member.user.email if member.user else member.email, member.workplace,
            member.role, member.city, member.territory.code if member.territory else "", member.phone,
        ]
        for member in members.iterator(500)
    )  # fmt: skip
    folder.add(NAME, xlsx("Membres", HEADINGS, lines))
