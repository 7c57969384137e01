from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat, Lower


def give_an_address(apps, schema_editor):
    """An account that lost its address gets one that nobody receives: `release` names it, and staff type the right one.

    The address that is left in allauth's table was never confirmed, and may be somebody else's.
    """
    apps.get_model('directory', 'User').objects.filter(email='').update(
        email=Concat(
            Value('adresse-perdue-'), Cast(F('pk'), models.CharField()), Value('@adresse.invalid')
        )
    )


class Migration(migrations.Migration):

    dependencies = [
        ('directory', '0012_activity'),
    ]

    operations = [
        migrations.RunPython(give_an_address, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(
                condition=~Q(email=''),
                name='user_email_not_empty',
                violation_error_message='Un compte a une adresse e-mail\xa0: saisissez-la.',
            ),
        ),
        migrations.AlterConstraint(
            model_name='user',
            name='user_email_any_case',
            constraint=models.UniqueConstraint(
                Lower('email'),
                name='user_email_any_case',
                violation_error_message='Un compte a déjà cette adresse e-mail.',
            ),
        ),
    ]
