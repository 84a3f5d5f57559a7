"""*På en sida*: the message, the key figures, what went well and what worries, why, what is done, what to decide."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from styrkedja.analyses.queries import needs_of
from styrkedja.indicators.series import Series
from styrkedja.organisation.models import NodeKind
from styrkedja.reports import passages, showing
from styrkedja.reports.blocks import Block, Callout, Figures, Heading, PageBreak, Text
from styrkedja.reports.catalogue import outline
from styrkedja.reports.highlights import MOST, Highlights, first_sentence, highlights
from styrkedja.reports.scope import Scope

LONGEST = 150  # letters of a cause or a need


def build(scope: Scope) -> list[Block]:
    found = highlights(scope)
    series = _key_series(scope)
    blocks: list[Block] = [Heading(_message(scope, found), 2, listed=False)]
    if series:
        blocks.append(Figures(tuple(replace(showing.figure_item(s, scope), interval=None) for s in series)))
    else:
        blocks.append(Text(_("There are no figures about %(node)s for these years.") % {"node": scope.node.name}))
    blocks += [*_stands_out(found, bool(series)), *_why_and_what(scope), _decision(scope), PageBreak()]
    return blocks


def _message(scope: Scope, found: Highlights) -> str:
    if not scope.series:
        return _("There is no material to judge %(node)s by yet") % {"node": scope.node.name}
    return found.message


def _key_series(scope: Scope) -> list[Series]:
    """One line an indicator, those with a number first in line, in the outline's order."""
    rule = outline("quality")
    chosen = []
    for id in rule.key_figures:
        lines = [s for key, s in scope.series.items() if key[0] == id and showing.has_number(s)]
        chosen += lines[:1]
    return chosen[: rule.most_key_figures]


def _stands_out(found: Highlights, any_figures: bool) -> list[Block]:
    if not any_figures:
        return []
    good = passages.as_list(list(found.good)) or _(
        "No figure is clearly better than in the nation or the years before."
    )
    bad = passages.as_list(list(found.bad)) or _("No figure is clearly worse than in the nation or the years before.")
    return [
        Callout("good", _("Better than in the nation or the years before"), good),
        Callout("attention", _("Worse than in the nation or the years before"), bad),
    ]


def _why_and_what(scope: Scope) -> list[Block]:
    if scope.body is None:
        return [Heading(_("Why"), 3), Text(passages.without_analysis(scope))]
    causes = [_short(c["text"]) for c in scope.body["causes"]][:MOST]
    needs = [_short(n["text"]) for n in needs_of(scope.body)][:MOST]
    why = passages.own_list(causes) if causes else Text(_("The analysis names no causes."))
    what = passages.own_list(needs) if needs else Text(_("The analysis names no needs."))
    return [Heading(_("Why"), 3), why, Heading(_("What has to develop"), 3), what]


def _short(text: str) -> str:
    """A page has room for so much; the whole text stands in its own section."""
    words = first_sentence(text)
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …"


def _decision(scope: Scope) -> Callout:
    words = {"period": scope.period, "node": scope.node.name}
    if not scope.established:
        return Callout(
            "decision",
            _("No decision is proposed yet"),
            _("A decision can be proposed when the situation analysis for %(period)s has been established.") % words,
        )
    if scope.node.kind == NodeKind.UNIT:
        return Callout(
            "decision",
            _("The principal establishes the quality report"),
            _("- The quality report for %(period)s is established and handed over to the organiser.\n"
              "- The prioritised needs are the ground of the next operational plan.") % words,
        )  # fmt: skip
    return Callout(
        "decision",
        _("The committee is proposed to decide"),
        _("- that the quality report for %(period)s is approved,\n"
          "- that the prioritised needs are the ground of goals and resources for the coming year.") % words,
    )  # fmt: skip
