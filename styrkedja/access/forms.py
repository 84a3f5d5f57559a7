"""Forms of the chain and its people. Dates are ISO (2026-11-22), as Swedish offices write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.organisation.actions import may_stand_under
from styrkedja.organisation.models import Node, NodeKind, Person, SchoolForm

from .roles import Role

UNIT_CODE = re.compile(r"^(\d{8}|F\d{7}|[A-ZÅÄÖ][0-9A-ZÅÄÖ_-]{2,19})$")


EARLIEST, LATEST = dt.date(1800, 1, 1), dt.date(2999, 12, 31)  # the day before and after can always be reckoned


class DateField(forms.DateField):
    """A day, written as 2026-11-22. A browser's own date box shows months first to many, so it is not used."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"placeholder": _("yyyy-mm-dd"), "size": 10, "autocomplete": "off", "class": "short"}
        widget = forms.DateInput(format="%Y-%m-%d", attrs=attributes)
        super().__init__(
            widget=widget,
            input_formats=["%Y-%m-%d", "%Y%m%d", "%d/%m %Y", "%d.%m.%Y"],
            error_messages={"invalid": _("Write the date as 2026-11-22.")},
            **kwargs,
        )

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class VersionedForm(forms.Form):
    """A form about a row that others may change meanwhile: carries the version it was shown with."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


def forms_field() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("School forms"), choices=SchoolForm.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


def code_field() -> forms.CharField:
    return forms.CharField(
        label=_("School unit code"),
        required=False,
        max_length=20,
        help_text=_(
            "Eight digits. A preschool has a code of your own that begins with a letter, for instance F0610663."
        ),
    )


class _CodeCheck(forms.Form):
    def clean_statistical_code(self) -> str:
        code = str(self.cleaned_data["statistical_code"]).strip().upper()
        if code and not UNIT_CODE.match(code):
            raise forms.ValidationError(
                _("A code is eight digits, or begins with a letter followed by letters and digits.")
            )
        return code


class NodeForm(_CodeCheck):
    """A new node under another."""

    kind = forms.ChoiceField(label=_("Kind"))
    name = forms.CharField(label=_("Name"), max_length=200)
    school_forms = forms_field()
    statistical_code = code_field()
    valid_from = DateField(label=_("First day"))

    def __init__(self, *args: Any, parent: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(k.value, k.label) for k in NodeKind if may_stand_under(k.value, parent)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("statistical_code") and data.get("kind") != NodeKind.UNIT:
            self.add_error("statistical_code", _("Only units have a school unit code."))
        return data


class NodeChangeForm(_CodeCheck, VersionedForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        help_text=_("If one unit has followed another, use Merge."),
    )
    school_forms = forms_field()
    statistical_code = code_field()
    holds_from = DateField(
        label=_("What is new holds from"),
        required=False,
        help_text=_("Earlier years keep what stood before. Leave it empty to correct a mistake, in all years."),
    )

    def __init__(self, *args: Any, node: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if node.kind != NodeKind.UNIT:
            del self.fields["statistical_code"]


class NodeChoiceField(forms.ChoiceField):
    """A choice among nodes the page has already read; cleans to the Node."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.nodes: dict[str, Node] = {}

    def offer(self, nodes: Iterable[tuple[Node, str]]) -> None:
        offered = list(nodes)
        self.nodes = {str(node.pk): node for node, _label in offered}
        self.choices = [("", _("Choose …")), *((str(node.pk), label) for node, label in offered)]

    def clean(self, value: Any) -> Any:
        return self.nodes.get(super().clean(value))


class MoveForm(VersionedForm):
    parent = NodeChoiceField(label=_("New place, under"))
    from_date = DateField(label=_("From and with"))

    def __init__(self, *args: Any, places: Iterable[tuple[Node, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].offer(places)  # type: ignore[attr-defined]


class CloseForm(VersionedForm):
    last_day = DateField(label=_("Last day"))
    with_below = forms.BooleanField(label=_("Also close everything that lies under it"), required=False)


class MergeForm(VersionedForm):
    successor = NodeChoiceField(label=_("Followed by"))
    on_date = DateField(label=_("From and with"), help_text=_("The day before is this one's last day."))
    with_below = forms.BooleanField(label=_("Also close everything that lies under it"), required=False)

    def __init__(self, *args: Any, followers: Iterable[tuple[Node, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].offer(followers)  # type: ignore[attr-defined]


class ChainFilter(forms.Form):
    """What the chain page shows; everything in the address."""

    hide_optional = True

    q = forms.CharField(label=_("Name or code"), required=False, max_length=200)
    form = forms.ChoiceField(
        label=_("School form"), choices=[("", _("All school forms")), *SchoolForm.choices], required=False
    )
    datum = DateField(label=_("As it stood on"), required=False)


class PeopleFilter(forms.Form):
    hide_optional = True
    q = forms.CharField(label=_("Name or e-mail address"), required=False, max_length=200)
    role = forms.ChoiceField(label=_("Role"), required=False)

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All roles")), *((role.id, role.name) for role in roles)]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, help_text=_("The person logs in with it."))


class PersonChangeForm(PersonForm, VersionedForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The person logs in with it. A change is told to the old address and ends the person's logins."),
    )
    is_active = forms.BooleanField(
        label=_("The account is open"), required=False, help_text=_("A closed account cannot log in; history is kept.")
    )


class RoleForm(forms.Form):
    """A role for a person at a node."""

    person = forms.EmailField(
        label=_("Person, by e-mail address"),
        help_text=_("The person must be added first."),
    )
    role = forms.ChoiceField(label=_("Role"))
    valid_from = DateField(label=_("First day"))
    valid_to = DateField(label=_("Last day"), required=False, help_text=_("Leave empty when it has no end."))
    school_forms = forms.MultipleChoiceField(
        label=_("Only these school forms"),
        choices=SchoolForm.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing chosen: all."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, node: Node, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.node = node
        choices = [("", _("Choose …")), *((role.id, role.name) for role in roles)]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]
        if (node.school_forms and len(node.school_forms) == 1) or node.kind in (NodeKind.TEAM, NodeKind.GROUP):
            del self.fields["school_forms"]

    def clean_person(self) -> Person:
        found = Person.objects.filter(email__iexact=self.cleaned_data["person"], is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no open account with this address. Add the person first."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if isinstance(first, dt.date) and first < self.node.valid_from:
            self.add_error("valid_from", _("The role cannot begin before the node does."))
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            self.add_error("valid_to", _("The last day must not come before the first."))
        return data


class EndRoleForm(VersionedForm):
    last_day = DateField(label=_("Last day"), help_text=_("The role gives nothing the day after."))
