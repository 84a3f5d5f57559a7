"""The command line. A file in `commands/` is a command: HELP, configure(parser), run(options) -> exit code.

Exit codes: 0 done, 1 a check found something wrong, 2 the call or its file cannot be used (one line on stderr).
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from types import ModuleType

from . import commands
from .arguments import Parser
from .home import start_database
from .unusable import Unusable as Unusable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the entry point `styrkedja`."""
    parser, found = _parser()
    options = parser.parse_args(arguments)
    command = found[options.command]
    try:
        prepare()
        return int(command.run(options) or 0)
    except Unusable as error:
        print(f"styrkedja: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> tuple[argparse.ArgumentParser, dict[str, ModuleType]]:
    parser = Parser(prog="styrkedja", description="Systematiskt kvalitetsarbete, hela kedjan.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="KOMMANDO")
    found = {}
    for info in sorted(pkgutil.iter_modules(commands.__path__), key=lambda i: i.name):
        module = importlib.import_module(f"{commands.__name__}.{info.name}")
        name = info.name.strip("_").replace("_", "-")
        found[name] = module
        module.configure(choices.add_parser(name, help=module.HELP, description=module.HELP))
    return parser, found


def prepare() -> None:
    """Start the database, migrate if anything is new, and leave the process working as the app role."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "styrkedja.config.settings")
    start_database()
    from . import translations

    translations.compile_if_stale()
    os.environ["STYRKEDJA_DB_OWNER"] = "1"
    import django

    django.setup()
    _require_catalogues()
    from django.db import DatabaseError, InterfaceError

    from . import database_answers

    try:
        _migrate()
    except (DatabaseError, InterfaceError) as error:
        raise Unusable(database_answers.in_words(error)) from error
    work_as_app()


def _require_catalogues() -> None:
    """Raises Unusable where a catalogue has a file that cannot be used, before anything is written."""
    from django.core.checks import run_checks

    if wrong := run_checks(tags=["catalogue"]):
        raise Unusable("; ".join(str(one.msg) for one in wrong))


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from styrkedja.core.database import is_granted

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()) or not is_granted():
        call_command("migrate", verbosity=0, interactive=False)


def work_as_app() -> None:
    """From here on this process and its children hold no more rights in the database than the program needs."""
    from django.db import connection

    from styrkedja.core.database import APP_ROLE

    os.environ.pop("STYRKEDJA_DB_OWNER", None)
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = f"-c role={APP_ROLE}"


if __name__ == "__main__":
    sys.exit(main())
