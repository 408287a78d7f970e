"""Answers that are given again when a request is sent again."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0005_studio"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField(unique=True)),
                ("asked", models.BinaryField()),
                ("status", models.IntegerField(default=0)),
                ("head", models.JSONField(default=dict)),
                ("body", models.BinaryField(default=b"")),
                (
                    "created",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), db_index=True
                    ),
                ),
            ],
        ),
    ]
