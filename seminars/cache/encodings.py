"""How responses are compressed (RFC 9110, section 8.4): to the same bytes in every process."""

import gzip
import re
from collections.abc import Callable

import brotli

#: Smaller responses, in bytes, are not worth compressing.
MIN_SIZE = 500

_COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    # mtime: the same bytes from every process.
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
_WEIGHT = re.compile(r"\s*q=(0(?:\.\d*)?|1(?:\.0*)?)\s*")


def best(accepted: str) -> str:
    """Return the encoding that an Accept-Encoding header prefers; “identity” is no compression.

    An encoding that it refuses (RFC 9110, section 12.5.3), or with an invalid weight, is not used.
    """
    weights = _weights(accepted)
    preferred = max(("br", "gzip"), key=weights.__getitem__)
    return preferred if weights[preferred] else "identity"


def accepts(accepted: str, encoding: str) -> bool:
    """Whether an Accept-Encoding header accepts the encoding."""
    return _weights(accepted).get(encoding, 0) > 0


def _weights(accepted: str) -> dict[str, float]:
    weights = {"br": 0.0, "gzip": 0.0}
    for part in accepted.lower().split(","):
        name, _semicolon, parameter = part.partition(";")
        weight = _WEIGHT.fullmatch(parameter or "q=1")
        weights[name.strip()] = float(weight[1]) if weight else 0.0
    return weights


def compressed(body: bytes, encoding: str) -> bytes:
    """Return the body in an encoding that `best` returned."""
    return _COMPRESS[encoding](body) if encoding in _COMPRESS else body
