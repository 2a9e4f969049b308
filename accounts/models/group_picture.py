"""The picture that a group shows of itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group

#: The box that a page shows it in, in CSS pixels; it is kept large enough for dense screens.
_SHOWN = (480, 270)


class GroupPictureQuerySet(models.QuerySet["GroupPicture"]):
    def facts_of(self, group: Group) -> "GroupPicture | None":
        """The group's picture without its bytes, which only its own address reads."""
        return self.filter(group=group).defer("image").first()


class GroupPicture(models.Model):
    """A picture as the site itself has written it: WebP, in the sRGB of browsers, without metadata.

    It is a row of its own, so that backups and every machine have it and no list reads it.
    """

    # No way from a group to its picture: it would read the bytes along.
    group = models.OneToOneField(Group, related_name="+", on_delete=models.CASCADE)
    image = models.BinaryField()
    #: In pixels.
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    #: Made of the bytes, and part of the address.
    version = models.CharField(max_length=16)

    objects = GroupPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture of a group")
        verbose_name_plural = _("pictures of groups")

    def __str__(self) -> str:
        return f"{self.group} · {self.version}"

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height on a page, in CSS pixels; small pictures are not enlarged."""
        scale = min(1.0, _SHOWN[0] / self.width, _SHOWN[1] / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))
