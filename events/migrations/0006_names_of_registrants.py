from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_choices_one_per_line'),
    ]

    operations = [
        migrations.AddField(
            model_name='registration',
            name='name_key',
            field=models.CharField(db_default='', default='', editable=False, max_length=240),
        ),
        migrations.AddField(
            model_name='registration',
            name='told_later',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='confirmation groupée'),
        ),
        migrations.RenameField(
            model_name='registration',
            old_name='form_key',
            new_name='content_key',
        ),
    ]
