"""Adds a resource with a picture and a document to the running site, and opens a session: `python -m …`."""

import json
import sys
from io import BytesIO

import django

django.setup()

from django.contrib.auth import get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image

from home.models import ResourceIndexPage, ResourcePage, SiteDocument, SiteImage

if __name__ == "__main__":
    picture = BytesIO()
    Image.new("RGB", (1600, 900), "teal").save(picture, "JPEG")
    image = SiteImage(title="La place", file=ImageFile(BytesIO(picture.getvalue()), "place.jpg"))
    image.save()
    document = SiteDocument(title="Le programme")
    document.file.save("programme.txt", ContentFile(b"9 h : accueil"))
    page = ResourcePage(
        title="Une place pour tous",
        lead="Le programme d’une journée.",
        main_image=image,
        document=document,
    )
    ResourceIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    session = SessionStore()
    session["_auth_user_id"] = str(get_user_model().objects.earliest("pk").pk)
    session.save()
    json.dump(page.url, sys.stdout)
