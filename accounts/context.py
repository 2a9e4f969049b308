"""What templates know of the site's mail."""

from django.conf import settings
from django.http import HttpRequest

from accounts.mail import FOLDER_BACKEND


def mail(request: HttpRequest) -> dict[str, str]:
    """MAIL_FOLDER: where mail is put as files, without the path above it; empty with a server."""
    folder = settings.MAIL_FOLDER
    in_files = settings.EMAIL_BACKEND == FOLDER_BACKEND
    return {"MAIL_FOLDER": f"{folder.parent.name}/{folder.name}" if in_files else ""}
