from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('home', '0008_heartbeats'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoingemail',
            name='name_key',
            field=models.CharField(db_default='', default='', editable=False, max_length=240),
        ),
    ]
