"""Forms of requests. Words are kept as they were written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.analyses.forms import TextField
from styrkedja.analyses.queries import default_period
from styrkedja.core import periods
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.forms import USUAL_TIME, VersionForm, check_day, day_field
from styrkedja.dialogues.models import MOST_QUESTIONS, What
from styrkedja.documents.models import DocumentKind
from styrkedja.indicators.catalogue import catalogue
from styrkedja.organisation.models import Node, NodeKind, SchoolForm

YEARS_OFFERED = 4
TIME_AGAIN = dt.timedelta(days=14)  # for an answer that is returned
OF_A_PERIOD = (What.DOCUMENT, What.FIGURES)


def year_choices() -> list[tuple[str, str]]:
    last = periods.end_year(default_period(timezone.localdate())) + 1
    years = [periods.school_year(year) for year in range(last, last - YEARS_OFFERED, -1)]
    return [(year, year) for year in years]


class RequestForm(forms.Form):
    """What is asked, of whom, what for and by when."""

    hide_optional = True  # what may be left out follows from what is asked

    what = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"),
        choices=What.choices,
        initial=What.DOCUMENT,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=gettext_lazy("Which document"), choices=DocumentKind.choices, required=False)
    period = forms.ChoiceField(label=gettext_lazy("School year"), required=False)
    indicators = forms.MultipleChoiceField(
        label=gettext_lazy("Which figures"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = TextField(
        label=gettext_lazy("The question, or what else they need to know"),
        help_text=gettext_lazy("A question has to be written. With a document or figures it may be left empty."),
    )
    question_1 = TextField(label=gettext_lazy("Question 1"), rows=2)
    question_2 = TextField(label=gettext_lazy("Question 2 (may be left empty)"), rows=2)
    question_3 = TextField(label=gettext_lazy("Question 3 (may be left empty)"), rows=2)
    forms_asked = forms.MultipleChoiceField(
        label=gettext_lazy("All units of"), required=False, widget=forms.CheckboxSelectMultiple
    )
    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("And these"), required=False, widget=forms.CheckboxSelectMultiple
    )
    purpose = TextField(
        label=gettext_lazy("What will the answers be used for?"),
        help_text=gettext_lazy("Those asked read this, and see afterwards where their answer was used."),
    )
    due = day_field(gettext_lazy("Answer by"))
    answer_within = forms.IntegerField(
        label=gettext_lazy("You give feedback within, days"),
        min_value=1,
        max_value=365,
        initial=21,
        help_text=gettext_lazy("Counted from when you accept an answer. It is a promise, and both sides see its age."),
    )

    def __init__(self, data: Any = None, *, places: Places, initial: dict[str, Any] | None = None) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"due": today + USUAL_TIME, "period": default_period(today), **(initial or {})})
        self.places = places
        self._choose("period", year_choices())
        by_name = sorted(catalogue().values(), key=lambda one: swedish_key(one.label()))
        self._choose("indicators", [(one.id, one.label()) for one in by_name])
        self._choose("forms_asked", [(form, SchoolForm(form).label) for form in places.forms])
        self._choose("chosen", [(str(n.pk), places.name(n)) for n in places.nodes])
        if not places.forms:
            del self.fields["forms_asked"]

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def clean_due(self) -> dt.date:
        return check_day(self.cleaned_data["due"])

    def clean_purpose(self) -> str:
        purpose: str = self.cleaned_data["purpose"]
        if not purpose.strip():
            raise ValidationError(_("Write what the answers will be used for."))
        return purpose

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        what = cleaned.get("what")
        if what == What.QUESTION and not cleaned.get("text", "").strip() and "text" not in self.errors:
            self.add_error("text", _("Write the question."))
        if what == What.REFLECTION and not self.questions() and "question_1" not in self.errors:
            self.add_error("question_1", _("Write the question."))
        if what == What.FIGURES and not cleaned.get("indicators") and "indicators" not in self.errors:
            self.add_error("indicators", _("Choose at least one figure."))
        if what in OF_A_PERIOD and not cleaned.get("period") and "period" not in self.errors:
            self.add_error("period", _("Choose a school year."))
        if not self.receivers() and not {"chosen", "forms_asked"} & set(self.errors):
            self.add_error("chosen", _("Choose who is asked."))
        return cleaned

    def receivers(self) -> list[Node]:
        """Those chosen, and every unit of a school form that is chosen; each once."""
        ids = set(self.cleaned_data.get("chosen", ()))
        wanted = set(self.cleaned_data.get("forms_asked", ()))
        return [n for n in self.places.nodes if str(n.pk) in ids or self.places.is_of(n, wanted)]

    def questions(self) -> list[str]:
        """Of a reflection, those that are written."""
        written = (self.cleaned_data.get(f"question_{n}", "") for n in range(1, MOST_QUESTIONS + 1))
        return [text for text in written if text.strip()]

    def asked(self) -> dict[str, Any]:
        """The words of the request, as the action takes them; what belongs to another kind of request is left out."""
        cleaned = self.cleaned_data
        what = What(cleaned["what"])
        return {
            "what": what,
            "kind": cleaned["kind"] if what is What.DOCUMENT else "",
            "period": cleaned["period"] if what in OF_A_PERIOD else "",
            "indicators": cleaned["indicators"] if what is What.FIGURES else (),
            "questions": self.questions() if what is What.REFLECTION else (),
            **{name: cleaned[name] for name in ("text", "purpose", "due", "answer_within")},
        }


class Places:
    """Who can be asked from a node: what leads and units below it, or a unit's own teams."""

    def __init__(self, below: Sequence[Node], led: Collection[Any]) -> None:
        units = [n for n in below if n.kind == NodeKind.UNIT]
        self.nodes = [n for n in below if n.kind not in (NodeKind.TEAM, NodeKind.GROUP)] or [
            n for n in below if n.kind == NodeKind.TEAM
        ]
        held = {form for unit in units for form in unit.school_forms}
        self.forms = [form for form in SchoolForm.values if form in held]
        self._led = led

    def name(self, node: Node) -> str:
        return node.name if node.pk in self._led else self.unled(node)

    @staticmethod
    def unled(node: Node) -> str:
        if node.kind == NodeKind.UNIT:
            return _("%(node)s (has no principal)") % {"node": node}
        return _("%(node)s (nobody answers there)") % {"node": node}

    @staticmethod
    def is_of(node: Node, forms_asked: set[str]) -> bool:
        return node.kind == NodeKind.UNIT and bool(forms_asked & set(node.school_forms))


class PostponeForm(VersionForm):
    due = day_field(gettext_lazy("New due date"))

    def clean_due(self) -> dt.date:
        return check_day(self.cleaned_data["due"])


class ReturnForm(VersionForm):
    reason = TextField(label=gettext_lazy("Why is it returned, and what is missing?"), rows=2)
    due = day_field(gettext_lazy("New answer by"))

    def clean_due(self) -> dt.date:
        return check_day(self.cleaned_data["due"])


class ReleaseForm(VersionForm):
    reason = TextField(label=gettext_lazy("Why is no answer waited for?"), rows=2)


class AnswerForm(VersionForm):
    text = TextField(label=gettext_lazy("Your answer"), rows=6)


class NoteForm(VersionForm):
    """Handing in what exists, with a word along if one likes."""

    text = TextField(label=gettext_lazy("A word along (may be left empty)"), rows=2)


class FeedbackForm(forms.Form):
    hide_optional = True
    section = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    saw = TextField(label=gettext_lazy("What we saw"))
    use = TextField(label=gettext_lazy("How it will be used"))
    action = TextField(label=gettext_lazy("What we will do"), rows=2)
    question = TextField(label=gettext_lazy("A question back (may be left empty)"), rows=2)

    def __init__(self, data: Any = None, *, sections: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.sections = dict(sections)
        if self.sections:
            self.fields["section"].choices = [("", _("The whole")), *self.sections.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["section"]

    def said(self) -> dict[str, Any]:
        key = self.cleaned_data.get("section", "")
        words = {name: self.cleaned_data[name] for name in ("saw", "use", "action", "question")}
        return {**words, "section": (key, self.sections.get(key, ""))}


class SharedFeedbackForm(FeedbackForm):
    """One text to many: to whom, of those whose answer is accepted."""

    receivers = forms.MultipleChoiceField(
        label=gettext_lazy("To"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose who gets the feedback.")},
    )

    def __init__(self, data: Any = None, *, receivers: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["receivers"].choices = list(receivers)  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    hide_optional = True
    obligation = forms.UUIDField(widget=forms.HiddenInput)
    text = TextField(label=gettext_lazy("Your reply"))


class AcknowledgeForm(forms.Form):
    hide_optional = True
    up_to = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10_000)
    question = TextField(label=gettext_lazy("Ask back (may be left empty)"), rows=2)
