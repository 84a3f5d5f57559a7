"""What can stand in `when`, in `responsible` and in `done_with`. Each answers "" or what is wrong, in Swedish."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from styrkedja.access.roles import ROLES
from styrkedja.dialogues.meetings.catalogue import kinds
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

# By check: the words that must stand and those that may, with what they may say (`wheel.checks`). MANY take a list too.
Known = Callable[[], Collection[str]]
PERIODS = ("own", "before", "next")
UNTIL = ("sent", "handed_in", "accepted", "closed")
DOCUMENTS: dict[str, Known] = {"kind": lambda: DocumentKind.values}
REQUESTS: dict[str, Known] = {
    "what": lambda: What.values,
    "kind": lambda: DocumentKind.values,
    "as": lambda: ("answers", "asks"),
    "until": lambda: UNTIL,
}
PERIOD: dict[str, Known] = {"period": lambda: PERIODS}
DONE_WITH: dict[str, tuple[dict[str, Known], dict[str, Known]]] = {
    DoneCheck.DOCUMENT: (DOCUMENTS, {"state": lambda: HANDED_IN, **PERIOD}),
    DoneCheck.PUBLICATION: (DOCUMENTS, PERIOD),
    DoneCheck.REQUEST: ({}, REQUESTS),
    DoneCheck.IMPORT: ({"sources": lambda: {one.SOURCE for one in formats().values()}}, {}),
    DoneCheck.MEETING: ({"kind": kinds}, {}),
    DoneCheck.DECISION: ({"kind": lambda: DecisionKind.values}, {}),
    DoneCheck.GOALS: ({}, PERIOD),
    DoneCheck.FOLLOW_UP: ({}, {}),
    DoneCheck.TICK: ({}, {}),
}
MANY = ("kind", "what", "sources")


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
    if check in (DoneCheck.DOCUMENT, DoneCheck.PUBLICATION):
        wrong = [kind for kind in _each(value["kind"]) if (kind, level) not in authorities()]
        return f"{', '.join(wrong)} finns inte på nivån {level}" if wrong else ""
    return ""


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _unknown(key: str, value: Any, known: Collection[str]) -> str:
    if isinstance(value, list) and (key not in MANY or not value):
        return f"{key} säger ett värde" if value else f"{key} är en tom lista"
    if key == "sources" and not isinstance(value, list):
        return "sources är en lista av källor"
    wrong = [str(one) for one in _each(value) if not isinstance(one, str) or one not in known]
    return f"{key} finns inte: {', '.join(wrong)} (välj bland {', '.join(sorted(known))})" if wrong else ""
