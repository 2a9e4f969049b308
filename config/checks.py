"""Checks that `manage.py check --deploy`, and therefore `make check`, runs on the whole project."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.template import TemplateSyntaxError
from django.template.loader import get_template
from django.utils import timezone

from config import zone_data


@register(Tags.templates, deploy=True)
def templates_compile(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report templates that do not compile, for example because a tag does not exist."""
    errors: list[CheckMessage] = []
    folder = Path(settings.ROOT, "templates")
    for path in sorted(folder.rglob("*.*")):
        name = path.relative_to(folder).as_posix()
        try:
            get_template(name)
        except TemplateSyntaxError as error:
            errors.append(Error(f"{name}: {error}", id="seminars.E001"))
    return errors


@register(deploy=True)
def zone_data_is_current(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn about time zone data that is over a year old."""
    if not zone_data.is_outdated(timezone.now()):
        return []
    return [
        checks.Warning(
            f"The time zone data ({zone_data.release()}) is over a year old.",
            hint="Update Seminars, or tzdata in requirements/run.txt.",
            id="seminars.W001",
        )
    ]
