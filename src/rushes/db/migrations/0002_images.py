"""Images' headers: structures, files, and the views that plain SQL reads."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from rushes.db.migrations import sql


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0001_storage_and_scans"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImageBase",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("kin", models.UUIDField(unique=True)),
                ("flags", models.IntegerField()),
                ("parts", models.IntegerField()),
                ("display_width", models.BigIntegerField(null=True)),
                ("display_height", models.BigIntegerField(null=True)),
                ("pixel_aspect", models.FloatField(null=True)),
                ("channel_count", models.IntegerField()),
                (
                    "compressions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "pixels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "layers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "views",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("software", models.TextField()),
                ("colour_space", models.TextField()),
                ("deep", models.BooleanField()),
                ("tiled", models.BooleanField()),
                ("multipart", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="ImageHeader",
            fields=[
                (
                    "base",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="rushes.imagebase",
                    ),
                ),
                ("data", models.BinaryField()),
                ("attributes", models.JSONField()),
                (
                    "names",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "varying",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("changing", models.JSONField()),
                ("listed", models.JSONField()),
                ("details", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="ImageSequence",
            fields=[
                (
                    "root",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.storageroot",
                    ),
                ),
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("key", models.UUIDField()),
                ("folder", models.TextField(db_collation="C")),
                ("head", models.TextField(db_collation="C")),
                ("tail", models.TextField(db_collation="C")),
                ("padding", models.IntegerField()),
                ("kind", models.TextField(db_collation="C")),
                ("subframe_digits", models.IntegerField()),
                ("show", models.TextField(db_collation="C")),
            ],
        ),
        migrations.CreateModel(
            name="ImageWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("word", models.TextField(db_collation="C")),
            ],
        ),
        migrations.CreateModel(
            name="ImageFile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "sequence_id",
                        "frame",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.imagebase",
                    ),
                ),
                (
                    "sequence",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="rushes.imagesequence",
                    ),
                ),
                ("frame", models.BigIntegerField()),
                ("size", models.BigIntegerField()),
                ("mtime_ns", models.BigIntegerField()),
                ("inspected", models.DateTimeField()),
                ("last_inspected", models.DateTimeField()),
                ("inspection_count", models.IntegerField()),
                ("width", models.IntegerField(null=True)),
                ("height", models.IntegerField(null=True)),
                ("header_hash", models.UUIDField(null=True)),
                ("delta", models.BinaryField()),
                ("problem", models.TextField()),
            ],
        ),
        migrations.AddIndex(
            model_name="imagebase",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["layers"], name="rushes_imagebase_layers"
            ),
        ),
        migrations.AddIndex(
            model_name="imagebase",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["channels"], name="rushes_imagebase_channels"
            ),
        ),
        migrations.AddIndex(
            model_name="imagebase",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["compressions"], name="rushes_imagebase_compr"
            ),
        ),
        migrations.AddIndex(
            model_name="imagebase",
            index=models.Index(fields=["display_width"], name="rushes_imagebase_width"),
        ),
        migrations.AddConstraint(
            model_name="imageword",
            constraint=models.UniqueConstraint(
                fields=("kind", "word"), name="rushes_imageword_word"
            ),
        ),
        migrations.AddIndex(
            model_name="imageheader",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["names"], name="rushes_imageheader_names"
            ),
        ),
        migrations.AddIndex(
            model_name="imageheader",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["varying"], name="rushes_imageheader_varying"
            ),
        ),
        migrations.AddIndex(
            model_name="imageheader",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False,
                fields=["attributes"],
                name="rushes_imageheader_attrs",
                opclasses=["jsonb_path_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="imagesequence",
            index=models.Index(fields=["show"], name="rushes_imageseq_show"),
        ),
        migrations.AddConstraint(
            model_name="imagesequence",
            constraint=models.UniqueConstraint(fields=("root", "key"), name="rushes_imageseq_key"),
        ),
        migrations.AddIndex(
            model_name="imagefile",
            index=models.Index(fields=["width"], name="rushes_imagefile_width"),
        ),
        migrations.AddIndex(
            model_name="imagebase",
            index=models.Index(fields=["channel_count"], name="rushes_imagebase_count"),
        ),
        migrations.RunSQL(sql("0002_images")),
    ]
