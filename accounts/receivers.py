"""Receivers of signals."""

from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete, pre_delete, pre_save
from django.dispatch import receiver

from accounts.models import FeedKey, Membership, User
from accounts.services import personal_group
from accounts.services.former_managers import end_account, end_managing


@receiver(user_logged_in)
def create_personal_group(user: User, **_kwargs: object) -> None:
    """Create the personal group at the first sign-in."""
    personal_group(user)


# Signals, because services, the admin, a shell and the deletion of an account all end memberships.


@receiver(pre_save, sender=Membership)
def end_access_with_the_role(instance: Membership, raw: bool, **_kwargs: object) -> None:
    """End what a person could do before this row became another role or person's."""
    before = None if raw else Membership.objects.filter(pk=instance.pk).first()
    if before is None:
        return
    is_same_person = (before.user_id, before.group_id) == (instance.user_id, instance.group_id)
    if not is_same_person:
        FeedKey.objects.filter(membership=before).delete()
    if before.role == Membership.Role.MANAGER and (
        instance.role != before.role or not is_same_person
    ):
        end_managing(user=before.user_id, group=before.group_id)


@receiver(post_delete, sender=Membership)
def end_managing_with_the_membership(instance: Membership, **_kwargs: object) -> None:
    """End what a manager could do if they left or were removed, or their account was deleted."""
    if instance.role == Membership.Role.MANAGER:
        end_managing(user=instance.user_id, group=instance.group_id)


@receiver(pre_save, sender=User)
def end_deactivated_account(instance: User, raw: bool, **_kwargs: object) -> None:
    """End what the user managed if the account is being deactivated."""
    if raw or instance.is_active or instance.pk is None:
        return
    if User.objects.filter(pk=instance.pk, is_active=True).exists():
        end_account(user=instance)


@receiver(pre_delete, sender=User)
def end_deleted_account(instance: User, **_kwargs: object) -> None:
    """End what the user managed if the account is being deleted."""
    end_account(user=instance)
