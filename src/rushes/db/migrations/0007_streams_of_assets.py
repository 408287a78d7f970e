"""Parts of different assets are numbered apart, whatever they are called."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0006_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="stream",
            name="asset_name",
            field=models.CharField(db_default="", default="", max_length=255),
        ),
        migrations.RemoveConstraint(model_name="stream", name="rushes_stream_key"),
        migrations.AddConstraint(
            model_name="stream",
            constraint=models.UniqueConstraint(
                fields=("kind", "task", "software", "part", "asset_name"),
                name="rushes_stream_names",
            ),
        ),
    ]
