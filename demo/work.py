"""The demo's analyses and report: texts of `texts/`, written through the actions by those whose work it is."""

from __future__ import annotations

from styrkedja.organisation.models import Node, Person


def write(*, nodes: dict[str, Node], people: dict[str, Person]) -> None: ...
