"""An analysis as lines in reading order, for comparing two versions of it word by word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from styrkedja.documents.comparing import Line

from .models import Step

Body = dict[str, Any]


def lines(context: dict[str, Any]) -> list[Line]:
    """The lines of a body as this reader may read it; `context` of `reading.body_context`."""
    body = context["body"]
    return [
        *_units(body),
        *(line for area in body["areas"] for line in _area(area)),
        *_causes(body),
        *_needs(body),
        *(_participation(row) for row in context["participation"]),
    ]


def _units(body: Body) -> Iterator[Line]:
    for unit in body["units"]:
        version = unit["version"]
        included = _("Included, version %(number)s") % {"number": version["number"]} if version else unit["reason"]
        yield Line(f"enhet:{unit['node']}", str(Step.UNITS.label), unit["name"], included)


def _area(area: Body) -> Iterator[Line]:
    part = area["sv"] if (get_language() or "sv").startswith("sv") else area["en"]
    for quote in area["figures"]:
        figure = quote["figure"]
        text = f"{figure['label']}: {figure['display']} {figure['unit_word']}".rstrip() + f" ({figure['period']})"
        yield Line(f"siffra:{quote['id']}", part, _("Quoted figure"), text)
    for finding in area["findings"]:
        yield Line(f"resultat:{finding['id']}", part, _("Result"), finding["text"])
    for evidence in area["evidence"]:
        whose = ", ".join(str(evidence[name]) for name in ("author", "date", "kind_word") if evidence[name])
        yield Line(f"underlag:{evidence['id']}", part, _("Evidence"), f"{evidence['text']}\n{whose}")
    for citation in area["citations"]:
        yield Line(f"utdrag:{citation['id']}", part, citation["node"], citation["passage"])
    if said := area["assessment"]:
        text = "\n".join(str(said[name]) for name in ("word", "text") if said[name])
        yield Line(f"bedomning:{area['key']}", part, _("Conclusion"), text)


def _causes(body: Body) -> Iterator[Line]:
    for number, cause in enumerate(body["causes"], start=1):
        key, part = f"orsak:{cause['id']}", str(Step.CAUSES.label)
        label = _("Cause %(number)s") % {"number": number}
        rival = [cause["rival"], *([_("We do not know yet")] if cause["rival_unknown"] else [])]
        yield Line(key, part, label, cause["text"])
        rests = "\n".join(ground["text"] for ground in cause["grounds"])
        yield Line(f"{key}/grund", part, f"{label}: {_('Rests on')}", rests)
        yield Line(f"{key}/emot", part, f"{label}: {_('What speaks against it')}", "\n".join(r for r in rival if r))


def _needs(body: Body) -> Iterator[Line]:
    for need in body["needs"]:
        label = _("Need %(number)s") % {"number": need["priority"]}
        because = "".join(f"\n– {cause}" for cause in need["causes"])
        yield Line(f"behov:{need['id']}", str(Step.NEEDS.label), label, f"{need['text']}{because}")


def _participation(row: Body) -> Line:
    offered = [_("They were given the chance to take part.")] if row["offered"] else []
    text = "\n".join(word for word in (*offered, row["how"], row["held"]) if word)
    return Line(f"delaktighet:{row['group']}", str(Step.PARTICIPATION.label), str(row["label"]), text)
