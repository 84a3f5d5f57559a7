"""What can stand in `when`, in `responsible` and in `done_with`. Each answers "" or what is wrong, in Swedish."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from styrkedja.access.roles import ROLES
from styrkedja.dialogues.models import What
from styrkedja.documents.authority import table as authorities
from styrkedja.documents.models import DocumentKind, DocumentState
from styrkedja.intake.formats import formats
from styrkedja.organisation.models import NodeKind
from styrkedja.plans.models import DecisionKind
from styrkedja.wheel.models import DoneCheck

from ._shapes import ANCHORS

LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # 29 February is a day one may plan for
FURTHEST = 180  # days from an anchor: what lies further away has a nearer one
FORMS = {
    "month": {"month", "to_month", "day"},
    "week": {"week", "to_week", "weekday"},
    "anchor": {"anchor", "offset", "length"},
}
WHEN = "when är en månad (month), en vecka (week) eller en fast punkt (anchor)"
HANDED_IN = (DocumentState.SUBMITTED, DocumentState.ESTABLISHED, DocumentState.PUBLISHED)
MEETINGS = (
    "ska_dag", "dialogdag", "analysseminarium", "betygsdialog", "resursdialog", "verksamhetsdialog", "amnesgrupp",
    "arbetslagsmote", "presidium", "samrad",
)  # fmt: skip


def check_who(value: Any) -> str:
    """{ role, level }, where the role can be held at a place of the level."""
    if not isinstance(value, dict) or value.keys() != {"role", "level"}:
        return "skrivs { role = ..., level = ... }"
    role, level = value["role"], value["level"]
    if not isinstance(role, str) or role not in ROLES:
        return f"rollen {role} finns inte"
    if level not in NodeKind.values:
        return f"nivån {level} finns inte (välj bland {', '.join(NodeKind.values)})"
    return "" if level in ROLES[role].levels else f"rollen {role} finns inte på nivån {level}"


def check_when(value: Any) -> str:
    """Exactly one of the three forms, and days that can be."""
    if not isinstance(value, dict):
        return WHEN
    chosen = [form for form in FORMS if form in value]
    if len(chosen) != 1:
        return f"{WHEN}, en av dem"
    form = chosen[0]
    if strange := sorted(value.keys() - FORMS[form]):
        return f"{', '.join(strange)} hör inte ihop med {form}"
    if wrong := sorted(key for key, said in value.items() if key != "anchor" and type(said) is not int):
        return f"{', '.join(wrong)} är ett heltal"
    return CHECK_FORM[form](value)


def _check_months(value: Mapping[str, Any]) -> str:
    if any(not 1 <= value[key] <= 12 for key in ("month", "to_month") if key in value):
        return "en månad är 1-12"
    if "day" in value and "to_month" in value:
        return "en dag (day) hör till en enda månad, utan to_month"
    if "day" in value and not 1 <= value["day"] <= LONGEST_MONTHS[value["month"] - 1]:
        return f"dagen {value['day']} finns aldrig i månad {value['month']}"
    return ""


def _check_weeks(value: Mapping[str, Any]) -> str:
    if any(not 1 <= value[key] <= 53 for key in ("week", "to_week") if key in value):
        return "en vecka är 1-53"
    if "weekday" in value and "to_week" in value:
        return "en veckodag (weekday) hör till en enda vecka, utan to_week"
    return "" if 1 <= value.get("weekday", 1) <= 7 else "en veckodag är 1 (måndag) - 7"


def _check_anchor(value: Mapping[str, Any]) -> str:
    if value["anchor"] not in ANCHORS:
        return f"den fasta punkten {value['anchor']} finns inte (välj bland {', '.join(ANCHORS)})"
    if abs(value.get("offset", 0)) > FURTHEST:
        return f"offset är högst {FURTHEST} dagar, före (-) eller efter"
    return "" if 1 <= value.get("length", 1) <= 366 else "length är 1-366 dagar"


CHECK_FORM: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "month": _check_months,
    "week": _check_weeks,
    "anchor": _check_anchor,
}

# By check: the words that must stand, those that may, each with what it may say.
Known = Callable[[], Collection[str]]
DONE_WITH: dict[str, tuple[dict[str, Known], dict[str, Known]]] = {
    DoneCheck.DOCUMENT: ({"kind": lambda: DocumentKind.values}, {"state": lambda: HANDED_IN}),
    DoneCheck.REQUEST: ({}, {"what": lambda: What.values}),
    DoneCheck.IMPORT: ({"sources": lambda: {one.SOURCE for one in formats().values()}}, {}),
    DoneCheck.MEETING: ({"kind": lambda: MEETINGS}, {}),
    DoneCheck.PUBLICATION: ({"kind": lambda: DocumentKind.values}, {}),
    DoneCheck.DECISION: ({"kind": lambda: DecisionKind.values}, {}),
    DoneCheck.FOLLOW_UP: ({}, {}),
    DoneCheck.GOALS: ({}, {}),
    DoneCheck.TICK: ({}, {}),
}


def check_done(check: str, value: Any, level: str) -> str:
    """The words the check asks for, and no others."""
    required, optional = DONE_WITH[check]
    if not isinstance(value, dict):
        return "skrivs { kind = ... }"
    if lacks := sorted(required.keys() - value.keys()):
        return f"{check} säger vad som visar att det är gjort; det saknas: {', '.join(lacks)}"
    if strange := sorted(value.keys() - required.keys() - optional.keys()):
        return f"{', '.join(strange)} hör inte till {check}"
    for key, known in {**required, **optional}.items():
        if key in value and (fault := _unknown(key, value[key], known())):
            return fault
    if check in (DoneCheck.DOCUMENT, DoneCheck.PUBLICATION) and (value["kind"], level) not in authorities():
        return f"{value['kind']} finns inte på nivån {level}"
    return ""


def _unknown(key: str, value: Any, known: Collection[str]) -> str:
    many = key == "sources"
    if many and (not isinstance(value, list) or not value):
        return "sources är en lista av källor"
    wrong = [str(one) for one in (value if many else [value]) if not isinstance(one, str) or one not in known]
    return f"{key} finns inte: {', '.join(wrong)} (välj bland {', '.join(sorted(known))})" if wrong else ""
