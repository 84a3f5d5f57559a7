"""The analysis: causes with what they rest on and what speaks against them, and what is not known. Skollagen 4:3-4."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.reports import passages, showing
from styrkedja.reports.blocks import Block, Callout, Heading, Text
from styrkedja.reports.passages import Body
from styrkedja.reports.scope import Scope


def build(scope: Scope) -> list[Block]:
    return [*_causes(scope), Heading(_("Uncertainty"), 2), Text(passages.as_list(_uncertain(scope)))]


def _causes(scope: Scope) -> list[Block]:
    if scope.body is None:
        return [Callout("attention", _("There is no analysis of causes"), passages.without_analysis(scope))]
    if not scope.body["causes"]:
        return [Text(_("The analysis names no causes."))]
    rests = passages.grounds(scope)
    blocks: list[Block] = [Heading(_("Causes"), 2)]
    for place, cause in enumerate(scope.body["causes"], start=1):
        blocks += _cause(place, cause, rests)
    return blocks


def _cause(place: int, cause: Body, rests: dict[str, passages.GroundLine]) -> list[Block]:
    held = [rests[id] for id in cause["grounds"] if id in rests]
    figures, words = ([g.line for g in held if g.own_words is own] for own in (False, True))
    blocks: list[Block] = [Heading(_("Cause %(number)s") % {"number": place}, 3), Text(cause["text"], words=True)]
    if held:
        blocks.append(passages.own_list(words, passages.lead_and_list(_("It rests on:"), figures)))
    else:
        blocks.append(Text(_("The analysis does not say what it rests on.")))
    if cause["rival"].strip():
        blocks.append(Callout("info", _("Another possible explanation"), cause["rival"], words=True))
    if cause["rival_unknown"]:
        blocks.append(Callout("info", _("We do not know yet"), _("Whether something else explains it is not known.")))
    return blocks


def _uncertain(scope: Scope) -> Iterator[str]:
    """What the reader has to bear in mind, counted from the material itself."""
    if scope.body is not None:
        unknown = sum(c["rival_unknown"] or not c["grounds"] for c in scope.body["causes"])
        if unknown:
            yield _("Causes of which the analysis does not know whether something else explains them: %(count)s.") % {
                "count": unknown
            }
    if hidden := showing.latest_states(scope.series):
        yield ngettext(
            "%(count)s latest figure is not shown, since too few are concerned or the source withholds it.",
            "%(count)s latest figures are not shown, since too few are concerned or the source withholds them.",
            hidden,
        ) % {"count": hidden}
    uncounted = [s for s in scope.series.values() if s.latest.value is not None and s.latest.n is None]
    if uncounted:
        yield _(
            "For %(count)s of %(all)s figures the source does not say how many pupils they are about. Whether chance "
            "explains a difference cannot be told for these."
        ) % {"count": len(uncounted), "all": len(scope.series)}
    if missing := [u for u in scope.units if scope.above_units and u.pk not in scope.unit_versions]:
        yield ngettext(
            "%(count)s of %(all)s units has no established analysis.",
            "%(count)s of %(all)s units have no established analysis.",
            len(missing),
        ) % {"count": len(missing), "all": len(scope.units)}
    yield from _breaks(scope)
    yield _("A difference between two figures does not by itself say what it depends on.")


def _breaks(scope: Scope) -> Iterator[str]:
    said = {str(b.text): b.period for s in scope.series.values() for b in s.breaks}
    for text, period in said.items():
        yield _("From %(period)s the figures mean something else: %(text)s") % {"period": period, "text": text}
