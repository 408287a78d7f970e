"""The mirror of sidecars, and the views that plain SQL reads."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from rushes.db.migrations import sql


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0003_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedAsset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("name", models.TextField(db_collation="C")),
                ("head", models.BinaryField()),
                ("length", models.IntegerField()),
                ("lost", models.IntegerField()),
                ("gone", models.DateTimeField(null=True)),
                (
                    "root",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.storageroot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hash", models.BinaryField()),
                ("position", models.IntegerField()),
                ("lost", models.DateTimeField(null=True)),
                ("mirrored", models.DateTimeField()),
                ("legacy", models.BooleanField()),
                ("qc_id", models.TextField(db_collation="C")),
                ("time", models.DateTimeField(null=True)),
                ("result", models.TextField(db_collation="C")),
                ("operator", models.TextField(db_collation="C")),
                ("policy", models.TextField(db_collation="C")),
                ("policy_version", models.TextField(db_collation="C")),
                ("policy_hash", models.TextField(db_collation="C")),
                ("content_hash", models.TextField(db_collation="C")),
                ("content_state", models.TextField(db_collation="C")),
                ("tracker_id", models.TextField(db_collation="C")),
                ("signature_algorithm", models.TextField(db_collation="C")),
                ("signature_key", models.TextField(db_collation="C")),
                ("data", models.BinaryField()),
                ("document", models.JSONField()),
                (
                    "asset",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="rushes.signedasset",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="signedasset",
            index=models.Index(
                models.F("root"),
                django.db.models.functions.text.Left("folder", 255),
                name="rushes_signedasset_folder",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedasset",
            constraint=models.UniqueConstraint(
                fields=("root", "key"), name="rushes_signedasset_key"
            ),
        ),
        migrations.AddIndex(
            model_name="signoff",
            index=models.Index(fields=["qc_id"], name="rushes_signoff_qc_id"),
        ),
        migrations.AddIndex(
            model_name="signoff",
            index=models.Index(fields=["time"], name="rushes_signoff_time"),
        ),
        migrations.AddIndex(
            model_name="signoff",
            index=models.Index(fields=["content_hash"], name="rushes_signoff_content"),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.UniqueConstraint(
                fields=("asset", "hash"), name="rushes_signoff_hash"
            ),
        ),
        migrations.RunSQL(sql("0004_sign_offs")),
    ]
