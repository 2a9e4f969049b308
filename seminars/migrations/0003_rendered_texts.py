"""Keeps the HTML of long texts beside their source, and makes it for the rows that are there."""

from typing import Any

from django.db import migrations, models

from seminars.text import markup

_TEXTS = [
    ("talk", "abstract"),
    ("appearance", "biography"),
    ("speaker", "biography"),
    ("series", "description"),
]


def _render(apps: Any, schema_editor: Any) -> None:
    for model, field in _TEXTS:
        rows = apps.get_model("seminars", model).objects.exclude(**{field: ""})
        for row in rows.iterator(chunk_size=500):
            html = markup.html(getattr(row, field))
            rows.filter(pk=row.pk).update(**{f"{field}_html": html})


class Migration(migrations.Migration):
    dependencies = [("seminars", "0002_version")]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name=f"{field}_html",
                field=models.TextField(blank=True, default="", editable=False),
                preserve_default=False,
            )
            for model, field in _TEXTS
        ),
        migrations.RunPython(_render, migrations.RunPython.noop),
    ]
