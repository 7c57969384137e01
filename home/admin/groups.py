"""Wagtail's screen of groups. Those that the site finds by name are neither renamed nor deleted."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail.admin import messages
from wagtail.users.forms import GroupForm
from wagtail.users.views.groups import DeleteView, EditView, GroupViewSet

from home.access import NEEDED_GROUPS
from home.forms.fields import PlainTextField

RENAMED = "Le site reconnaît ce groupe à son nom\u00a0: gardez «\u00a0{name}\u00a0». Vous pouvez en faire un autre."
DELETED = (
    "Le groupe «\u00a0{name}\u00a0» est nécessaire au site\u00a0: il ne peut pas être supprimé. "
    "Retirez-en plutôt des personnes, dans leur compte."
)


class NamedGroupForm(GroupForm):
    class Meta(GroupForm.Meta):
        field_classes: ClassVar = {"name": PlainTextField}

    def clean_name(self) -> str:
        name: str = super().clean_name()
        before = self.initial.get("name")
        if before in NEEDED_GROUPS and name != before:
            raise ValidationError(RENAMED.format(name=before))
        return name


class EditGroupView(EditView):
    @property
    def can_delete(self) -> bool:
        return self.object.name not in NEEDED_GROUPS and bool(super().can_delete)


class DeleteGroupView(DeleteView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.name in NEEDED_GROUPS:
            messages.error(request, DELETED.format(name=self.object.name))
            return redirect(self.index_url_name)
        return super().dispatch(request, *args, **kwargs)


class SiteGroupViewSet(GroupViewSet):
    edit_view_class = EditGroupView
    delete_view_class = DeleteGroupView

    def get_form_class(self, for_update: bool = False) -> Any:
        return NamedGroupForm
