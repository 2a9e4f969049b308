"""The site's accent and the series' colors as a small stylesheet."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from seminars.models import Series


def _stylesheet() -> str:
    colors = Series.objects.exclude(colour="").order_by("pk").values_list("pk", "colour")
    return f":root{{--accent:{settings.SITE_ACCENT}}}\n" + "".join(
        f".series-{pk}{{--series:{color}}}\n" for pk, color in colors
    )


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """Set `--accent` for the whole site, and `--series` for the class `series-<id>`."""
    return HttpResponse(_stylesheet(), content_type="text/css; charset=utf-8")
