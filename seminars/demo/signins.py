"""The people who can sign in to the demonstration, with a new password each time it is filled."""

import secrets
from dataclasses import dataclass

from accounts.models import User
from accounts.people import create_verified

_CONSONANTS, _VOWELS = "bdfghjkmnprstvwz", "aeiou"

#: Role, email address, name.
_PEOPLE = (
    ("administrator", "admin@example.org", "Ada Winters"),
    # Scripts that read the file of sign-ins know this role by its first spelling.
    ("organiser", "organiser@example.org", "Oskar Lindqvist"),
    ("member", "mina@example.org", "Mina Alvarez"),
    ("member", "tomas@example.org", "Tomás Okafor"),
)
ADDRESSES = tuple(email for _role, email, _name in _PEOPLE)


@dataclass(frozen=True, slots=True)
class SignIn:
    role: str
    user: User
    password: str

    def __str__(self) -> str:
        return f"{self.role} {self.user.email} {self.password}"


def make() -> list[SignIn]:
    """Create an administrator, an organizer (of no series yet) and two members."""
    made = []
    for role, email, name in _PEOPLE:
        password = _password()
        user = create_verified(
            email,
            password,
            name=name,
            is_staff=role in ("administrator", "organiser"),
            is_superuser=role == "administrator",
        )
        made.append(SignIn(role, user, password))
    return made


def _password() -> str:
    """Return four pronounceable words with 50 bits of entropy, such as “kavo-timu-reda-nopi”."""
    return "-".join(_syllable() + _syllable() for _ in range(4))


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
