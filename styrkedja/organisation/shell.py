"""What stands around every page of a node: the chain above it, the four questions, and its other pages.

Serves every step of the cycle: the same frame at every level. A link is offered only when the view it leads
to would open for this person at this node, as the view itself declares (`@requires`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from .models import Node
from .tree import Tree


class Viewer(Protocol):
    """What the shell asks of `access.gate.Access`, which stands in a room above this one."""

    @property
    def tree(self) -> Tree: ...

    def reaches(self, node_id: UUID, *permissions: Any, any_day: bool) -> bool: ...


def node_shell(access: Viewer, node: Node, current: str = "where") -> dict[str, Any]:
    """Context of a node's page: {"node", "chain": [{label, url}], "tabs": [...], "links": [...]}.

    Tabs and links are {key, label, url, current}. Tabs: where, whereto, how, outcome; a url of None says that the
    step comes later. Links, of which those that would not open are left out: see `_links`.
    """
    return {
        "node": node,
        "chain": [*_steps(access, access.tree.ancestors(node.pk)), {"label": node.name, "url": None}],
        "tabs": _tabs(access, node, current),
        "links": _links(access, node, current),
    }


def page_of(access: Viewer, node: Node) -> str | None:
    """The address of the first of a node's pages that opens for this person; None when none does."""
    return opened(access, "indicators:node", node) or opened(access, "organisation:node", node)


def opened(access: Viewer, name: str, node: Node) -> str | None:
    """The address of a page of the node, if it exists and would open for this person."""
    try:
        address = reverse(name, args=[node.pk])
        view = resolve(address).func
    except (NoReverseMatch, Resolver404):
        return None
    permissions = getattr(view, "access", ())
    if isinstance(permissions, str):  # "public", "logged in"
        return address
    return address if access.reaches(node.pk, *permissions, any_day=getattr(view, "any_day", False)) else None


def _steps(access: Viewer, nodes: Iterable[Node]) -> list[dict[str, Any]]:
    return [{"label": node.name, "url": page_of(access, node)} for node in nodes]


def _tabs(access: Viewer, node: Node, current: str) -> list[dict[str, Any]]:
    """None for those who work with none of the questions."""
    where = opened(access, "indicators:node", node)
    if where is None:
        return []
    first = {"key": "where", "label": _("Where are we?"), "url": where, "current": current == "where"}
    later = (("whereto", _("Where are we going?")), ("how", _("How do we do it?")), ("outcome", _("How did it go?")))
    return [
        first,
        *(
            {"key": key, "label": label, "url": opened(access, f"plans:{key}", node), "current": current == key}
            for key, label in later
        ),
    ]


def _links(access: Viewer, node: Node, current: str) -> list[dict[str, Any]]:
    found = (
        ("analyses", _("Analysis"), opened(access, "analyses:node", node)),
        ("plans", _("Plans"), opened(access, "plans:plans", node)),
        ("dialogues", _("Requests and answers"), opened(access, "dialogues:node", node)),
        ("meetings", _("Meetings"), opened(access, "dialogues:meetings", node)),
        ("wheel", _("Annual wheel"), opened(access, "wheel:node", node)),
        ("reports", _("Reports"), opened(access, "reports:node", node)),
        ("handover", _("Handover"), opened(access, "desk:handover", node)),
        ("about", _("About"), opened(access, "organisation:node", node)),
    )
    return [{"key": key, "label": label, "url": url, "current": current == key} for key, label, url in found if url]
