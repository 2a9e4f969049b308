import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("seminars", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("talk", "Talk"),
                            ("speaker", "Speaker"),
                            ("venue", "Venue"),
                            ("series", "Series"),
                            ("topic", "Topic"),
                            ("audience", "Audience"),
                            ("department", "Department"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject_id", models.PositiveBigIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("duplicated", "Made from another talk"),
                            ("imported", "Imported"),
                            ("recorded", "Found as it was"),
                            ("edited", "Edited"),
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("announced", "Announced"),
                            ("postponed", "Postponed"),
                            ("rescheduled", "Given a new date"),
                            ("cancelled", "Cancelled"),
                            ("reinstated", "Reinstated"),
                            ("withdrawn", "Withdrawn"),
                            ("restored", "Restored"),
                            ("undone", "Taken back"),
                            ("restored version", "Brought back to an earlier version"),
                            ("erased", "Text erased"),
                        ],
                        max_length=20,
                    ),
                ),
                ("data", models.JSONField()),
            ],
            options={
                "verbose_name": "version",
                "verbose_name_plural": "versions",
                "ordering": ["subject", "subject_id", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "subject_id", "number"), name="version_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "subject__in",
                                [
                                    "talk",
                                    "speaker",
                                    "venue",
                                    "series",
                                    "topic",
                                    "audience",
                                    "department",
                                ],
                            )
                        ),
                        name="version_subject_known",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
