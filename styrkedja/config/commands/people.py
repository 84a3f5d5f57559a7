"""`styrkedja people --json`: who may log in, and their roles today."""

from __future__ import annotations

import argparse
import json

HELP = "lista personer och deras roller i dag"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="som JSON")


def run(options: argparse.Namespace) -> int:
    from styrkedja.organisation.queries import people_with_roles

    people = people_with_roles()
    if options.json:
        print(json.dumps(people, ensure_ascii=False, indent=2))
        return 0
    for person in people:
        roles = ", ".join(f"{role['role']} ({role['node']})" for role in person["roles"])
        print(f"{person['email']}\t{person['name']}\t{roles}")
    return 0
