"""Safety and calm to study (Skollagen 5:3, 6:6-10): surveys, absence, reports of degrading treatment, complaints."""

from __future__ import annotations

from django.utils.translation import gettext as _

from styrkedja.indicators.catalogue import catalogue
from styrkedja.reports import measures
from styrkedja.reports.areas import safety_keys
from styrkedja.reports.blocks import Block, Text
from styrkedja.reports.catalogue import outline
from styrkedja.reports.passages import lead_and_list
from styrkedja.reports.scope import Scope


def build(scope: Scope) -> list[Block]:
    keys = safety_keys(scope)
    blocks = measures.of_keys(keys, scope, level=2)
    if missing := _missing({id for id, _part in keys}, scope):
        sentence = _("For these years nothing has been reported about the following:")
        blocks.append(Text(lead_and_list(sentence, missing)))
    return blocks


def _missing(reported: set[str], scope: Scope) -> list[str]:
    """What belongs here for the node's school forms and has no figure: silence is not a good result."""
    rule = outline("quality")
    wanted = (*rule.safety_parts, *sorted(rule.safety_indicators))
    known = [catalogue()[id] for id in wanted if id not in reported]
    return [str(i.name) for i in known if not scope.forms or scope.forms & set(i.school_forms)]
