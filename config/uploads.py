"""Limits on uploaded files."""

from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler


class SmallUploads(MemoryFileUploadHandler):
    """Stores files in memory, up to MAX_UPLOAD_BYTES for all files of a request together.

    Otherwise anyone could fill the disk with files that no view expects. The rest is counted and
    discarded, so that a form can tell from the file's `size` that it is too large and still has
    everything that was typed. A request over MAX_REQUEST_BYTES is not read at all.
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
        self.remaining = settings.MAX_UPLOAD_BYTES

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        stored = raw_data[: self.remaining]
        self.remaining -= len(stored)
        self.file.write(stored)
