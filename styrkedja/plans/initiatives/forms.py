"""Forms of initiatives: the proposal, its activities, changes after the decision, follow-up and evaluation.

They check what can be stored; what a proposal lacks before it is decided is told by `rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.access.forms import DateField
from styrkedja.analyses.forms import LinksField, TextField
from styrkedja.core.words import WRITTEN_IN
from styrkedja.indicators.display import number
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.goals.forms import NumberField
from styrkedja.plans.models import Activity, Evaluation, FollowUp, Goal, Ground, Initiative, InitiativeKind

from .cycles import name
from .queries import NeedChoice

Choices = Sequence[tuple[str, Any]]
NOTHING = ("", _("Choose …"))


class Figure(NumberField):
    """A number shown as it is written here, with a comma."""

    def prepare_value(self, value: Any) -> Any:
        return number(value, 4).rstrip("0").rstrip(",.") if isinstance(value, float) else value


class NeedsField(LinksField):
    """Keys "version:need" instead of ids; the action refuses what is not offered."""

    def validate(self, value: Any) -> None:  # noqa: ARG002
        return None


def title_field() -> forms.CharField:
    return forms.CharField(
        label=_("What do you do?"),
        help_text=_("A short name, as one would say it: Common start of lessons."),
        max_length=300,
        widget=forms.TextInput({"lang": WRITTEN_IN}),
        error_messages={"required": _("Write what the initiative is called.")},
    )


def kind_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Kind"),
        choices=InitiativeKind.choices,
        help_text=_("The assignment of a lead or development teacher is followed up twice a year."),
    )


class StartForm(forms.Form):
    """The first words of a proposal; everything else is written on its own page."""

    title = title_field()
    kind = kind_field()
    period = forms.ChoiceField(label=_("School year"))
    needs = NeedsField(label=_("Which needs does it answer?"), required=False)

    def __init__(self, *args: Any, years: Choices, needs: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = years  # type: ignore[attr-defined]
        self.fields["needs"].choices = needs  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """A whole proposal, in parts. Nothing but the name is required while one writes."""

    hide_optional = True
    PARTS: ClassVar[tuple[tuple[str | Promise, tuple[str, ...]], ...]] = (
        (_("What and why"), ("title", "kind", "period", "goal", "needs", "aim")),
        (_("Expected effect"), ("effect", "measure", "target", "target_date", "sign")),
        (_("What it rests on"), ("ground", "reference")),
        (_("Who and when"), ("holder", "participants", "starts_on", "ends_on", "resources")),
        (_("How it is judged"), ("evaluation_form", "evaluation_date")),
    )

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    title = title_field()
    kind = kind_field()
    period = forms.ChoiceField(label=_("School year"))
    goal = forms.ChoiceField(label=_("Which goal does it serve?"), required=False)
    needs = NeedsField(
        label=_("Which needs does it answer?"),
        help_text=_("From the established analysis, in its own words."),
        required=False,
    )
    aim = TextField(label=_("Aim: what is to become better, and for whom?"))
    effect = forms.ChoiceField(
        label=_("How will one see the effect?"),
        choices=Initiative.Effect.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("For groups too small for figures: write a sign of success in words."),
    )
    measure = forms.ChoiceField(
        label=_("Indicator"),
        required=False,
        help_text=_("The latest figure is kept as the starting point when you save."),
    )
    target = Figure(label=_("Value to reach"), required=False)
    target_date = DateField(label=_("By when"), required=False)
    sign = TextField(label=_("Sign of success: what will you see or hear?"))
    ground = forms.ChoiceField(label=_("It rests on"), choices=[NOTHING, *Ground.choices], required=False)
    reference = TextField(label=_("Where can that be read, or whose experience is it?"), rows=2)
    holder = forms.ChoiceField(
        label=_("Responsible"), required=False, help_text=_("One person, with a role here or above.")
    )
    participants = LinksField(label=_("In which teams is it to be carried out?"), required=False)
    starts_on = DateField(label=_("First day"), required=False)
    ends_on = DateField(label=_("Last day"), required=False)
    resources = TextField(label=_("Resources: time, people, money"), rows=2)
    evaluation_form = TextField(label=_("How is it to be evaluated?"), rows=2)
    evaluation_date = DateField(label=_("Date of evaluation"), required=False)

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        self.offered = offered
        super().__init__(*args, **kwargs)
        for field, choices in offered.choices().items():
            self.fields[field].choices = choices  # type: ignore[attr-defined]

    def parts(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        for heading, names in self.PARTS:
            yield heading, [self[name] for name in names]

    def written(self) -> dict[str, Any]:
        """What was written, as the model keeps it."""
        said = dict(self.cleaned_data)
        for extra in ("version", "needs", "participants"):
            said.pop(extra)
        said["indicator"], _bar, said["part"] = said.pop("measure").partition("|")
        said["holder"] = self.offered.people.get(said["holder"])
        said["goal"] = self.offered.goals.get(said["goal"])
        return said


class Offered:
    """What can be chosen in a proposal; what is chosen already stays among it."""

    def __init__(
        self,
        *,
        years: Choices,
        needs: Iterable[NeedChoice],
        measures: Choices,
        people: Iterable[Person],
        nodes: Iterable[Node],
        goals: Iterable[Goal],
        current: Initiative | None = None,
    ) -> None:
        self.years, self.measures = years, measures
        self.people = {str(p.pk): p for p in people}
        self.nodes = {str(n.pk): n for n in nodes}
        self.goals = {str(g.pk): g for g in goals}
        self.needs = {need.key: need_line(need) for need in needs}
        if current is not None:
            self._keep(current)

    def _keep(self, current: Initiative) -> None:
        if current.holder:
            self.people.setdefault(str(current.holder.pk), current.holder)
        if current.goal:
            self.goals.setdefault(str(current.goal.pk), current.goal)
        for one in current.participants.select_related("node"):
            self.nodes.setdefault(str(one.node_id), one.node)
        for need in current.needs.all():
            self.needs.setdefault(f"{need.source_id}:{need.need}", short(need.text))

    def choices(self) -> dict[str, Choices]:
        return {
            "period": self.years,
            "goal": [("", _("None")), *((key, short(g.title)) for key, g in self.goals.items())],
            "needs": list(self.needs.items()),
            "measure": self.measures,
            "holder": [NOTHING, *((key, p.name) for key, p in self.people.items())],
            "participants": [(key, n.name) for key, n in self.nodes.items()],
        }


def need_line(need: NeedChoice) -> str:
    return f"{short(need.text)} ({need.source.document.node.name} {need.source.document.period})"


def short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119].rstrip() + "…"


class ActivityForm(forms.Form):
    """One activity. After the decision its change asks for a reason."""

    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    what = TextField(label=_("What is done?"), rows=2)
    who = forms.CharField(
        label=_("Who does it?"), required=False, max_length=200, widget=forms.TextInput({"lang": WRITTEN_IN})
    )
    due = DateField(label=_("By when"), required=False)
    reason = TextField(label=_("Why is it changed?"), rows=2)

    def __init__(self, data: Any = None, *, activity: Activity | None = None, with_reason: bool, **kwargs: Any) -> None:
        self.activity = activity
        if activity is not None:
            kwargs.setdefault("auto_id", f"aktivitet-{activity.pk}-%s")
            written = {name: getattr(activity, name) for name in ("what", "who", "due", "version")}
            kwargs["initial"] = {**written, **kwargs.get("initial", {})}
        super().__init__(data, **kwargs)
        if not with_reason:
            del self.fields["reason"]

    def written(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("what", "who", "due")}


class Asking(forms.Form):
    """Asks for words: `asked` names the fields that may not be blank, and what is said then."""

    asked: ClassVar[Mapping[str, str | Promise]] = {}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for field, sentence in self.asked.items():
            if field in self.fields and not str(said.get(field) or "").strip() and field not in self.errors:
                self.add_error(field, str(sentence))
        return said


class ReasonForm(Asking):
    """Why an initiative is stopped."""

    hide_optional = True
    asked: ClassVar = {"reason": _("Write why it is stopped.")}
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = TextField(label=_("Why is it stopped?"), help_text=_("The reason is shown with the initiative."))


class AdjustForm(Asking):
    """What may still change in what is decided, with the reason."""

    hide_optional = True
    asked: ClassVar = {"reason": _("Write why it is changed. The reason is shown with the initiative.")}
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    holder = forms.ChoiceField(label=_("Responsible"))
    participants = LinksField(label=_("In which teams is it to be carried out?"), required=False)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    evaluation_date = DateField(label=_("Date of evaluation"))
    resources = TextField(label=_("Resources: time, people, money"), rows=2)
    reason = TextField(label=_("Why is it changed?"), rows=2, help_text=_("The reason is shown with the initiative."))

    def __init__(self, *args: Any, offered: Offered, **kwargs: Any) -> None:
        self.offered = offered
        super().__init__(*args, **kwargs)
        choices = offered.choices()
        for field in ("holder", "participants"):
            self.fields[field].choices = choices[field]  # type: ignore[attr-defined]

    def written(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("starts_on", "ends_on", "evaluation_date", "resources")}
        return {**said, "holder": self.offered.people.get(self.cleaned_data["holder"])}

    def places(self) -> list[UUID]:
        return [UUID(i) for i in self.cleaned_data["participants"]]


class FollowUpForm(Asking):
    """How it goes. A deviation is told with what is done about it."""

    hide_optional = True
    asked: ClassVar = {"done": _("Write what has been done.")}
    cycle = forms.ChoiceField(label=_("For"))
    status = forms.ChoiceField(label=_("How does it go?"), choices=FollowUp.Status.choices, widget=forms.RadioSelect)
    done = TextField(label=_("What has been done?"))
    carried_out_in = LinksField(label=_("Where is it really carried out?"), required=False)
    deviation = TextField(label=_("What deviates?"), rows=2, help_text=_("Not needed when it goes as planned."))
    measure = TextField(label=_("What do you do about it?"), rows=2)

    def __init__(self, *args: Any, cycles: Iterable[str], nodes: Iterable[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].choices = [(c, name(c)) for c in cycles]  # type: ignore[attr-defined]
        self.fields["carried_out_in"].choices = [(str(n.pk), n.name) for n in nodes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("status") not in (None, "", FollowUp.Status.AS_PLANNED):
            for field, sentence in (
                ("deviation", _("Write what deviates.")),
                ("measure", _("Write what you do about it.")),
            ):
                if not (said.get(field) or "").strip() and field not in self.errors:
                    self.add_error(field, sentence)
        return said

    def written(self) -> dict[str, Any]:
        return {**self.cleaned_data, "carried_out_in": [UUID(i) for i in self.cleaned_data["carried_out_in"]]}


class EvaluationForm(Asking):
    """Expected beside actual, and what one decides and learns from it."""

    hide_optional = True
    asked: ClassVar = {
        "other_explanations": _("Write which other explanations there may be, or that you see none."),
        "learned": _("Write what you have learned."),
        "reason": _("It has been judged. Write why the evaluation is corrected."),
    }
    words = TextField(label=_("What have you seen?"))
    carried_out = forms.ChoiceField(
        label=_("Was it carried out as intended?"), choices=Evaluation.CarriedOut.choices, widget=forms.RadioSelect
    )
    carried_out_how = TextField(label=_("What was not carried out as intended?"), rows=2)
    other_explanations = TextField(
        label=_("What else could explain the result?"),
        rows=2,
        help_text=_("Another schedule, new pupils, other teachers, other initiatives …"),
    )
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=Evaluation.Verdict.choices,
        widget=forms.RadioSelect,
        help_text=_("No effect is a good answer: others are spared the same work."),
    )
    decision = forms.ChoiceField(label=_("Decision"), choices=Evaluation.Decided.choices, widget=forms.RadioSelect)
    learned = TextField(label=_("What have you learned?"), help_text=_("Other units read it in the library."))
    reason = TextField(label=_("Why is the evaluation corrected?"), rows=2)

    def __init__(self, *args: Any, words_needed: bool, correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words_needed = words_needed
        if not correction:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if self.words_needed and not (said.get("words") or "").strip() and "words" not in self.errors:
            self.add_error("words", _("No figure can tell: write what you have seen instead."))
        partly = said.get("carried_out") not in (None, "", Evaluation.CarriedOut.YES)
        if partly and not (said.get("carried_out_how") or "").strip() and "carried_out_how" not in self.errors:
            self.add_error("carried_out_how", _("Write what was not carried out as intended."))
        return said
