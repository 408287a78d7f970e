"""Storage roots, scans, file sequences and folder use, with their pasts and staging."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("below", models.TextField(default=".")),
                ("state", models.CharField(db_index=True, max_length=16)),
                ("ordinal", models.BigIntegerField(blank=True, null=True)),
                ("started", models.DateTimeField()),
                ("finished", models.DateTimeField(blank=True, null=True)),
                ("actor", models.TextField()),
                ("on_behalf_of", models.TextField(blank=True, default="")),
                ("tool", models.TextField(blank=True, default="")),
                ("folders", models.BigIntegerField(default=0)),
                ("files", models.BigIntegerField(default=0)),
                ("sequences", models.BigIntegerField(default=0)),
                ("single_files", models.BigIntegerField(default=0)),
                ("size", models.BigIntegerField(default=0)),
                ("allocated", models.BigIntegerField(default=0)),
                ("hidden", models.BigIntegerField(default=0)),
                ("temporary", models.BigIntegerField(default=0)),
                ("special", models.BigIntegerField(default=0)),
                ("unread_folders", models.BigIntegerField(default=0)),
                ("errors", models.BigIntegerField(default=0)),
                ("warnings", models.BigIntegerField(default=0)),
                ("added", models.BigIntegerField(default=0)),
                ("removed", models.BigIntegerField(default=0)),
                ("changed", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="StagedFolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("files", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("allocated", models.BigIntegerField()),
                ("largest", models.BigIntegerField()),
                ("largest_name", models.TextField(db_collation="C")),
                ("oldest_ns", models.BigIntegerField()),
                ("newest_ns", models.BigIntegerField()),
                ("scan", models.BigIntegerField(db_index=True)),
                ("unread", models.BooleanField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StagedSequence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("head", models.TextField(db_collation="C")),
                ("tail", models.TextField(db_collation="C")),
                ("padding", models.IntegerField()),
                ("kind", models.TextField(db_collation="C")),
                ("subframe_digits", models.IntegerField()),
                ("frames", models.TextField(db_collation="C")),
                ("first_frame", models.BigIntegerField(null=True)),
                ("last_frame", models.BigIntegerField(null=True)),
                ("files", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("smallest", models.BigIntegerField()),
                ("largest", models.BigIntegerField()),
                ("oldest_ns", models.BigIntegerField()),
                ("newest_ns", models.BigIntegerField()),
                ("fingerprint", models.TextField(db_collation="C")),
                ("allocated", models.BigIntegerField()),
                ("empty", models.TextField(db_collation="C")),
                ("short", models.TextField(db_collation="C")),
                ("scan", models.BigIntegerField(db_index=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StorageRoot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("linux", models.TextField(blank=True, default="")),
                ("macos", models.TextField(blank=True, default="")),
                ("windows", models.TextField(blank=True, default="")),
                ("ordinal", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Staging",
            fields=[
                (
                    "scan",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="rushes.scan",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="scan",
            name="root",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scans",
                to="rushes.storageroot",
            ),
        ),
        migrations.CreateModel(
            name="FolderUseRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("files", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("allocated", models.BigIntegerField()),
                ("largest", models.BigIntegerField()),
                ("largest_name", models.TextField(db_collation="C")),
                ("oldest_ns", models.BigIntegerField()),
                ("newest_ns", models.BigIntegerField()),
                ("since", models.BigIntegerField()),
                (
                    "root",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.storageroot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FolderUsePast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("files", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("allocated", models.BigIntegerField()),
                ("largest", models.BigIntegerField()),
                ("largest_name", models.TextField(db_collation="C")),
                ("oldest_ns", models.BigIntegerField()),
                ("newest_ns", models.BigIntegerField()),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                (
                    "root",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.storageroot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SequenceRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("head", models.TextField(db_collation="C")),
                ("tail", models.TextField(db_collation="C")),
                ("padding", models.IntegerField()),
                ("kind", models.TextField(db_collation="C")),
                ("subframe_digits", models.IntegerField()),
                ("frames", models.TextField(db_collation="C")),
                ("first_frame", models.BigIntegerField(null=True)),
                ("last_frame", models.BigIntegerField(null=True)),
                ("files", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("smallest", models.BigIntegerField()),
                ("largest", models.BigIntegerField()),
                ("oldest_ns", models.BigIntegerField()),
                ("newest_ns", models.BigIntegerField()),
                ("fingerprint", models.TextField(db_collation="C")),
                ("allocated", models.BigIntegerField()),
                ("empty", models.TextField(db_collation="C")),
                ("short", models.TextField(db_collation="C")),
                ("since", models.BigIntegerField()),
                (
                    "root",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.storageroot",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("root"),
                        django.db.models.functions.text.Left("folder", 255),
                        name="rushes_sequence_folder",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("root", "key"), name="rushes_sequence_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="SequencePast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("head", models.TextField(db_collation="C")),
                ("tail", models.TextField(db_collation="C")),
                ("padding", models.IntegerField()),
                ("kind", models.TextField(db_collation="C")),
                ("subframe_digits", models.IntegerField()),
                ("frames", models.TextField(db_collation="C")),
                ("first_frame", models.BigIntegerField(null=True)),
                ("last_frame", models.BigIntegerField(null=True)),
                ("files", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("smallest", models.BigIntegerField()),
                ("largest", models.BigIntegerField()),
                ("oldest_ns", models.BigIntegerField()),
                ("newest_ns", models.BigIntegerField()),
                ("fingerprint", models.TextField(db_collation="C")),
                ("allocated", models.BigIntegerField()),
                ("empty", models.TextField(db_collation="C")),
                ("short", models.TextField(db_collation="C")),
                ("since", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                (
                    "root",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.storageroot",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["root", "until"], name="rushes_sequence_until"),
                    models.Index(fields=["root", "since"], name="rushes_sequence_since"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(fields=["root", "started", "id"], name="rushes_scan_started"),
        ),
        migrations.AddConstraint(
            model_name="scan",
            constraint=models.UniqueConstraint(
                fields=("root", "ordinal"), name="rushes_scan_ordinal"
            ),
        ),
        migrations.AddIndex(
            model_name="folderuserow",
            index=models.Index(
                models.F("root"),
                django.db.models.functions.text.Left("folder", 255),
                name="rushes_folder_folder",
            ),
        ),
        migrations.AddConstraint(
            model_name="folderuserow",
            constraint=models.UniqueConstraint(fields=("root", "key"), name="rushes_folder_key"),
        ),
        migrations.AddIndex(
            model_name="folderusepast",
            index=models.Index(fields=["root", "until"], name="rushes_folder_until"),
        ),
        # What a killed scan leaves here is worth nothing, so it is not worth a log either.
        migrations.RunSQL(
            [
                "ALTER TABLE rushes_staging SET UNLOGGED",
                "ALTER TABLE rushes_stagedsequence SET UNLOGGED",
                "ALTER TABLE rushes_stagedfolder SET UNLOGGED",
            ],
            migrations.RunSQL.noop,
        ),
    ]
