"""`make bench`: ratios against the bare engine, taken in one run on one machine; prints JSON.

Machines are noisy: a figure is the median of several runs, and what counts is the ratio of two figures taken in turn.
Each part is a module with `measure() -> dict`; name parts to run only those: `python -m benchmarks imports pages`.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib import import_module
from typing import Any

PARTS = ("imports", "pages", "chain", "reports", "search", "wheel", "wheel_page", "calendar")


def main(names: list[str]) -> int:
    if len(names) == 1:
        found = {names[0]: measured(names[0])}
    else:  # each in a process and a home of its own, so that none meets what another stored
        found = {name: json.loads(_in_a_process(name))[name] for name in names or PARTS}
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    print(json.dumps({"machine": machine, **found}, indent=2, ensure_ascii=False))
    failed = [f"{part}.{key}" for part, result in found.items() for key, row in result.items() if not row["held"]]
    for name in failed:
        print(f"over its limit: {name}", file=sys.stderr)
    return 1 if failed else 0


def measured(name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="styrkedja-bench-") as folder:
        os.environ["STYRKEDJA_HOME"] = folder
        os.environ.pop("DATABASE_URL", None)
        from styrkedja.config.cli import prepare

        prepare()
        found: dict[str, Any] = import_module(f"benchmarks.{name}").measure()
        return found


def _in_a_process(name: str) -> str:
    """What it printed; a part over its limit has printed all the same."""
    done = subprocess.run([sys.executable, "-m", "benchmarks", name], stdout=subprocess.PIPE, text=True, check=False)
    if not done.stdout:
        raise SystemExit(done.returncode or 1)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
