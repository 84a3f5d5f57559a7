"""Who works with a plan beside its writers: the staff of its unit, who talk it through."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from styrkedja.core.sorting import swedish_key
from styrkedja.documents.models import OPEN, DocumentState
from styrkedja.organisation.models import Assignment, Node, Person
from styrkedja.organisation.tree import Tree, valid_on

TALKED_ABOUT = (*OPEN, DocumentState.SUBMITTED)  # what is established is no longer talked over here


def staff_nodes(tree: Tree, node: Node) -> set[UUID]:
    """Ids of the places whose people work with a plan of the node: its unit and all in it; above units the node."""
    unit = tree.unit_of(node.pk) if node.pk in tree.nodes else None
    return set(tree.subtree([unit.pk])) if unit else {node.pk}


def staff_of(tree: Tree, node: Node) -> list[Person]:
    """Those who hold a role there today, by name."""
    held = Assignment.objects.filter(valid_on(tree.day), node__in=staff_nodes(tree, node))
    people = Person.objects.filter(pk__in=held.values("person_id"), is_active=True)
    return sorted(people, key=lambda p: swedish_key(p.name))


def named_in(text: str, people: Iterable[Person]) -> list[Person]:
    """The people a text names as "@Tove Arbetslag", whatever the case; the longest name that fits counts."""
    lowered, found = text.casefold(), []
    for person in sorted(people, key=lambda p: -len(p.name)):
        mark = f"@{person.name.casefold()}"
        if mark in lowered:
            found.append(person)
            lowered = lowered.replace(mark, " ")
    return found
