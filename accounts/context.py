"""Template context about the site's email."""

from django.conf import settings
from django.http import HttpRequest

from accounts.mail_backend import FOLDER_BACKEND


def mail(request: HttpRequest) -> dict[str, str]:
    """Return MAIL_FOLDER: the end of the folder that emails are written to, or "" with a server."""
    folder = settings.MAIL_FOLDER
    in_files = settings.EMAIL_BACKEND == FOLDER_BACKEND
    return {"MAIL_FOLDER": f"{folder.parent.name}/{folder.name}" if in_files else ""}
