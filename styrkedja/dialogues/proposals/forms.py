"""Forms of proposals: the proposal itself, why it is withdrawn, how it was decided. Errors stand at their fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField, NodeChoiceField, VersionedForm
from styrkedja.analyses.forms import TextField
from styrkedja.core import periods
from styrkedja.core.words import WRITTEN_IN
from styrkedja.dialogues.models import AgendaPoint, Proposal
from styrkedja.organisation.models import Node
from styrkedja.plans.frame.forms import WordsField
from styrkedja.plans.frame.global_goals import global_goals
from styrkedja.plans.models import DecisionKind


class ProposalForm(forms.Form):
    """What is proposed, to whom and why. version is empty for a new one."""

    hide_optional = True  # the ground may be left out or not, which follows from the kind

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=DecisionKind.choices,
        help_text=_("A common development area is a priority: it must say what it rests on."),
    )
    title = forms.CharField(
        label=_("What is to be decided"), max_length=200, widget=forms.TextInput({"lang": WRITTEN_IN})
    )
    text = TextField(label=_("The wording proposed"), rows=4)
    ground = TextField(
        label=_("Ground"),
        rows=4,
        help_text=_("Why just this? Needs, figures and effects it rests on are picked in the next step."),
    )
    node = NodeChoiceField(label=_("Who is to decide"))
    period = forms.ChoiceField(label=_("Period"))
    point = forms.ChoiceField(label=_("Point on the agenda"), required=False, widget=forms.Select({"lang": WRITTEN_IN}))

    def __init__(
        self,
        *args: Any,
        deciding: Iterable[Node],
        years: Iterable[str],
        points: Iterable[AgendaPoint],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].offer((node, node.name) for node in deciding)  # type: ignore[attr-defined]
        self.fields["period"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]
        self.points = {str(point.pk): point for point in points}
        listed = [(pk, f"{point.number}. {point.title}") for pk, point in self.points.items()]
        self.fields["point"].choices = [("", _("None")), *listed]  # type: ignore[attr-defined]
        if not listed:
            del self.fields["point"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("kind") == DecisionKind.DEVELOPMENT_AREA and not str(data.get("ground", "")).strip():
            self.add_error("ground", _("A priority says what it rests on."))
        return data

    def written(self) -> dict[str, Any]:
        """The fields as the actions take them."""
        names = ("kind", "title", "text", "ground", "node", "period")
        found = {name: self.cleaned_data[name] for name in names}
        return {**found, "point": self.points.get(self.cleaned_data.get("point", ""))}


def as_written(found: Proposal) -> dict[str, Any]:
    """A proposal as its form holds it."""
    same = ("version", "kind", "title", "text", "ground", "period")
    ties = {"node": str(found.node_id), "point": str(found.point_id or "")}
    return {name: getattr(found, name) for name in same} | ties


class WithdrawForm(forms.Form):
    reason = WordsField(label=_("Why is it withdrawn?"), rows=3, help_text=_("It stands there for those who ask."))


class DecideForm(VersionedForm):
    """How it was decided, as it stands in the minutes; the words are the proposal's."""

    decided_on = DateField(label=_("Day of the decision"))
    paragraph = forms.CharField(
        label=_("Paragraph"),
        max_length=40,
        help_text=_("As in the minutes: § 84."),
        widget=forms.TextInput({"size": 10}),
    )
    registry_number = forms.CharField(
        label=_("Registry number"), max_length=60, help_text=_("Where it can be found: UN 2026/114.")
    )
    valid_from = DateField(label=_("First day"))
    valid_to = DateField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it holds until something else is decided.")
    )
    addressed_to = NodeChoiceField(label=_("Unit"))
    global_goals = forms.TypedMultipleChoiceField(
        label=_("Global goals it serves"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, proposal: Proposal, units: Iterable[Node], **kwargs: Any) -> None:
        first, last = periods.bounds(proposal.period)
        initial = {"version": proposal.version, "valid_from": first, "valid_to": last}
        super().__init__(data, initial=initial, **kwargs)
        choices = [(goal.number, f"{goal.number}. {goal.name}") for goal in global_goals().values()]
        self.fields["global_goals"].choices = choices  # type: ignore[attr-defined]
        if proposal.kind == DecisionKind.ASSIGNMENT:
            self.fields["addressed_to"].offer((unit, unit.name) for unit in units)  # type: ignore[attr-defined]
        else:
            del self.fields["addressed_to"]

    def clean_decided_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("It lies ahead. Enter the decision when it is made."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("valid_from"), data.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("It lies before the first day."))
        return data
