"""Setting the picture of a group."""

from accounts.models import Group, GroupPicture
from accounts.pictures import Picture


def set_picture(group: Group, picture: Picture | None) -> dict[str, list[str]]:
    """Replace the picture of a locked group, or remove it for None.

    Return the change for the group’s history, the old and the new version with "" for no picture,
    or an empty dict if it stays the same.
    """
    before = GroupPicture.objects.without_image(group)
    old, new = before.version if before else "", picture.version if picture else ""
    if old == new:
        return {}
    if picture is None:
        GroupPicture.objects.filter(group=group).delete()
    else:
        values = {
            "image": picture.image,
            "width": picture.width,
            "height": picture.height,
            "version": picture.version,
        }
        GroupPicture.objects.update_or_create(group=group, defaults=values)
    return {"picture": [old, new]}
