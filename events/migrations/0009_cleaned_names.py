from django.db import DatabaseError, migrations, transaction

from home.french.names import name_key
from home.forms.typed_rows import clean_rows


def clean(apps, schema_editor):
    """Clean what was typed before the rule, then fold the names by the rule of today."""
    registration = apps.get_model('events', 'Registration')
    clean_rows(registration, lines=['name', 'organisation'], addresses=['email'])
    for row in registration.objects.exclude(name='').only('name', 'name_key', 'email', 'uuid'):
        fold_again(apps, row)


def fold_again(apps, row):
    """Write the key of a registration, and of the messages about it. One that a colleague has stays as it is."""
    key = name_key(row.name)
    if key == row.name_key:
        return
    try:
        with transaction.atomic():
            row.name_key = key
            row.save(update_fields=['name_key'])
    except DatabaseError:
        return
    emails = apps.get_model('home', 'OutgoingEmail').objects
    emails.filter(recipient=row.email, dedup_key__contains=str(row.uuid)).update(name_key=key)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0008_reinstated_registrations'),
        ('home', '0010_mail_areas'),
    ]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
