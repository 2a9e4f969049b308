"""How answers are compressed (RFC 9110, section 8.4), the same bytes in every process."""

import gzip
import re
from collections.abc import Callable

import brotli

#: How many bytes an answer must have for it to be worth the while.
SMALLEST = 500

_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    # mtime: the same bytes from every process.
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
_WEIGHT = re.compile(r"\s*q=(0(?:\.\d*)?|1(?:\.0*)?)\s*")


def best(accepted: str) -> str:
    """The encoding that an Accept-Encoding header likes best; “identity” is none.

    What it refuses is not sent (RFC 9110, section 12.5.3), nor what has a weight that is none.
    """
    weights = {"br": 0.0, "gzip": 0.0}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        found = _WEIGHT.fullmatch(weight or "q=1")
        weights[name.strip()] = float(found[1]) if found else 0.0
    liked = max(("br", "gzip"), key=weights.__getitem__)
    return liked if weights[liked] else "identity"


def compressed(body: bytes, encoding: str) -> bytes:
    """The body in an encoding that `best` has named, or as it is."""
    return _COMPRESS[encoding](body) if encoding in _COMPRESS else body
