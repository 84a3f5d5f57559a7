"""Figures leave by one door: whoever shows one gets it from `indicators.queries`, which discloses."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "styrkedja"
ROOMS_ABOVE = ("analyses", "reports", "desk", "config")
UNMASKED = {  # name -> files that may use it
    "raw_figures": {"indicators/queries.py", "indicators/figures.py"},
    "figures_of_rows": {"indicators/figures.py", "indicators/members.py"},
    "current_tuples": {"observations", "indicators/members.py"},
    "read_members": {"indicators/queries.py", "indicators/members.py"},
    "as_published": {"indicators/queries.py", "config/commands/figures.py"},
    "Observation": {"observations"},
    "stream_current": {"observations", "indicators/figures.py"},
}


def names_used(path):
    """Every name imported, read or called in a file, and every attribute."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id


def offenders(name, allowed):
    for path in ROOT.rglob("*.py"):
        place = path.relative_to(ROOT).as_posix()
        if "migrations" in place or any(place == one or place.startswith(f"{one}/") for one in allowed):
            continue
        if name in set(names_used(path)):
            yield place


def test_nobody_reaches_figures_that_have_not_been_disclosed():
    for name, allowed in UNMASKED.items():
        assert list(offenders(name, allowed)) == [], name


def test_rooms_above_read_no_observations():
    for room in ROOMS_ABOVE:
        for path in (ROOT / room).rglob("*.py"):
            if path.name in ("figures.py", "import_.py", "demo.py"):
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    assert node.module != "styrkedja.observations.queries" or "current" not in {
                        a.name for a in node.names
                    }, path


def test_the_door_discloses():
    """`figures_of`, which all queries of pages and reports go through, gives what `disclose` returned."""
    source = (ROOT / "indicators" / "queries.py").read_text("utf-8")
    functions = {n.name: n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)}
    (answer,) = [
        n for n in ast.walk(functions["figures_of"]) if isinstance(n, ast.Return) and isinstance(n.value, ast.Call)
    ]
    assert answer.value.func.id == "disclose"
    raw = {
        name for name, f in functions.items() if "raw_figures" in {n.id for n in ast.walk(f) if isinstance(n, ast.Name)}
    }
    assert raw == {"figures_of", "as_published"}
