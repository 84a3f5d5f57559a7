"""The rules of the house that no import contract can see, and that one would otherwise have to remember."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignObject

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "styrkedja"
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
ROOMS = {room: height for height, room in enumerate(reversed(LAYERS))}  # core is 0

LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
DATA_IN_PYTHON = ("core/gallery_samples.py",)  # long, but there is nothing to follow

# Inside a room: urls -> views -> forms -> actions -> queries -> models, by the last part of the file's name.
FLOORS = {"models": 1, "queries": 2, "actions": 3, "forms": 4, "views": 5, "urls": 6}

# Where SQL is written by hand, and why. Everything else goes through the ORM, which binds every value.
HAND_WRITTEN_SQL = {
    "core/database.py": "roles, rights and triggers",
    "core/audit.py": "the lock that orders the chain",
    "dialogues/meetings/holding_actions.py": "a lock that many may hold at once",
    "wheel/checks/reading.py": "what shows work done, of every kind in one question",
    "wheel/tasks/below.py": "each list of places once, with the activities it is of",
    "wheel/years/closing_actions.py": "what showed each task done, written down in one statement",
    "wheel/years/publishing_actions.py": "how far a year has come, told over a line of its own",
    "plans/goals/lineage.py": "what stands above and below, however deep, in one question",
    "observations/loading.py": "COPY of a batch",
    "observations/actions.py": "a batch becomes current in one statement",
    "observations/queries.py": "what a batch would change, compared in the database",
    "intake/tasks.py": "locks of the worker",
}
SQL_MARKS = re.compile(r"\bcursor\(\)|\bRawSQL\(|\.raw\(|\.extra\(|\bconnection\.execute\(")


@cache
def modules() -> dict[Path, ast.Module]:
    found = sorted(p for p in CODE.rglob("*.py") if "migrations" not in p.parts)
    return {path: ast.parse(path.read_text("utf-8")) for path in found}


def short(path: Path) -> str:
    return path.relative_to(CODE).as_posix()


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [p for name in listed.stdout.decode().split("\0") if name and (p := ROOT / name).is_file()]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_no_foreign_key_points_upward() -> None:
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if isinstance(field, ForeignObject)
        and ROOMS.get(field.related_model._meta.app_label, 0) > ROOMS[model._meta.app_label]
    ]
    assert wrong == []


def test_modules_and_functions_are_short() -> None:
    lines = {short(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {name: n for name, n in lines.items() if n > LONGEST_MODULE} == {}
    long = {
        f"{short(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path, tree in modules().items()
        for function in functions(tree)
        if short(path) not in DATA_IN_PYTHON
        and function.end_lineno
        and function.end_lineno - function.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        short(path)
        for path, tree in modules().items()
        if tree.body and path.name not in ("urls.py", "apps.py") and not ast.get_docstring(tree)
    ]
    assert silent == []


# --- Inside a room -------------------------------------------------------------------------------------------------


def floor(dotted: str) -> int:
    """How high a module of a room stands, by its name or its folder's; 0 for one that has no place in the order."""
    for part in reversed(dotted.split(".")):
        word = part.rsplit("_", 1)[-1]
        if word in FLOORS:
            return FLOORS[word]
    return 0


def imports(path: Path, tree: ast.Module) -> Iterator[str]:
    """Dotted names of what a module imports from this project, those only for types left out."""
    package = "styrkedja." + ".".join(path.relative_to(CODE).parts[:-1])
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] if node.level else ""
            base = ".".join(filter(None, (above.rstrip("."), node.module)))
            yield from (f"{base}.{alias.name}" for alias in node.names)


def test_inside_a_room_imports_go_from_urls_down_to_models() -> None:
    wrong = []
    for path, tree in modules().items():
        parts = path.relative_to(CODE).with_suffix("").parts
        own = floor(".".join(parts[1:]))
        for name in imports(path, tree) if own else ():
            inside = name.split(".")[:2] == ["styrkedja", parts[0]]
            target = floor(".".join(name.split(".")[2:4])) if inside else 0
            if target > own:
                wrong.append(f"{short(path)} imports {name}")
    assert wrong == []


def test_views_and_queries_do_not_write() -> None:
    writing = {"create", "bulk_create", "get_or_create", "update_or_create", "save", "delete", "bulk_update"}
    wrong = [
        f"{short(path)}:{node.lineno} .{node.func.attr}()"
        for path, tree in modules().items()
        if floor(path.relative_to(CODE).with_suffix("").as_posix().replace("/", ".").partition(".")[2]) in (2, 5)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writing
    ]
    assert wrong == []


def test_actions_take_keywords_and_say_by_whom() -> None:
    """`core.writing.action` checks this when it decorates; here: that what it decorates is all there is."""
    wrong = []
    for path, tree in modules().items():
        for function in functions(tree):
            if not any(ast.unparse(d) == "action" for d in function.decorator_list):
                continue
            names = [a.arg for a in function.args.kwonlyargs]
            if function.args.args or function.args.posonlyargs or "by" not in names:
                wrong.append(f"{short(path)}:{function.name}")
            if not path.stem.endswith("actions"):
                wrong.append(f"{short(path)}:{function.name} is an action outside a module of actions")
    assert wrong == []


def test_only_the_audit_module_makes_audit_rows() -> None:
    marks = re.compile(r"AuditEvent\(|AuditEvent\.objects\.(create|bulk_create)|AuditEvent\._default_manager")
    wrong = [short(p) for p in modules() if short(p) != "core/audit.py" and marks.search(p.read_text("utf-8"))]
    assert [w for w in wrong if w != "core/models.py"] == []


def test_no_error_is_caught_without_its_name() -> None:
    broad = {"Exception", "BaseException"}
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, path
                named = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
                assert not named & broad, f"{path}:{node.lineno}"


def test_sql_is_written_by_hand_only_where_it_is_listed() -> None:
    found = {short(p) for p in modules() if SQL_MARKS.search(p.read_text("utf-8")) and short(p) != "config/home.py"}
    assert found - set(HAND_WRITTEN_SQL) == set()


def test_no_name_without_a_meaning() -> None:
    assert [short(p) for p in modules() if p.stem in ("utils", "helpers", "managers", "misc", "common")] == []


# --- Templates -----------------------------------------------------------------------------------------------------

INLINE = (
    re.compile(r"<style\b", re.IGNORECASE),
    re.compile(r"<[^<>]*\sstyle\s*=", re.IGNORECASE),
    re.compile(r"<[^<>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    re.compile(r"javascript:", re.IGNORECASE),
    re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    re.compile(r"<\w[^<>]*\s(?:src|href)\s*=\s*[\"']https?://", re.IGNORECASE),
)
STANDS_ALONE = ("templates/reports/page.html",)  # a report as one file, sent on; never a page of the program


def test_templates_have_no_inline_style_or_script_and_fetch_nothing_elsewhere() -> None:
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix not in (".html", ".svg"):
            continue
        text = re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text("utf-8"), flags=re.DOTALL)
        marks = INLINE[1:] if path.relative_to(ROOT).as_posix() in STANDS_ALONE else INLINE
        wrong += [f"{path.relative_to(ROOT)}: {mark.pattern}" for mark in marks if mark.search(text)]
    assert wrong == []


def test_every_form_that_posts_carries_its_tokens() -> None:
    """The CSRF token in every one; the form key in every one that writes (not: language, log in, log out)."""
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), re.DOTALL):
            if "csrf_token" not in form:
                wrong.append(f"{path.relative_to(ROOT)}: no CSRF token")
            if "form_key.html" not in form and "_key" not in form and not KEYLESS.search(str(path) + form):
                wrong.append(f"{path.relative_to(ROOT)}: no form key")
    assert wrong == []


# Allauth's own forms, the language, logging out; the gallery's forms write nothing.
KEYLESS = re.compile(r"templates/account/|logout_url|language_url|templates/core/gallery")


# --- What is committed -----------------------------------------------------------------------------------------------


def test_nothing_committed_names_a_package_index_or_a_machine() -> None:
    index = re.compile(
        "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "--(extra-)?index" + "-url", "npm" + r"js\.(org|com)"))
    )
    machine = re.compile("|".join((r"/work/" + "(main|shared)", "/tmp/" + "team", "/root/" + r"\.")))
    wrong = []
    for path in committed():
        if path.suffix in (".png", ".ico", ".woff2", ".xlsx", ".parquet", ".pdf", ".gz"):
            continue
        text = path.read_text("utf-8", errors="replace")
        wrong += [f"{path.relative_to(ROOT)}: {m[0]}" for p in (index, machine) if (m := p.search(text))]
    assert wrong == []


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    out = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=out, verbosity=1)
    except SystemExit:
        pytest.fail(out.getvalue())
