"""Base class of the site's ModelAdmin lists. See `home.admin` for an example."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.admin import DateFieldListFilter, FieldListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.sites import AdminSite
from django.contrib.admin.utils import label_for_field, quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import re_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from wagtail.admin import messages
from wagtail_modeladmin.helpers import ButtonHelper, PermissionHelper
from wagtail_modeladmin.views import HistoryView, InspectView

from home.access import Account, AccountRequest, Visitor
from home.admin.confirmation import WordForm, letters_of, show_confirmation
from home.admin.exports import ExportIndexView, ExportModelAdmin


class ActionRefused(Exception):
    """The action does not apply to this row. The message is shown to staff, so it is in French."""


@dataclass(frozen=True)
class RowAction:
    """A button on each row. `run` names an admin method `(request, obj, **words) -> success message`.

    With `explains`, a sentence or what makes one of the row, the button opens a screen that asks once and shows the
    letters to be sent; `form` asks for words in them. Without, the button acts at once: only for acts that write to nobody.
    """

    name: str
    label: str
    run: str
    shown: Callable[[Any], bool] = lambda obj: True
    permission: str = "change"
    explains: str | Callable[[Any], str] = ""
    form: type[WordForm] | None = None

    def explanation(self, obj: Any) -> str:
        return self.explains(obj) if callable(self.explains) else self.explains


class HardenedButtonHelper(ButtonHelper):
    """The default buttons, then those of the row actions that apply."""

    def get_buttons_for_obj(
        self,
        obj: Model,
        exclude: Sequence[str] | None = None,
        classnames_add: list[str] | None = None,
        classnames_exclude: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        buttons = super().get_buttons_for_obj(obj, exclude, classnames_add, classnames_exclude)
        return buttons + [
            self.action_button(action, obj, classnames_add)
            for action in self.view.model_admin.actions_for(self.request.user, obj)
        ]

    def inspect_button(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        words = {"label": "Voir", "title": "Voir tout ce qui est enregistré"}
        return super().inspect_button(*args, **kwargs) | words

    def action_button(
        self, action: RowAction, obj: Model, classnames_add: list[str] | None
    ) -> dict[str, Any]:
        address = self.url_helper.get_action_url(action.name, quote(obj.pk))
        back = self.request.get_full_path()
        way = (
            {"url": f"{address}?{urlencode({'next': back})}"}
            if action.explains
            else {"post": address, "next": back}
        )
        return way | {
            "label": action.label,
            "classname": self.finalise_classname(["button-secondary", *(classnames_add or [])]),
            "title": f"{action.label} : {obj}",
        }


class HardenedIndexView(ExportIndexView):
    """A list that accepts declared filters only, and requires a permission to export."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A template of modeladmin asks the parameters for their `items`, and would get the one of that name.
        if "items" in request.GET or any("\x00" in value for value in all_values(request)):
            return redirect(request.path)
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"chosen_filters": list(self.chosen_filters())}

    def chosen_filters(self) -> Iterator[tuple[str, str]]:
        """Yield the title and the choice of each filter in use: all of them begin with « all »."""
        for spec in self.filter_specs:
            for choice in list(spec.choices(self))[1:]:
                if choice["selected"]:
                    yield str(spec.title), str(choice["display"])

    def get_filters_params(self, params: Any = None) -> dict[str, list[str]]:
        names = [filter_name(declared) for declared in self.list_filter]
        return {
            name: values
            for name, values in super().get_filters_params(params).items()
            if any(name == declared or name.startswith(f"{declared}__") for declared in names)
        }

    def get_filters(self, request: HttpRequest) -> tuple[list[Any], bool, dict[str, Any], bool]:
        specs, has_specs, _not_taken, distinct = super().get_filters(request)
        # Django turns leftover parameters into lookups on any related column: drop them.
        return specs, has_specs, {}, distinct


def all_values(request: HttpRequest) -> Iterator[str]:
    for _name, values in request.GET.lists():
        yield from values


def filter_name(declared: Any) -> str:
    """Return the query parameter of a `list_filter` item, or the prefix of its parameters."""
    if callable(declared):
        return declared.parameter_name
    field = declared[0] if isinstance(declared, list | tuple) else declared
    return str(getattr(field, "name", field))


class FrenchDateFilter(DateFieldListFilter):
    """DateFieldListFilter with French labels: Django's are translated only with its admin installed."""

    words = (
        "Toutes",
        "Aujourd’hui",
        "7 derniers jours",
        "Ce mois-ci",
        "Cette année",
        "Sans",
        "Avec",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [chosen for _title, chosen in self.links]
        self.links = tuple(zip(self.words, choices, strict=False))


FieldListFilter.register(
    lambda field: isinstance(field, models.DateField), FrenchDateFilter, take_priority=True
)


class HardenedInspectView(InspectView):
    """An inspect view that also shows methods of the admin class, as lists and exports do."""

    page_title = "Fiche"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Read through get_queryset, whose annotations the admin's methods need.
        self.instance = self.model_admin.get_object(request, self.instance_pk)
        return super().dispatch(request, *args, **kwargs)

    def get_meta_title(self) -> str:
        return f"Fiche de {self.instance}"

    def get_field_label(self, field_name: str, field: Any = None) -> str:
        return capfirst(str(label_for_field(field_name, self.model, self.model_admin)))

    def get_field_display_value(self, field_name: str, field: Any = None) -> Any:
        method = getattr(self.model_admin, field_name, None)
        if callable(method):
            return method(self.instance)
        value = super().get_field_display_value(field_name, field)
        return readable_in_page(value)


class HardenedHistoryView(HistoryView):
    #: Wagtail's template includes it; an absent name would render as empty.
    results_template_name = "wagtailadmin/generic/listing_results.html"


class ReadOnlyPermissionHelper(PermissionHelper):
    """Permissions for rows written by the site, read-only for staff."""

    def user_can_create(self, user: Account) -> bool:
        return False

    def user_can_edit_obj(self, user: Account, obj: Any) -> bool:
        return False

    def user_can_delete_obj(self, user: Account, obj: Any) -> bool:
        return False


class KeptPermissionHelper(ReadOnlyPermissionHelper):
    """Permissions for rows created by the person concerned; staff may only delete them, on request."""

    def user_can_delete_obj(self, user: Account, obj: Any) -> bool:
        return self.user_has_specific_permission(user, self.get_perm_codename("delete"))


class HardenedModelAdmin(ExportModelAdmin):
    """Base of every ModelAdmin of the site. See `home.admin` for an example."""

    index_view_class = HardenedIndexView
    inspect_view_class = HardenedInspectView
    history_view_class = HardenedHistoryView
    button_helper_class = HardenedButtonHelper
    inspect_view_enabled = True
    empty_value_display = "–"
    list_per_page = 50
    row_actions: tuple[RowAction, ...] = ()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        # Foreign key filters ask the admin site for an ordering; Django's default site is not installed.
        self.admin_site = AdminSite()

    def get_menu_label(self) -> str:
        return self.menu_label or capfirst(str(self.opts.verbose_name_plural))

    # Permissions

    def actions_for(self, user: Visitor, obj: Any) -> list[RowAction]:
        return [
            action
            for action in self.row_actions
            if self.permits(action, user) and action.shown(obj)
        ]

    def permits(self, action: RowAction, user: Visitor) -> bool:
        return user.has_perm(f"{self.opts.app_label}.{action.permission}_{self.opts.model_name}")

    # One row: 404 for a missing row, a malformed key or a row outside get_queryset

    def get_object(self, request: AccountRequest, instance_pk: str) -> Any:
        if not self.permission_helper.user_has_any_permissions(request.user):
            raise PermissionDenied
        found = found_in(self.get_queryset(request), instance_pk)
        if found is None:
            raise Http404
        return found

    def edit_view(self, request: AccountRequest, instance_pk: str) -> HttpResponse:
        self.get_object(request, instance_pk)
        return super().edit_view(request, instance_pk)

    def inspect_view(self, request: AccountRequest, instance_pk: str) -> HttpResponse:
        self.get_object(request, instance_pk)
        return super().inspect_view(request, instance_pk)

    def delete_view(self, request: AccountRequest, instance_pk: str) -> HttpResponse:
        self.get_object(request, instance_pk)
        return super().delete_view(request, instance_pk)

    def history_view(self, request: AccountRequest, instance_pk: str) -> HttpResponse:
        self.get_object(request, instance_pk)
        return super().history_view(request, instance_pk)

    # Actions on one row

    def action_view(
        self, request: AccountRequest, instance_pk: str, *, action: RowAction
    ) -> HttpResponse:
        try:
            obj = self.get_object(request, instance_pk)
        except Http404:
            if (
                not self.permits(action, request.user)
                or found_in(self.left_rows(), instance_pk) is None
            ):
                raise
            messages.warning(
                request, "C’est déjà fait\u00a0: cette ligne n’est plus dans la liste."
            )
            return redirect(self.url_helper.index_url)
        if not self.permits(action, request.user):
            raise PermissionDenied
        if action.explains:
            return self.ask(request, obj, action)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return self.act(request, obj, action, {})

    def left_rows(self) -> QuerySet[Any]:
        """Return the rows that an action took off the list, for a double click: it is told that it is done, not 404."""
        return self.model._default_manager.none()

    def ask(self, request: AccountRequest, obj: Any, action: RowAction) -> HttpResponse:
        """Show what the action does and sends (GET, or POST of a preview or of an invalid form), else act."""
        sent = request.method == "POST"
        form = action.form(request.POST if sent else None) if action.form else None
        if sent and "apercu" not in request.POST and (form is None or form.is_valid()):
            return self.act(request, obj, action, form.cleaned_data if form else {})
        words = form.words() if form else {}
        try:
            # A second object: what the rehearsal writes on it is undone in the database only.
            again = self.get_object(request, quote(str(obj.pk)))
            letters = letters_of(lambda: getattr(self, action.run)(request, again, **words))
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(self.way_back(request, obj))
        return show_confirmation(
            request,
            label=action.label,
            about=obj,
            explanation=action.explanation(obj),
            letters=letters,
            back=self.way_back(request, obj),
            form=form,
            icon=self.menu_icon,
        )

    def act(
        self, request: AccountRequest, obj: Any, action: RowAction, words: dict[str, Any]
    ) -> HttpResponse:
        try:
            messages.success(request, getattr(self, action.run)(request, obj, **words))
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
        return redirect(self.way_back(request, obj))

    def way_back(self, request: HttpRequest, obj: Any) -> str:
        """Return the page where the button was, or the list if the row is no longer one of its rows."""
        asked = request.POST.get("next", "") or request.GET.get("next", "")
        safe = url_has_allowed_host_and_scheme(
            asked, {request.get_host()}, require_https=request.is_secure()
        )
        index = self.url_helper.index_url
        gone = not self.get_queryset(request).filter(pk=obj.pk).exists()
        return index if not safe or (gone and urlsplit(asked).path != index) else asked

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        return super().get_admin_urls_for_registration() + tuple(
            re_path(
                self.url_helper.get_action_url_pattern(action.name),
                partial(self.action_view, action=action),
                name=self.url_helper.get_action_url_name(action.name),
            )
            for action in self.row_actions
        )


def found_in(rows: QuerySet[Any], key: str) -> Any:
    """Return the row with this key of a URL, or None, also if the key is malformed."""
    try:
        return rows.filter(pk=unquote(key)).first()
    except (ValueError, ValidationError, OverflowError):
        return None


def readable_in_page(value: Any) -> Any:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value
