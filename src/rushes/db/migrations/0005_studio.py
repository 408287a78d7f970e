"""The studio's records, and what the database does at every write of them."""

import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from rushes.db.migrations import sql


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0004_sign_offs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Artist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("login", models.CharField(max_length=120, unique=True)),
                ("name", models.CharField(blank=True, db_default="", default="", max_length=255)),
                ("email", models.EmailField(blank=True, db_default="", default="", max_length=254)),
                (
                    "department",
                    models.CharField(blank=True, db_default="", default="", max_length=60),
                ),
                ("is_active", models.BooleanField(db_default=True, default=True)),
                ("is_admin", models.BooleanField(db_default=False, default=False)),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("code", models.CharField(db_collation="C", max_length=120, unique=True)),
                ("name", models.CharField(blank=True, db_default="", default="", max_length=255)),
                ("status", models.CharField(db_default="active", default="active", max_length=40)),
                ("fps", models.CharField(db_default="24", default="24", max_length=20)),
                ("width", models.IntegerField(db_default=2048, default=2048)),
                ("height", models.IntegerField(db_default=858, default=858)),
                (
                    "colour_space",
                    models.CharField(db_default="ACEScg", default="ACEScg", max_length=120),
                ),
                ("frame_start", models.IntegerField(db_default=1001, default=1001)),
                ("frame_end", models.IntegerField(db_default=1100, default=1100)),
                ("handles", models.IntegerField(db_default=8, default=8)),
                ("roots", models.JSONField(blank=True, db_default={}, default=dict)),
                ("templates", models.JSONField(blank=True, db_default={}, default=dict)),
                (
                    "shot_grammar",
                    models.CharField(blank=True, db_default="", default="", max_length=120),
                ),
                ("workflow", models.JSONField(blank=True, db_default={}, default=dict)),
                ("custom_schema", models.JSONField(blank=True, db_default={}, default=dict)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Stream",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("software", models.CharField(max_length=60)),
                ("part", models.CharField(db_default="", default="", max_length=255)),
            ],
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="rushes.artist"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("actor", models.TextField()),
                ("on_behalf_of", models.TextField(db_default="", default="")),
                ("tool", models.TextField(db_default="", default="")),
                ("action", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=40)),
                ("target", models.BigIntegerField()),
                ("project", models.BigIntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("position", models.BigIntegerField(null=True, unique=True)),
                ("seal", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "target", "id"], name="rushes_event_target"),
                    models.Index(
                        condition=models.Q(("position__isnull", True)),
                        fields=["id"],
                        name="rushes_event_unsealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Playlist",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("name", models.CharField(max_length=255)),
                ("description", models.TextField(blank=True, db_default="", default="")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="playlists",
                        to="rushes.project",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("code", models.CharField(db_collation="C", max_length=120)),
                ("name", models.CharField(blank=True, db_default="", default="", max_length=255)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="episodes",
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("code", models.CharField(db_collation="C", max_length=120)),
                ("type", models.CharField(db_default="prop", default="prop", max_length=60)),
                ("status", models.CharField(db_default="design", default="design", max_length=40)),
                ("description", models.TextField(blank=True, db_default="", default="")),
                ("tags", models.JSONField(blank=True, db_default=[], default=list)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("digest", models.BinaryField(unique=True)),
                ("hint", models.CharField(max_length=12)),
                ("scopes", models.JSONField(default=list)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires", models.DateTimeField(blank=True, null=True)),
                ("last_used", models.DateTimeField(blank=True, null=True)),
                ("revoked", models.DateTimeField(blank=True, null=True)),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="rushes.artist",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sequence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("fps", models.CharField(blank=True, max_length=20, null=True)),
                ("width", models.IntegerField(blank=True, null=True)),
                ("height", models.IntegerField(blank=True, null=True)),
                ("colour_space", models.CharField(blank=True, max_length=120, null=True)),
                ("code", models.CharField(db_collation="C", max_length=120)),
                ("name", models.CharField(blank=True, db_default="", default="", max_length=255)),
                (
                    "episode",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.episode",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sequences",
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Shot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("fps", models.CharField(blank=True, max_length=20, null=True)),
                ("width", models.IntegerField(blank=True, null=True)),
                ("height", models.IntegerField(blank=True, null=True)),
                ("colour_space", models.CharField(blank=True, max_length=120, null=True)),
                ("code", models.CharField(db_collation="C", max_length=120)),
                ("description", models.TextField(blank=True, db_default="", default="")),
                (
                    "status",
                    models.CharField(
                        db_default="not_started", default="not_started", max_length=40
                    ),
                ),
                ("frame_in", models.IntegerField(blank=True, null=True)),
                ("frame_out", models.IntegerField(blank=True, null=True)),
                ("cut_in", models.IntegerField(blank=True, null=True)),
                ("cut_out", models.IntegerField(blank=True, null=True)),
                ("handles", models.IntegerField(blank=True, null=True)),
                ("tags", models.JSONField(blank=True, db_default=[], default=list)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shots",
                        to="rushes.project",
                    ),
                ),
                (
                    "sequence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shots",
                        to="rushes.sequence",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ShotAssetUsage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("count", models.IntegerField(db_default=1, default=1)),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="usages",
                        to="rushes.asset",
                    ),
                ),
                (
                    "shot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="usages",
                        to="rushes.shot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(unique=True)),
                ("version", models.IntegerField()),
                ("iteration", models.IntegerField()),
                ("path", models.TextField(db_default="", default="")),
                ("artist", models.CharField(max_length=120)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("expires", models.DateTimeField()),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reservations",
                        to="rushes.stream",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("colour", models.CharField(blank=True, db_default="", default="", max_length=20)),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("name", models.CharField(db_collation="C", max_length=120)),
                (
                    "status",
                    models.CharField(
                        db_default="not_started", default="not_started", max_length=40
                    ),
                ),
                ("priority", models.IntegerField(db_default=20, default=20)),
                ("bid_hours", models.FloatField(blank=True, null=True)),
                ("actual_hours", models.FloatField(blank=True, null=True)),
                ("starts", models.DateField(blank=True, null=True)),
                ("due", models.DateField(blank=True, null=True)),
                ("description", models.TextField(blank=True, db_default="", default="")),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="rushes.asset",
                    ),
                ),
                (
                    "assignees",
                    models.ManyToManyField(
                        related_name="tasks", through="rushes.Assignment", to="rushes.artist"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="rushes.project",
                    ),
                ),
                (
                    "sequence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="rushes.sequence",
                    ),
                ),
                (
                    "shot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="rushes.shot",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="stream",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="streams",
                to="rushes.task",
            ),
        ),
        migrations.CreateModel(
            name="Publish",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("software", models.CharField(max_length=60)),
                ("part", models.CharField(blank=True, db_default="", default="", max_length=255)),
                (
                    "asset_name",
                    models.CharField(blank=True, db_default="", default="", max_length=255),
                ),
                ("label", models.CharField(blank=True, db_default="", default="", max_length=255)),
                ("version", models.IntegerField()),
                ("iteration", models.IntegerField()),
                (
                    "status",
                    models.CharField(db_default="published", default="published", max_length=20),
                ),
                ("is_latest", models.BooleanField(db_default=False, default=False)),
                ("path", models.TextField(blank=True, db_default="", default="")),
                ("item_usd_path", models.TextField(blank=True, db_default="", default="")),
                ("asset_usd_path", models.TextField(blank=True, db_default="", default="")),
                ("preview_path", models.TextField(blank=True, db_default="", default="")),
                ("comment", models.TextField(blank=True, db_default="", default="")),
                ("metadata", models.JSONField(blank=True, db_default={}, default=dict)),
                ("components", models.JSONField(blank=True, db_default=[], default=list)),
                ("links", models.JSONField(blank=True, db_default=[], default=list)),
                (
                    "artist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.artist",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.asset",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publishes",
                        to="rushes.project",
                    ),
                ),
                (
                    "sequence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.sequence",
                    ),
                ),
                (
                    "shot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.shot",
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publishes",
                        to="rushes.stream",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publishes",
                        to="rushes.task",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="assignment",
            name="task",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="rushes.task"),
        ),
        migrations.CreateModel(
            name="TaskType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(db_collation="C", max_length=120)),
                ("name", models.CharField(blank=True, db_default="", default="", max_length=120)),
                ("position", models.IntegerField(db_default=0, default=0)),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="rushes.project",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="task",
            name="type",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tasks",
                to="rushes.tasktype",
            ),
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("number", models.IntegerField()),
                ("name", models.CharField(max_length=255)),
                (
                    "status",
                    models.CharField(db_default="pending", default="pending", max_length=40),
                ),
                ("frames_path", models.TextField(blank=True, db_default="", default="")),
                ("movie_path", models.TextField(blank=True, db_default="", default="")),
                ("frame_in", models.IntegerField(blank=True, null=True)),
                ("frame_out", models.IntegerField(blank=True, null=True)),
                ("description", models.TextField(blank=True, db_default="", default="")),
                (
                    "artist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.artist",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="rushes.project",
                    ),
                ),
                (
                    "publish",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        to="rushes.publish",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="rushes.task",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlaylistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                (
                    "playlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="rushes.playlist",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="rushes.version"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("url", models.TextField()),
                ("secret", models.TextField()),
                ("kinds", models.JSONField(blank=True, db_default=[], default=list)),
                ("position", models.BigIntegerField(db_default=0, default=0)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("told", models.TextField(blank=True, db_default="", default="")),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="rushes.project",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Workfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("software", models.CharField(max_length=60)),
                ("version", models.IntegerField()),
                ("iteration", models.IntegerField()),
                ("path", models.TextField()),
                ("comment", models.TextField(blank=True, db_default="", default="")),
                ("metadata", models.JSONField(blank=True, db_default={}, default=dict)),
                (
                    "artist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.artist",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workfiles",
                        to="rushes.project",
                    ),
                ),
                (
                    "stream",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workfiles",
                        to="rushes.stream",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="workfiles",
                        to="rushes.task",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.IntegerField(db_default=1, default=1)),
                (
                    "created",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "updated",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("archived", models.DateTimeField(blank=True, null=True)),
                ("custom", models.JSONField(blank=True, db_default={}, default=dict)),
                ("kind", models.CharField(max_length=40)),
                ("target", models.BigIntegerField()),
                ("text", models.TextField()),
                ("attachments", models.JSONField(blank=True, db_default=[], default=list)),
                ("annotations", models.JSONField(blank=True, db_default=[], default=list)),
                (
                    "artist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="rushes.artist",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="rushes.project",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "target", "id"], name="rushes_note_target")
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="rushes.artist",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="rushes.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "artist"), name="rushes_membership_pair"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "admin",
                                    "supervisor",
                                    "coordinator",
                                    "artist",
                                    "vendor",
                                    "client",
                                ],
                            )
                        ),
                        name="rushes_membership_role",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.UniqueConstraint(
                fields=("project", "code"), name="rushes_episode_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.UniqueConstraint(
                fields=("project", "code"), name="rushes_asset_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="sequence",
            constraint=models.UniqueConstraint(
                fields=("project", "episode", "code"),
                name="rushes_sequence_code",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="shot",
            index=models.Index(fields=["project", "id"], name="rushes_shot_project"),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.UniqueConstraint(
                fields=("sequence", "code"), name="rushes_shot_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.CheckConstraint(
                condition=models.Q(("frame_out__gte", models.F("frame_in"))),
                name="rushes_shot_frames",
            ),
        ),
        migrations.AddConstraint(
            model_name="shot",
            constraint=models.CheckConstraint(
                condition=models.Q(("cut_out__gte", models.F("cut_in"))), name="rushes_shot_cut"
            ),
        ),
        migrations.AddConstraint(
            model_name="shotassetusage",
            constraint=models.UniqueConstraint(
                fields=("shot", "asset"), name="rushes_shotassetusage_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="reservation",
            constraint=models.UniqueConstraint(
                fields=("stream", "version", "iteration"), name="rushes_reservation_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(
                fields=("project", "name"), name="rushes_tag_name", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="stream",
            constraint=models.UniqueConstraint(
                fields=("kind", "task", "software", "part"), name="rushes_stream_key"
            ),
        ),
        migrations.AddIndex(
            model_name="publish",
            index=models.Index(fields=["project", "id"], name="rushes_publish_project"),
        ),
        migrations.AddIndex(
            model_name="publish",
            index=models.Index(fields=["asset_name", "part"], name="rushes_publish_part"),
        ),
        migrations.AddConstraint(
            model_name="publish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asset__isnull", False), ("sequence__isnull", True), ("shot__isnull", True)
                    ),
                    models.Q(
                        ("asset__isnull", True), ("sequence__isnull", False), ("shot__isnull", True)
                    ),
                    models.Q(
                        ("asset__isnull", True), ("sequence__isnull", True), ("shot__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="rushes_publish_one_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="publish",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["draft", "pending", "approved", "published", "deprecated", "failed"],
                    )
                ),
                name="rushes_publish_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="publish",
            constraint=models.UniqueConstraint(
                fields=("stream", "version", "iteration"), name="rushes_publish_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="publish",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_latest", True)),
                fields=("stream",),
                name="rushes_publish_latest",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.UniqueConstraint(
                fields=("task", "artist"), name="rushes_assignment_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="tasktype",
            constraint=models.UniqueConstraint(
                fields=("project", "code"), name="rushes_tasktype_code", nulls_distinct=False
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(fields=["project", "id"], name="rushes_task_project"),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asset__isnull", False), ("sequence__isnull", True), ("shot__isnull", True)
                    ),
                    models.Q(
                        ("asset__isnull", True), ("sequence__isnull", False), ("shot__isnull", True)
                    ),
                    models.Q(
                        ("asset__isnull", True), ("sequence__isnull", True), ("shot__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="rushes_task_one_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                fields=("asset", "sequence", "shot", "type", "name"),
                name="rushes_task_name",
                nulls_distinct=False,
            ),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["project", "id"], name="rushes_version_project"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("task", "number"), name="rushes_version_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="playlistitem",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("playlist", "position"),
                name="rushes_playlistitem_position",
            ),
        ),
        migrations.AddIndex(
            model_name="workfile",
            index=models.Index(fields=["project", "id"], name="rushes_workfile_project"),
        ),
        migrations.AddConstraint(
            model_name="workfile",
            constraint=models.UniqueConstraint(
                fields=("stream", "version", "iteration"), name="rushes_workfile_number"
            ),
        ),
        # Before the triggers: nobody wrote them.
        migrations.RunSQL(sql("0005_task_types"), migrations.RunSQL.noop),
        migrations.RunSQL(sql("0005_studio"), migrations.RunSQL.noop),
    ]
