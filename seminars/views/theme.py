"""The site's accent and the series' colours, as one small stylesheet."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from seminars.models import Series


def _stylesheet() -> str:
    coloured = Series.objects.exclude(colour="").order_by("pk").values_list("pk", "colour")
    return f":root{{--accent:{settings.SITE_ACCENT}}}\n" + "".join(
        f".series-{pk}{{--series:{colour}}}\n" for pk, colour in coloured
    )


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """`--accent` for the whole site and `--series` for whatever has the class `series-<id>`."""
    return HttpResponse(_stylesheet(), content_type="text/css; charset=utf-8")
