"""Searching the library, and choosing where to start what one has found there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import NodeChoiceField
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.curricula import curricula
from styrkedja.organisation.models import Node, SchoolForm
from styrkedja.plans.models import Evaluation

ALL = ("", _("All"))


class LibraryForm(forms.Form):
    """What one looks for; everything may be left out."""

    hide_optional = True
    q = forms.CharField(label=_("Search"), required=False, max_length=200, widget=forms.TextInput({"type": "search"}))
    form = forms.ChoiceField(label=_("School form"), required=False, choices=[ALL, *SchoolForm.choices])
    verdict = forms.ChoiceField(label=_("Verdict"), required=False, choices=[ALL, *Evaluation.Verdict.choices])
    area = forms.ChoiceField(label=_("Goal area"), required=False)
    indicator = forms.ChoiceField(label=_("Indicator"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(c.name, [(a.key, a.name) for a in c.areas]) for c in curricula().values()]
        self.fields["area"].choices = [ALL, *areas]  # type: ignore[attr-defined]
        known = [(i.id, i.label()) for i in catalogue().values()]
        self.fields["indicator"].choices = [ALL, *known]  # type: ignore[attr-defined]


class SimilarForm(forms.Form):
    """Where a proposal like this is to be started."""

    node = NodeChoiceField(label=_("Where?"))

    def __init__(self, *args: Any, nodes: Iterable[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].offer([(node, node.name) for node in nodes])  # type: ignore[attr-defined]
