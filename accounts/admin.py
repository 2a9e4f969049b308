"""The administration of users and groups."""

from typing import Any, ClassVar

import allauth.account.admin
import allauth.usersessions.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, URLField
from django.forms import BaseInlineFormSet, ModelForm, Script
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Group, GroupEvent, Membership, User
from accounts.people import vouch_for
from accounts.services import change_group, replace_key, set_legacy_ids
from accounts.services.events import record
from accounts.services.members import withdraw_usable_by
from accounts.slugs import slug_for

# Addresses and sessions are managed by their owners; staff change an address on the user's page.
# The imports above have registered them.
admin.site.unregister([EmailAddress, UserSession])


class NewUserForm(AdminUserCreationForm[User]):
    """Without a password, the user sets one through “Forgot your password?”"""

    class Meta:
        model = User
        fields = ("email", "name")


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Users whose address needs no verification, and who are deactivated rather than deleted."""

    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "name", "is_staff", "is_superuser", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (
            _("More permissions"),
            {"classes": ("collapse",), "fields": ("groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),
    )

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[User]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "is_superuser" in form.base_fields:
            form.base_fields["is_superuser"].label = _("Administrator")
            form.base_fields["is_superuser"].help_text = _("Can do everything.")
        return form

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        """Mark a new or changed address as verified, without an emailed code."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            vouch_for(obj)


class MembershipFormSet(BaseInlineFormSet[Membership, Group, ModelForm[Membership]]):
    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        remaining = [one.cleaned_data for one in self.forms if not one.cleaned_data.get("DELETE")]
        if Membership.Role.MANAGER not in [one.get("role") for one in remaining]:
            raise ValidationError(_("A group needs a manager."), code="manager")


class MembershipInline(admin.StackedInline[Membership, Group]):
    model = Membership
    formset = MembershipFormSet
    verbose_name_plural = _("members")
    fields = (("user", "role"),)
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Group)
class GroupAdmin(admin.ModelAdmin[Group]):
    """Shared groups; personal ones are private to their owners. New groups are created on the site,
    by the people who will manage them.
    """

    formfield_overrides: ClassVar[dict[Any, Any]] = {URLField: {"assume_scheme": "https"}}
    inlines = (MembershipInline,)
    list_display = ("name", "visibility", "managers", "members", "created_at")
    list_filter = ("visibility",)
    search_fields = ("name", "slug", "memberships__user__email", "memberships__user__name")
    search_help_text = _("Search by name or member.")
    fields = (
        *("name", "visibility", "description", "homepage", "contact"),
        *("calendar_id", "feed_id", "slug", "created_at"),
    )
    readonly_fields = ("slug", "created_at")
    show_full_result_count = False
    list_per_page = 50

    class Media:
        js = (Script("js/admin/autocomplete-labels.js", type="module"),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        shared = Group.objects.filter(personal_of__isnull=True)
        # Counted in a subquery, because a search joins only the memberships that match.
        counted = Membership.objects.filter(group=OuterRef("pk")).order_by().values("group")
        counts = counted.annotate(count=Count("pk")).values("count")
        return shared.annotate(member_count=Subquery(counts)).prefetch_related(
            Prefetch(
                "memberships",
                Membership.objects.filter(role="manager").select_related("user"),
                to_attr="managing",
            )
        )

    @admin.display(description=_("managers"))
    def managers(self, group: Any) -> str:
        return ", ".join(str(one.user) for one in group.managing) or "–"

    @admin.display(description=_("members"), ordering="member_count")
    def members(self, group: Any) -> int:
        return group.member_count or 0

    def save_model(self, request: HttpRequest, obj: Group, form: Any, change: bool) -> None:
        slug = slug_for(obj.name, "group")
        values = dict(form.cleaned_data)
        calendar, feed = values.pop("calendar_id"), values.pop("feed_id")
        changed = change_group(group=obj, by=_staff(request), slug=slug, **values)
        obj.slug = changed.slug
        set_legacy_ids(group=changed, calendar=calendar, feed=feed)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Give new members a feed key, withdraw what would let removed ones back in, and record the
        changes in the group's history.
        """
        super().save_formset(request, form, formset, change)
        kind, by = GroupEvent.Kind, _staff(request)
        for one in formset.new_objects:
            replace_key(user=one.user, group=one.group)
            record(one.group, kind.ADMITTED, by=by, person=one.user, role=one.role)
        for one, fields in formset.changed_objects:
            if "user" in fields:
                replace_key(user=one.user, group=one.group)
            record(one.group, kind.ROLE, by=by, person=one.user, role=one.role)
        for one in formset.deleted_objects:
            withdraw_usable_by(group=one.group, user=one.user)
            record(one.group, kind.REMOVED, by=by, person=one.user)


def _staff(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
