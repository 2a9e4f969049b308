"""gunicorn's worker, with a sentence for those whose request is too long for it."""

from typing import Any

from gunicorn import util
from gunicorn.http import message
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

#: How long the first line of a request may be, in bytes: somebody pastes a whole abstract into a
#: search, and each letter of another script is nine bytes of an address.
MAX_REQUEST_LINE = 40_000
# gunicorn has a bound of its own, which no setting moves but to none at all.
message.MAX_REQUEST_LINE = MAX_REQUEST_LINE

_SENTENCES = {
    LimitRequestLine: (
        414,
        "URI Too Long",
        "This address is too long: it may have 39,000 characters. Choose fewer filters.",
    ),
    LimitRequestHeaders: (
        431,
        "Request Header Fields Too Large",
        "Your program sent headers that are too long. In a browser, clear this site's cookies.",
    ),
}


# gunicorn's worker is not typed.
class Worker(ThreadWorker):  # type: ignore[misc]
    """Says what it refuses in plain text, where gunicorn has a bare page."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        known = _SENTENCES.get(type(exc))
        if known is None:
            super().handle_error(req, client, addr, exc)
            return
        self.log.warning("Refused a request: %s", exc)
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
            self.log.debug("Nobody waits for the refusal.")
