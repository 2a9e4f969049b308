"""Who talks are intended for."""

from django.utils.translation import gettext_lazy as _

from accounts import legacy_ids
from seminars.models.named import Numbered


class Audience(Numbered):
    KNOWN_IDS = {"faculty/staff": 1, "student": 3}

    class Meta(Numbered.Meta):
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [legacy_ids.own_id_constraint("legacy_id", "audience_legacy_id_free")]
