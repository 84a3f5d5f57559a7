"""What the formats may know of this installation: the units it has and the indicators of its catalogue.

The catalogue lies in a room above this one, so the settings name the function that gives it (`INTAKE_INDICATORS`,
"package.module.function" returning `LocalIndicator`s); only `config` knows both rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission
from styrkedja.observations.models import StatisticalUnit
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.tree import valid_on

from .parsing import IndicatorRule, ParseContext


@dataclass(frozen=True)
class LocalIndicator:
    """An indicator as somebody who fills in the template needs it. parts: (id, Swedish, English)."""

    id: str
    name: dict[str, str]  # {"sv", "en"}
    unit: dict[str, str]
    rule: IndicatorRule
    parts: tuple[tuple[str, str, str], ...] = ()


def local_indicators() -> list[LocalIndicator]:
    """The indicators a local file may speak of, in the catalogue's order."""
    give = cast(Callable[[], Iterable[LocalIndicator]], import_string(settings.INTAKE_INDICATORS))
    return list(give())


def own_nodes(by: Person | None) -> list[Node]:
    """Nodes with a statistical code that `by` may import figures about; all of them for the system."""
    nodes = Node.objects.filter(valid_on(timezone.localdate())).exclude(statistical_code="")
    if by is None:
        return list(nodes)
    reached = Access(by).nodes_for(Permission.IMPORT)
    return [node for node in nodes if node.pk in reached]


def for_the_whole_chain(access: Access) -> bool:
    """May this person import for all of it? Who may for a part imports that part's local figures (docs/adr/0013)."""
    return access.tree.nodes.keys() <= access.nodes_for(Permission.IMPORT)


def parse_context(by: Person | None) -> ParseContext:
    """For a local file: our own units within reach, and, for the whole chain, other units an import has brought."""
    own = {node.statistical_code: node.statistical_kind for node in own_nodes(by)}
    return ParseContext(indicators={i.id: i.rule for i in local_indicators()}, known_units=_others(by) | own)


def _others(by: Person | None) -> dict[str, str]:
    if by is not None and not for_the_whole_chain(Access(by)):
        return {}
    ours = set(Node.objects.exclude(statistical_code="").values_list("statistical_kind", "statistical_code"))
    others = StatisticalUnit.objects.values_list("kind", "code")
    return {code: kind for kind, code in others if (kind, code) not in ours}
