"""The command line speaks Swedish, and of a call it cannot use it says one line."""

import re

import pytest

from styrkedja.config import cli

COMMANDS = ["check", "demo", "figures", "import", "people", "report", "serve", "units"]
ENGLISH = re.compile(
    r"\b(the|are|is|of|file|usage|show|options|positional|arguments?|required|as|or|invalid|choose|where|one|list)\b",
    re.IGNORECASE,
)


def said(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    return ended.value.code, capsys.readouterr()


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("figures --unit 0665", "ange ett av --json --jsonl"),
        ("figures --json", "ange ett av --unit --all"),
        ("figures --all --unit 0665 --json", "--unit och --all kan inte anges samtidigt"),
        ("figures --all --group X --json", "--group: X finns inte att välja; välj bland T, K, M"),
        ("figures --all --json --period", "--period: det saknas ett värde"),
        ("report quality", "det saknas: --node, --period, --format, --output"),
        ("serve --port åtta", "--port: åtta går inte att använda"),
        ("units fil.csv --first-day snart", "--first-day: snart går inte att använda"),
        ("import", "det saknas: FIL"),
        ("check nu", "okänt: nu"),
        ("people --json=ja", "--json tar inget värde: ja"),
        ("", "det saknas: KOMMANDO"),
    ],
)
def test_a_call_that_cannot_be_used_is_one_line(capsys, call, line):
    code, printed = said(capsys, *call.split())
    assert (code, printed.out) == (2, "")
    prog = f"styrkedja {call.split()[0]}" if call and call != "check nu" else "styrkedja"
    said_plainly = printed.err.replace("'", "")  # Python quotes differently from version to version
    assert said_plainly == f"styrkedja: {line} ({prog} --help visar hur)\n"


def test_an_unknown_command_is_answered_with_those_there_are(capsys):
    code, printed = said(capsys, "rapport")
    assert code == 2 and printed.err.count("\n") == 1
    assert "finns inte att välja; välj bland" in printed.err
    assert all(f"{name}" in printed.err for name in COMMANDS)


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_is_in_swedish(capsys, command):
    code, printed = said(capsys, *command, "--help")
    assert code == 0 and printed.out.startswith("användning: styrkedja")
    words = re.sub(r"--?[\w-]+|" + "|".join(f"^ +{name} " for name in COMMANDS), "", printed.out, flags=re.MULTILINE)
    assert not ENGLISH.search(words), printed.out
