"""Movements: ingests and deliveries on record, and the files of deliveries."""

import django.db.models.deletion
from django.db import migrations, models

from rushes.db.migrations import sql


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0012_kinds_of_posts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("key", models.UUIDField(unique=True)),
                ("name", models.CharField(max_length=255)),
                ("context", models.CharField(db_default="", default="", max_length=255)),
                ("order", models.JSONField(db_default={}, default=dict)),
                ("state", models.CharField(max_length=10)),
                ("done", models.BigIntegerField(db_default=0, default=0)),
                ("total", models.BigIntegerField(null=True)),
                ("note", models.TextField(db_default="", default="")),
                ("seen", models.DateTimeField(null=True)),
                ("counts", models.JSONField(db_default={}, default=dict)),
                ("told", models.TextField(db_default="", default="")),
                ("report", models.JSONField(db_default={}, default=dict)),
                ("outcome", models.BinaryField(null=True)),
                ("artist", models.CharField(max_length=255)),
                ("machine", models.TextField(db_default="", default="")),
                ("created", models.DateTimeField()),
                ("started", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("wanted", models.BooleanField(db_default=True, default=True)),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MovementFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                ("context", models.CharField(db_default="", default="", max_length=255)),
                ("key", models.UUIDField()),
                ("path", models.BinaryField()),
                ("size", models.BigIntegerField()),
                ("blake3", models.BinaryField()),
                ("digests", models.JSONField(db_default={}, default=dict)),
                ("source", models.TextField(db_default="", default="")),
                ("publish", models.BigIntegerField(null=True)),
                ("version", models.BigIntegerField(null=True)),
                ("frame", models.BigIntegerField(null=True)),
                ("earlier", models.BigIntegerField(null=True)),
                ("latest", models.BooleanField(db_default=False, default=False)),
                (
                    "movement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="rushes.movement",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MovementPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.IntegerField()),
                ("rows", models.JSONField()),
                (
                    "movement",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="rushes.movement",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["kind", "id"], name="rushes_movement_kind"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["project", "context", "id"], name="rushes_movement_context"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                fields=("project", "name"), name="rushes_movement_name"
            ),
        ),
        migrations.AddIndex(
            model_name="movementfile",
            index=models.Index(fields=["blake3", "id"], name="rushes_movementfile_blake3"),
        ),
        migrations.AddConstraint(
            model_name="movementfile",
            constraint=models.UniqueConstraint(
                fields=("movement", "position"), name="rushes_movementfile_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="movementfile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("latest", True)),
                fields=("project", "context", "key"),
                name="rushes_movementfile_latest",
            ),
        ),
        migrations.AddConstraint(
            model_name="movementpart",
            constraint=models.UniqueConstraint(
                fields=("movement", "part"), name="rushes_movementpart_part"
            ),
        ),
        migrations.RunSQL(sql("0013_movements"), migrations.RunSQL.noop),
    ]
