"""What may be sent along with a form."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class SmallUploads(MemoryFileUploadHandler):
    """Keeps files in memory, MAX_UPLOAD_BYTES bytes of all of them together.

    Otherwise anybody could fill the disk with files that no view asked for. What is beyond is
    counted and thrown away, so that a form can say by the file's `size` that it is too large, and
    has all else that was typed; beyond MAX_REQUEST_BYTES the request is not read at all.
    """

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803 — the name is Django's
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Any:
        if content_length > settings.MAX_REQUEST_BYTES:
            raise RequestDataTooBig("The request is larger than MAX_REQUEST_BYTES.")
        self.activated = True
        self.room = settings.MAX_UPLOAD_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        kept = raw_data[: self.room]
        self.room -= len(kept)
        self.file.write(kept)
