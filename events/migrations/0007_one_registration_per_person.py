from django.db import migrations, models
from django.db.models import Q

from home.french.names import name_key


def fold_names(apps, schema_editor):
    """Write the folded names, on registrations and on the messages that are about them."""
    emails = apps.get_model('home', 'OutgoingEmail').objects
    registrations = apps.get_model('events', 'Registration').objects
    people = registrations.exclude(name='').values_list('pk', 'name', 'email', 'uuid')
    for pk, name, email, uuid in list(people):
        key = name_key(name)
        registrations.filter(pk=pk).update(name_key=key)
        if email:
            emails.filter(recipient=email, dedup_key__contains=str(uuid)).update(name_key=key)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_names_of_registrants'),
        ('home', '0009_names_of_recipients'),
    ]

    operations = [
        # Rows were unique by event and address, so they are by name too.
        migrations.RunPython(fold_names, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='registration',
            name='registration_once_per_event',
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=Q(('state', 'active'), Q(('email', ''), _negated=True)), fields=('event', 'email', 'name_key'), name='registration_once_per_person'),
        ),
    ]
