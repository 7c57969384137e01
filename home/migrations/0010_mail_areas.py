from django.db import migrations, models
from django.db.models import Q

EVENTS = (
    'registration-', 'already-registered:', 'address-to-confirm:', 'place-given:', 'places-to-give:', 'reminder:',
    'event-changed:', 'group-message:',
)
SITE = ('lettre', 'export', 'trop de demandes', 'message du site')


def tell_areas(apps, schema_editor):
    """Messages of events by their key, those of the site by their kind; the others are about members and accounts."""
    rows = apps.get_model('home', 'OutgoingEmail').objects
    rows.update(area='members')
    about_the_site, of_events = Q(), Q(kind__startswith='message groupé') | Q(kind='inscription non enregistrée')
    for kind in SITE:
        about_the_site |= Q(kind__startswith=kind)
    for key in EVENTS:
        of_events |= Q(dedup_key__startswith=key)
    rows.filter(about_the_site).update(area='site')
    rows.filter(of_events).update(area='events')


class Migration(migrations.Migration):

    dependencies = [
        ('home', '0009_names_of_recipients'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoingemail',
            name='area',
            field=models.CharField(choices=[('site', 'site et lettre'), ('events', 'inscriptions'), ('members', 'membres et comptes')], default='site', editable=False, max_length=10, verbose_name='domaine'),
        ),
        migrations.RunPython(tell_areas, migrations.RunPython.noop),
    ]
