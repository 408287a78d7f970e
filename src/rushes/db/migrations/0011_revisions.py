"""Memberships, usages, tags and kinds of work count their writes, as all other records do."""

from django.db import migrations, models

from rushes.db.migrations import sql

_KINDS = ("membership", "usage", "tag", "tasktype")


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0010_sharing"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name=kind,
                name="revision",
                field=models.IntegerField(db_default=1, default=1),
            )
            for kind in _KINDS
        ),
        migrations.RunSQL(sql("0011_revisions"), migrations.RunSQL.noop),
    ]
