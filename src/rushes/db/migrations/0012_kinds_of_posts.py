"""Posts say what they tell: those there were tell results of quality checks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rushes", "0011_revisions"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboxpost",
            name="kind",
            field=models.CharField(db_default="qc-result", default="qc-result", max_length=16),
        ),
    ]
