"""The encoding that an Accept-Encoding header prefers, and its bytes."""

import gzip

import brotli
import pytest

from seminars.cache import encodings

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br ; q=0.8,gzip;Q=0.8", "br"),
        ("br;q=0, gzip;q=1.0", "gzip"),
        ("br;q=0.0,gzip;q=0", "identity"),
        ("gzip;q=-1", "identity"),
        ("gzip;q=1.5", "identity"),
        ("gzip;q=abc", "identity"),
        ("gzip;q=1;q=0", "identity"),
        ("br;q=nan, gzip", "gzip"),
        ("*", "identity"),
        ("identity;q=0", "identity"),
        (",;;q=x,\t", "identity"),
        ("", "identity"),
    ],
)
def test_the_best_encoding(accepted: str, best: str) -> None:
    assert encodings.best(accepted) == best


def test_compressed_bodies_are_always_the_same() -> None:
    body = b"Words. " * 200
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
    for encoding, back in unpack.items():
        compressed = encodings.compressed(body, encoding)
        assert back(compressed) == body
        assert compressed == encodings.compressed(body, encoding)
