"""What wakes the sealer; webhooks' owners, and how far each was told."""

import django.db.models.deletion
from django.db import migrations, models

from rushes.db.migrations import sql


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0008_scans_over_the_network"),
    ]

    operations = [
        migrations.RemoveField(model_name="webhook", name="failing_since"),
        migrations.RemoveField(model_name="webhook", name="position"),
        migrations.RemoveField(model_name="webhook", name="told"),
        migrations.AddField(
            model_name="webhook",
            name="is_active",
            field=models.BooleanField(db_default=True, default=True),
        ),
        # There was no way to make one before.
        migrations.AddField(
            model_name="webhook",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="webhooks",
                to="rushes.artist",
            ),
        ),
        migrations.CreateModel(
            name="WebhookProgress",
            fields=[
                (
                    "webhook",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="progress",
                        serialize=False,
                        to="rushes.webhook",
                    ),
                ),
                ("position", models.BigIntegerField(db_default=0, default=0)),
                ("delivered", models.DateTimeField(null=True)),
                ("failures", models.IntegerField(db_default=0, default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("due", models.DateTimeField(null=True)),
                ("paused", models.DateTimeField(null=True)),
                ("told", models.TextField(db_default="", default="")),
            ],
        ),
        migrations.RunSQL(sql("0009_waking"), migrations.RunSQL.noop),
    ]
