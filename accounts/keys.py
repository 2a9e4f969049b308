"""Random keys that open a feed, an invitation or a group's legacy feeds to anyone who has them."""

import re
import secrets
import string

#: Base 32 (RFC 4648, section 6) in lower case: 5 bits a letter, with no two that look alike.
_ALPHABET = string.ascii_lowercase + "234567"

#: A key has two parts: the first finds its row, the second, of 130 bits, proves it is genuine.
FINDING_LENGTH, PROVING_LENGTH = 8, 26

_RANDOM = re.compile(rf"[a-z2-7]{{{PROVING_LENGTH}}}")
_KEY = re.compile(rf"[a-z2-7]{{{FINDING_LENGTH + PROVING_LENGTH}}}")


def random_text(length: int = PROVING_LENGTH) -> str:
    """Return random letters and digits, by default more than anyone can guess."""
    return "".join(secrets.choice(_ALPHABET) for _letter in range(length))


def is_random(text: str) -> bool:
    """Whether the text looks like one from `random_text`, rather than a word or a name."""
    return _RANDOM.fullmatch(text) is not None


def new_key() -> dict[str, str]:
    """Return the two parts of a new key, by the names of the model fields that hold them."""
    return {"finding": random_text(FINDING_LENGTH), "proving": random_text(PROVING_LENGTH)}


def split_key(key: str) -> tuple[str, str] | None:
    """Return the two parts of a key, or None for text that cannot be one."""
    if not _KEY.fullmatch(key):
        return None
    return key[:FINDING_LENGTH], key[FINDING_LENGTH:]
