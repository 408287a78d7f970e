"""What trackers have yet to be told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0002_images"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tracker", models.TextField(db_collation="C")),
                ("key", models.TextField(db_collation="C")),
                ("asset", models.UUIDField()),
                ("asset_path", models.TextField(db_collation="C")),
                ("asset_id", models.TextField(null=True)),
                ("time", models.DateTimeField()),
                ("document", models.TextField()),
                ("state", models.CharField(max_length=16)),
                ("attempts", models.IntegerField(default=0)),
                ("queued", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("tried", models.DateTimeField(null=True)),
                ("told", models.TextField(default="")),
                ("holder", models.UUIDField(null=True)),
                ("lease", models.DateTimeField(null=True)),
                ("actor", models.TextField()),
                ("on_behalf_of", models.TextField(default="")),
                ("tool", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tracker", "key"), name="rushes_outboxpost_key")
                ],
                "indexes": [
                    models.Index(fields=["asset", "time", "id"], name="rushes_outboxpost_asset"),
                    models.Index(fields=["state", "id"], name="rushes_outboxpost_state"),
                ],
            },
        ),
    ]
