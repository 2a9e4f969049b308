"""Giving a group its picture."""

from accounts.models import Group, GroupPicture
from accounts.pictures import Picture


def put_picture(group: Group, picture: Picture | None) -> dict[str, list[str]]:
    """Replaces the picture of a group that is held, None: takes it away.

    Returns the change for the group’s history: the version that was and the one that is, "" where
    there is none; nothing where it stays.
    """
    before = GroupPicture.objects.facts_of(group)
    was, now = before.version if before else "", picture.version if picture else ""
    if was == now:
        return {}
    if picture is None:
        GroupPicture.objects.filter(group=group).delete()
    else:
        said = {"width": picture.width, "height": picture.height, "version": picture.version}
        GroupPicture.objects.update_or_create(group=group, defaults=said | {"image": picture.image})
    return {"picture": [was, now]}
