"""Scans that no session of the database belongs to, and until when they count as running."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0007_streams_of_assets"),
    ]

    operations = [
        migrations.AddField(
            model_name="staging",
            name="until",
            field=models.DateTimeField(null=True),
        ),
    ]
