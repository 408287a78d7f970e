"""Keys of reservations: what their holders prove with that they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0013_movements"),
    ]

    operations = [
        migrations.AddField(
            model_name="reservation",
            name="key",
            field=models.CharField(db_default="", default="", max_length=255),
        ),
    ]
