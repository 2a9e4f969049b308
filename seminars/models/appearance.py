"""Speakers, hosts and panelists at talks."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from seminars.models.speaker import Speaker
from seminars.text import markup


class Appearance(models.Model):
    """A person at a talk, with affiliation and biography as of that talk."""

    class Role(models.TextChoices):
        SPEAKER = "speaker", _("Speaker")
        HOST = "host", _("Host")
        PANELLIST = "panellist", _("Panelist")

    talk = models.ForeignKey("seminars.Talk", related_name="appearances", on_delete=models.CASCADE)
    speaker = models.ForeignKey(
        Speaker, verbose_name=_("speaker"), related_name="appearances", on_delete=models.PROTECT
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.SPEAKER)
    affiliation = models.CharField(_("affiliation"), max_length=300, blank=True)
    biography = models.TextField(_("biography"), blank=True)
    biography_html = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["talk", "speaker", "role"],
                name="appearance_once_per_role",
                violation_error_message=_("This speaker is listed twice."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["speaker", "host", "panellist"]),
                name="appearance_role_known",
            ),
        ]

    def __str__(self) -> str:
        return self.speaker.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.biography_html = markup.html(self.biography)
        if "biography" in (fields := kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*fields, "biography_html"}
        super().save(*args, **kwargs)
