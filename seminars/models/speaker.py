"""People who give talks, who don't need an account."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.slugs import slug_for
from seminars import validators
from seminars.models.addresses import speaker_address
from seminars.text import markup


class Speaker(models.Model):
    """A person as they are now; each Appearance records them as of a talk."""

    name = models.CharField(_("name"), max_length=200)
    sort_name = models.CharField(
        _("sort name"),
        max_length=200,
        blank=True,
        help_text=_(
            "For example, “Malladi, Sadhika”. If blank, the last word of the name comes first."
        ),
    )
    affiliation = models.CharField(_("affiliation"), max_length=300, blank=True)
    homepage = models.URLField(_("homepage"), blank=True, validators=[validators.web_address])
    orcid = models.CharField(
        _("ORCID iD"), max_length=19, blank=True, validators=[validators.orcid_form]
    )
    biography = models.TextField(_("biography"), blank=True)
    biography_html = models.TextField(blank=True, editable=False)
    email = models.EmailField(
        _("email address"),
        blank=True,
        help_text=_("For organizers only. It is never shown elsewhere."),
    )

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["sort_name", "pk"]
        indexes = [models.Index(fields=["sort_name", "id"], name="speaker_by_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.affiliation})" if self.affiliation else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        self.biography_html = markup.html(self.biography)
        if "biography" in (fields := kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*fields, "biography_html"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return speaker_address(self.pk, self.name)

    @property
    def slug(self) -> str:
        """The readable last part of the speaker's address, which only the id identifies."""
        return slug_for(self.name, "speaker")

    def derive(self) -> None:
        """Fill in a blank sort name."""
        if not self.sort_name:
            first, _space, last = self.name.strip().rpartition(" ")
            self.sort_name = f"{last}, {first}" if first else last
