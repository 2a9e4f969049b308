from django.db import migrations


class Migration(migrations.Migration):
    """Has every talk's words read again, for there are more of them (seminars/search/query.py)."""

    dependencies = [
        ("seminars", "0015_census"),
    ]

    operations = [
        # They are read at the end of `migrate` (seminars/apps.py).
        migrations.RunSQL(
            "INSERT INTO seminars_unindexed (talk_id) SELECT id FROM seminars_talk",
            migrations.RunSQL.noop,
        ),
    ]
