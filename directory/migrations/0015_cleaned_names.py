from django.db import migrations

from home.forms.typed_rows import clean_rows

NAMES = ['first_name', 'last_name']


def clean(apps, schema_editor):
    """Accounts by the same rule in both tables, so that an address stays the account's own."""
    clean_rows(apps.get_model('directory', 'User'), lines=NAMES, addresses=['email'])
    clean_rows(apps.get_model('account', 'EmailAddress'), addresses=['email'])
    clean_rows(apps.get_model('directory', 'Member'), lines=[*NAMES, 'role', 'city', 'phone'])
    for name in ('JoinRequest', 'ColleagueInvitation'):
        clean_rows(apps.get_model('directory', name), lines=NAMES, addresses=['email'])


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0014_departures_of_former_members'),
        ('account', '0009_emailaddress_unique_primary_email'),
    ]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
