"""What may be sent along with a form: so far no form takes a file."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class SmallUploads(MemoryFileUploadHandler):
    """Keeps files in memory, within the limit that Django itself sets to forms without files.

    Without it, anybody could fill the disk with files that no view asked for.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 — the name is Django's
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Any:
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The request is larger than DATA_UPLOAD_MAX_MEMORY_SIZE.")
        return super().handle_raw_input(input_data, META, content_length, boundary, encoding)
