"""The pictures of groups."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.group import Group

#: The box it is displayed in, in CSS pixels; it is stored larger, for high-resolution screens.
_DISPLAY_BOX = (480, 270)


class GroupPictureQuerySet(models.QuerySet["GroupPicture"]):
    def without_image(self, group: Group) -> "GroupPicture | None":
        """Return the group's picture without its bytes, which only the image view needs."""
        return self.filter(group=group).defer("image").first()


class GroupPicture(models.Model):
    """A picture as the site re-encoded it: WebP in sRGB, without metadata.

    It is stored in the database, so that backups and all machines have it, and in a table of its
    own, so that no list of groups loads it.
    """

    # No reverse accessor, which would load the bytes too.
    group = models.OneToOneField(Group, related_name="+", on_delete=models.CASCADE)
    image = models.BinaryField()
    #: In pixels.
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    #: A hash of the bytes, which is part of the address.
    version = models.CharField(max_length=16)

    objects = GroupPictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("group picture")
        verbose_name_plural = _("group pictures")

    def __str__(self) -> str:
        return f"{self.group} · {self.version}"

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height on a page, in CSS pixels; small pictures are not enlarged."""
        scale = min(1.0, _DISPLAY_BOX[0] / self.width, _DISPLAY_BOX[1] / self.height)
        return max(1, round(self.width * scale)), max(1, round(self.height * scale))
