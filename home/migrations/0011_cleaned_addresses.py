from django.db import migrations

from home.forms.typed_rows import clean_rows


def clean(apps, schema_editor):
    clean_rows(apps.get_model('home', 'Subscriber'), addresses=['email'])


class Migration(migrations.Migration):

    dependencies = [('home', '0010_mail_areas')]

    operations = [migrations.RunPython(clean, migrations.RunPython.noop)]
