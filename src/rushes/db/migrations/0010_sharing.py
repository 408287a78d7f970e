"""Playlists shared with people, usages that know their project, words of projects explained."""

import django.db.models.deletion
from django.db import migrations, models

from rushes.db.migrations import sql


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0009_telling_of_events"),
    ]

    operations = [
        migrations.AlterModelOptions("publish", {"verbose_name_plural": "publishes"}),
        migrations.AlterModelOptions("apitoken", {"verbose_name": "API token"}),
        migrations.RenameModel("ShotAssetUsage", "Usage"),
        migrations.RemoveConstraint("usage", "rushes_shotassetusage_pair"),
        migrations.AddConstraint(
            model_name="usage",
            constraint=models.UniqueConstraint(fields=("shot", "asset"), name="rushes_usage_asset"),
        ),
        migrations.AddField(
            model_name="usage",
            name="project",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="usages",
                to="rushes.project",
            ),
        ),
        migrations.RunSQL(sql("0010_usages"), migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="usage",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="usages",
                to="rushes.project",
            ),
        ),
        migrations.RemoveConstraint("membership", "rushes_membership_pair"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                fields=("project", "artist"), name="rushes_membership_artist"
            ),
        ),
        migrations.RunSQL(sql("0010_tags"), migrations.RunSQL.noop),
        migrations.RemoveConstraint("tag", "rushes_tag_name"),
        migrations.AlterField(
            model_name="tag",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="words",
                to="rushes.project",
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("project", "name"), name="rushes_tag_name"),
        ),
        migrations.AddField(
            model_name="tag",
            name="description",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="version",
            name="comment",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.CreateModel(
            name="PlaylistViewer",
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
                (
                    "playlist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="viewers",
                        to="rushes.playlist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("playlist", "artist"), name="rushes_playlistviewer_pair"
                    )
                ],
            },
        ),
        migrations.RunSQL(sql("0010_noting"), migrations.RunSQL.noop),
    ]
