"""Forms of a document's moves: why it comes back, and where a committee's decision can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField
from styrkedja.access.roles import ROLES
from styrkedja.core.words import WRITTEN_IN
from styrkedja.organisation.models import Node, NodeKind

from .authority import Minutes, table
from .delegation_actions import Delegated
from .models import DocumentKind, RetentionRule
from .retention_actions import MOST_YEARS, Kept

LONGEST = 100_000  # characters in a reason


class MoveForm(forms.Form):
    """A move of a document as the person has read it."""

    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ReasonForm(MoveForm):
    """A move that says why."""

    reason = forms.CharField(
        label=_("Why is it returned?"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 4, "lang": WRITTEN_IN}),
        error_messages={
            "required": _("Write why."),
            "max_length": _("The text is too long: %(show_value)s characters. At most %(limit_value)s fit."),
        },
    )

    def __init__(self, *args: Any, label: Any = "", help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label or self.fields["reason"].label
        self.fields["reason"].help_text = help_text

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].replace("\r\n", "\n")
        if not reason.strip():
            raise ValidationError(self.fields["reason"].error_messages["required"])
        return reason


def paragraph_field() -> forms.CharField:
    return forms.CharField(label=_("Paragraph"), max_length=38, help_text=_("Of the minutes: § 84"))


def registry_field() -> forms.CharField:
    return forms.CharField(label=_("Registry number"), max_length=60, help_text=_("For example UBN 2025/112"))


def as_paragraph(text: str) -> str:
    """ "84" and "§84" become "§ 84"; anything else stands as it was written."""
    number = text.removeprefix("§").strip()
    return f"§ {number}" if number[:1].isdigit() else text


class MinutesForm(MoveForm):
    """What the committee has decided, and where it can be read."""

    decided_on = DateField(label=_("Date of the decision"))
    paragraph = paragraph_field()
    registry_number = registry_field()

    def clean_decided_on(self) -> Any:
        day = self.cleaned_data["decided_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("The committee's decision cannot be dated after today."))
        return day

    def minutes(self) -> Minutes:
        told = self.cleaned_data
        return Minutes(told["decided_on"], as_paragraph(told["paragraph"]), told["registry_number"])


class DelegationForm(forms.Form):
    """A decision on delegation, as a registrar enters it."""

    kind = forms.ChoiceField(label=_("What may be established"))
    level = forms.ChoiceField(label=_("At which level"), choices=NodeKind.choices)
    node = forms.ChoiceField(label=_("Where the role is held"))
    role = forms.ChoiceField(label=_("Who may establish it"), choices=[(r.id, r.name) for r in ROLES.values()])
    valid_from = DateField(label=_("First day"))
    valid_to = DateField(label=_("Last day"), required=False)
    decided_on = DateField(label=_("Date of the decision"))
    paragraph = paragraph_field()
    registry_number = registry_field()

    def __init__(self, *args: Any, nodes: Sequence[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(node.pk): node for node in nodes}
        kinds = {kind for (kind, _level), rule in table().items() if rule.delegable}
        self._choices("kind", [(k.value, k.label) for k in DocumentKind if k.value in kinds])
        self._choices("node", [(pk, node.name) for pk, node in self.by_id.items()])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def said(self) -> tuple[Node, Delegated, Minutes]:
        """What was entered, as the action takes it."""
        told = self.cleaned_data
        delegated = Delegated(*(told[name] for name in ("kind", "level", "role", "valid_from", "valid_to")))
        minutes = Minutes(told["decided_on"], as_paragraph(told["paragraph"]), told["registry_number"].strip())
        return self.by_id[told["node"]], delegated, minutes


class EndForm(MoveForm):
    """The last day of a delegation or a retention rule."""

    last_day = DateField(label=_("Last day"))


class RetentionForm(forms.Form):
    """A decision on how long something is kept, as a registrar enters it."""

    kind = forms.ChoiceField(label=_("Kind of document"), choices=DocumentKind.choices)
    what = forms.ChoiceField(label=_("What is disposed of"), choices=RetentionRule.What.choices)
    years = forms.IntegerField(
        label=_("Kept for how many years"),
        min_value=1,
        max_value=MOST_YEARS,
        help_text=_("Counted from the last day of the document's period; of a draft from its last change, if later."),
    )
    node = forms.ChoiceField(label=_("For documents at and below"))
    valid_from = DateField(label=_("First day"))
    decided_on = DateField(label=_("Date of the decision"))
    paragraph = paragraph_field()
    registry_number = registry_field()

    def __init__(self, *args: Any, nodes: Sequence[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(node.pk): node for node in nodes}
        field = self.fields["node"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pk, node.name) for pk, node in self.by_id.items()]

    def said(self) -> tuple[Node, Kept, Minutes]:
        """What was entered, as the action takes it."""
        told = self.cleaned_data
        kept = Kept(*(told[name] for name in ("kind", "what", "years", "valid_from")))
        minutes = Minutes(told["decided_on"], as_paragraph(told["paragraph"]), told["registry_number"].strip())
        return self.by_id[told["node"]], kept, minutes
