"""Accounts that staff vouch for, so that their address needs no verification; rehearsed ones."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.keys import random_text
from accounts.models import User


@transaction.atomic
def create_verified(email: str, password: str | None, **fields: Any) -> User:
    """Create a user who can sign in at once, without an emailed code.

    Raise ValueError without an email address, IntegrityError if it is taken.
    """
    user = User.objects.create_user(email, password, **fields)
    vouch_for(user)
    return user


def rehearse_signup(password: str, *, name: str) -> None:
    """Do the work of creating an account, but leave nothing of it."""
    with transaction.atomic():
        email = f"{random_text()}@example.invalid"
        user = User.objects.create_user(email, password)
        user.name = name
        user.save(update_fields=["name"])
        EmailAddress.objects.create(user=user, email=email, primary=True)
        transaction.set_rollback(True)


@transaction.atomic
def vouch_for(user: User) -> None:
    """Make the user's current address verified, and the only one that can sign in."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
