"""The form of one activity: of a draft, of a published year, or a unit's or team's own. Errors stand at their field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from styrkedja.access.forms import DateField, forms_field
from styrkedja.access.queries import role_name
from styrkedja.access.roles import ROLES
from styrkedja.analyses.forms import TextField
from styrkedja.core.errors import Refused
from styrkedja.core.words import WRITTEN_IN
from styrkedja.organisation.models import NodeKind
from styrkedja.wheel.models import Activity, AnnualCycle, DoneCheck, Kind
from styrkedja.wheel.tasks.asking import asked_of

from .drafting_actions import refuse_days_outside

LEVELS = (NodeKind.COMMITTEE, NodeKind.ADMINISTRATION, NodeKind.UNIT, NodeKind.TEAM)
KEPT = "as_it_is"  # what shows it done stays what it is: a document of a kind, figures of a source
# What can be asked for without saying more, where it can be shown: decisions are entered above the units.
TICKED = (DoneCheck.TICK, DoneCheck.MEETING)
ALL = (*TICKED, DoneCheck.GOALS, DoneCheck.FOLLOW_UP)
CHECKS: dict[str, Sequence[DoneCheck]] = {
    NodeKind.COUNCIL: (*ALL, DoneCheck.DECISION),
    NodeKind.COMMITTEE: (*ALL, DoneCheck.DECISION),
    NodeKind.ADMINISTRATION: (*ALL, DoneCheck.DECISION),
    NodeKind.UNIT: ALL,
    NodeKind.TEAM: ALL,
    NodeKind.GROUP: TICKED,
}
UNOFFERED = ("operator", "auditor")  # they do nothing of the year's work
TEXTS = ("about", "before", "leaves", "routine")
FOLDED = ("participants", "before_sv", "leaves_sv", "routine_sv")


class ActivityForm(forms.Form):
    """The version is the draft's, or the activity's own once the year is published.

    levels: those it may be at. activity: the one that is changed, None for a new one. years: for an own one, the
    published years it may be added to, of which the first is proposed.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    year = forms.ChoiceField(label=gettext_lazy("Which year"))
    title_sv = forms.CharField(
        label=gettext_lazy("What is to be done"), max_length=200, widget=forms.TextInput({"lang": WRITTEN_IN})
    )
    title_en = forms.CharField(
        label=gettext_lazy("The same in English"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"lang": "en"}),
    )
    starts = DateField(label=pgettext_lazy("activity", "First day"))
    ends = DateField(
        label=pgettext_lazy("activity", "Last day"),
        required=False,
        help_text=gettext_lazy("Leave it empty for a single day."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    level = forms.ChoiceField(
        label=gettext_lazy("Who does it"), help_text=gettext_lazy("Each of them gets a task of its own.")
    )
    role = forms.ChoiceField(label=gettext_lazy("Who answers for it there"))
    school_forms = forms_field()
    done_check = forms.ChoiceField(label=gettext_lazy("What shows that it is done"))
    about_sv = TextField(label=pgettext_lazy("activity", "More about it"), rows=3)
    participants = forms.MultipleChoiceField(
        label=gettext_lazy("Who takes part"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They have it on their lists and in their calendars, but do not answer for it."),
    )
    before_sv = TextField(label=gettext_lazy("What it needs before"), rows=2)
    leaves_sv = TextField(label=gettext_lazy("What it leaves behind"), rows=2)
    routine_sv = forms.CharField(
        label=gettext_lazy("Routine"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The routine that describes it: its name, or where it is found."),
        widget=forms.TextInput({"lang": WRITTEN_IN}),
    )
    public = forms.BooleanField(label=gettext_lazy("May be shown on the intranet"), required=False, initial=False)

    def __init__(
        self,
        data: Any = None,
        *,
        cycle: AnnualCycle,
        levels: Sequence[str] = LEVELS,
        activity: Activity | None = None,
        own: bool = False,
        years: Sequence[AnnualCycle] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={**(_written(activity) if activity else {}), **(initial or {})})
        self.activity, self.own = activity, own
        self.years = {str(one.pk): one for one in years or (cycle,)}
        fixed = activity is not None and activity.cycle.state != "draft"
        at = [activity.level] if activity and fixed else levels
        self._choose("year", [(pk, str(one)) for pk, one in self.years.items()])
        self._choose("level", [(level, NodeKind(level).label) for level in at])
        self._choose("role", self._roles(levels))
        self._choose("participants", self._participants(levels))
        self._choose("done_check", self._checks(at))
        self.fixed = fixed
        if fixed:
            self.fields["school_forms"].help_text = _(
                "You see which places get it and which lose it before anything is changed."
            )
        for name in self._left_out(fixed):
            del self.fields[name]

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def _left_out(self, fixed: bool) -> list[str]:
        left = ["year"] if len(self.years) < 2 else []
        left += ["level"] if fixed else []
        left += ["school_forms", "public", "title_en"] if self.own else []
        return [*left, *(["school_forms"] if not self.own and self.activity and self.activity.continues_id else [])]

    def _roles(self, levels: Iterable[str]) -> list[tuple[str, Any]]:
        """Of an own activity those of its own levels; the one it has is always among them."""
        wanted = {*levels} if self.own else {*levels, "council"}
        has = self.activity.role if self.activity else ""
        return [
            (r.id, r.name)
            for r in ROLES.values()
            if r.id == has or (wanted & {*r.levels} and r.id not in UNOFFERED)
        ]  # fmt: skip

    def _participants(self, levels: Iterable[str]) -> list[tuple[str, str]]:
        """Each role at each level it can be held at: ("principal@unit", "Rektor (enhet)")."""
        offered = [(r.id, level) for level in levels for r in ROLES.values() if level in r.levels]
        named = [(r, level) for r, level in offered if r not in UNOFFERED]
        has = [(one["role"], one["level"]) for one in self.activity.participants] if self.activity else []
        return [(f"{role}@{level}", who(role, level)) for role, level in dict.fromkeys([*named, *has])]

    def _checks(self, levels: Sequence[str]) -> list[tuple[str, Any]]:
        """What can be shown at one of the levels; and first, where that says more, what shows it now."""
        simple = {check: None for level in levels for check in CHECKS[level]}
        choices: list[tuple[str, Any]] = [(check.value, check.label) for check in simple]
        now = self.activity
        if now and (now.done_with or now.done_check not in simple):
            self.initial["done_check"] = KEPT
            choices.insert(0, (KEPT, _("As now: %(sentence)s") % {"sentence": asked_of(now)}))
        return choices

    @property
    def cycle(self) -> AnnualCycle:
        """The year it is for, once the form is clean."""
        return self.years.get(self.cleaned_data.get("year", ""), next(iter(self.years.values())))

    @property
    def unfolded(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in FOLDED]

    @property
    def folded(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in FOLDED]

    @property
    def says_more(self) -> bool:
        """Is anything written in what is folded away, or wrong there?"""
        return any(field.errors or field.value() for field in self.folded)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["ends"] = data.get("ends") or data.get("starts")
        if data.get("starts") and data["ends"]:
            try:
                refuse_days_outside(self.cycle.period, data["starts"], data["ends"])
            except Refused as refused:
                self.add_error("ends", str(refused))
        level = data.get("level") or (self.activity.level if self.activity else "")
        check = data.get("done_check")
        if level and check and check != KEPT and check not in CHECKS[level]:
            self.add_error("done_check", _("That cannot be shown there. Choose something else."))
        return data

    def written(self) -> dict[str, Any]:
        """The fields as the actions take them. What is told in Swedish anew loses the English that no longer fits."""
        fields = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "year")}
        parted = (one.split("@") for one in fields["participants"])
        fields["participants"] = [{"role": role, "level": level} for role, level in parted]
        for name in ("participants", "school_forms"):
            if name in fields:
                fields[name] = self._in_its_order(name, fields[name])
        check = fields.pop("done_check")
        if check != KEPT:
            fields |= {"done_check": check, "done_with": {}}
        now = self.activity
        if now:
            again = {f"{word}_en": "" for word in TEXTS if fields[f"{word}_sv"] != getattr(now, f"{word}_sv")}
            title = {"title_en": ""} if self.own and fields["title_sv"] != now.title_sv else {}
            fields |= again | title
        return fields

    def _in_its_order(self, name: str, chosen: list[Any]) -> list[Any]:
        """The same ones in another order are no change."""
        has = getattr(self.activity, name) if self.activity else []
        return has if len(has) == len(chosen) and all(one in has for one in chosen) else chosen


def _written(activity: Activity) -> dict[str, Any]:
    names = [name for name in ActivityForm.base_fields if name not in ("version", "year", "participants")]
    named = [f"{one['role']}@{one['level']}" for one in activity.participants]
    return {**{name: getattr(activity, name) for name in names}, "participants": named}


def who(role: str, level: str) -> str:
    """ "Rektor (enhet)"."""
    return f"{role_name(role)} ({str(NodeKind(level).label).lower()})"
