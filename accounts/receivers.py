"""Receivers of signals."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User
from accounts.services import personal_group


@receiver(user_logged_in)
def create_personal_group(user: User, **_kwargs: object) -> None:
    """Create the personal group at the first sign-in."""
    personal_group(user)
