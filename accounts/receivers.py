"""What happens by itself when something else does."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts.models import User
from accounts.services import personal_group


@receiver(user_logged_in)
def keep_talks(user: User, **_more: object) -> None:
    """Makes the personal group at the first sign-in."""
    personal_group(user)
