"""gunicorn's worker, which explains why it rejects a request that is too long."""

from typing import Any

from gunicorn import util
from gunicorn.http import message
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

#: The maximum length of a request's first line, in bytes: people paste whole abstracts into the
#: search, and each letter of another script takes nine bytes of a URL.
MAX_REQUEST_LINE = 40_000
# gunicorn has a limit of its own, which its setting can remove but not raise.
message.MAX_REQUEST_LINE = MAX_REQUEST_LINE

_SENTENCES = {
    LimitRequestLine: (
        414,
        "URI Too Long",
        "This URL is too long (the limit is 39,000 characters). Choose fewer filters.",
    ),
    LimitRequestHeaders: (
        431,
        "Request Header Fields Too Large",
        "The request headers are too long. In a browser, clear this site's cookies.",
    ),
}


# gunicorn's worker is not typed.
class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that rejects requests in plain text instead of with a bare page."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        known = _SENTENCES.get(type(exc))
        if known is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Rejected a request: %s", exc)
        status, reason, sentence = known
        head = (
            f"HTTP/1.1 {status} {reason}",
            "Connection: close",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(sentence) + 1}",
        )
        try:
            util.write_nonblock(client, "\r\n".join((*head, "", f"{sentence}\n")).encode())
        except OSError:
            self.log.debug("The client has already disconnected.")
