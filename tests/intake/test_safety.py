"""Files made to harm or broken on the way: refused with one clear line, or read right; quickly, in little memory."""

from __future__ import annotations

import io
import itertools
import json
import os
import random
import string
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from styrkedja.intake import safety
from styrkedja.intake.messages import TEXTS, text_of
from styrkedja.intake.parsing import UnusableFile, parse_file
from styrkedja.intake.personal_numbers import Tally, heading_in_json, heading_in_xml, is_heading
from tests.intake.reading_back import facts
from tests.intake.workbooks import (
    MAIN,
    SHEET_END,
    SHEET_START,
    lie_about_sizes,
    sheet_of,
    wide_rows,
    write_workbook,
)

MB = 1024 * 1024
CSV = "enhet;indikator;period;värde\n12345678;absence_total;2024/25;7,5\n"
START, END = SHEET_START.encode(), SHEET_END.encode()


def refusal(path: Path, tmp_path: Path) -> UnusableFile:
    """Parse a file that must be refused, within the limits of the issue: 10 s, 300 MB, one line in both languages."""
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    started = time.monotonic()
    with pytest.raises(UnusableFile) as refused:
        parse_file(path, work_dir=work)
    assert time.monotonic() - started < 10
    assert not (work / "observations.csv").exists()
    for line in (refused.value.message_sv, refused.value.message_en):
        assert line and "\n" not in line and "{" not in line
    return refused.value


def peak_megabytes(path: Path, tmp_path: Path) -> float:
    """Peak memory of all processes together while a file is refused or read, measured in a process of its own."""
    work = tmp_path / "peak"
    work.mkdir(exist_ok=True)
    code = (
        "import resource,sys; from pathlib import Path; from styrkedja.intake.parsing import *\n"
        "try: parse_file(Path(sys.argv[1]), work_dir=Path(sys.argv[2]))\n"
        "except UnusableFile: pass\n"
        "own = int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
        "print((own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, path, work], capture_output=True, text=True, check=True)
    return float(done.stdout)


# --- broken and disguised files --------------------------------------------------------------------------------------


def test_every_malformed_workbook_of_the_corpus(shared: Path, tmp_path: Path) -> None:
    files = sorted((shared / "badinput/xlsx").iterdir())
    assert len(files) == 8
    codes = {path.name: refusal(path, tmp_path).code for path in files}
    assert codes["poc-xmlbomb.xlsx"] == "has_dtd"
    assert codes["duplicate-filename.xlsx"] == "entry_twice"
    assert codes["MalformedSSTCount.xlsx"] == "unknown_format"  # readable, and nothing we know
    assert "crashed" not in codes.values()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"  \n \n", "empty_file"),
        (b"%PDF-1.7\n%...", "is_pdf"),
        (b"\x89PNG\r\n\x1a\n", "is_picture"),
        (b"\x1f\x8b\x08\x00", "is_archive"),
        (b"PK\x03\x04 and then nothing", "broken_zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is_old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "is_encrypted"),
        (b"<html><table><tr><td>enhet", "is_markup"),
        (CSV.encode()[:40] + b"\0" + CSV.encode()[40:], "has_nul"),
        (bytes(range(1, 32)) * 40, "is_binary"),
        (CSV.encode() + "värde å".encode()[:2], "cut_off"),
        ("Namn: Åkerboskolan å ä ö".encode() + b"\xe5", "cut_off"),
        ("Åkerboskolan\n".encode() * 3 + "å".encode("cp1252") + b" mer text efter\n", "mixed_encoding"),
        (CSV.encode("utf-16")[:-1], "cut_off"),
        (b'enhet;indikator;period;v\xc3\xa4rde\n"12345678;a;2024;1\n', "broken_csv"),
        (b"just a line of text\n", "unknown_format"),
        (b'{"values": [', "cut_off"),
        (b'{"values": NaN}', "broken_json"),
        (b"[" * 200_000, "broken_json"),
        (b'"' * 2_000_000, "broken_csv"),
    ],
)
def test_files_that_are_not_what_they_seem(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "skolor.csv"
    path.write_bytes(content)
    assert refusal(path, tmp_path).code == code


def test_half_a_workbook(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", sheet_of(wide_rows(8)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refusal(path, tmp_path).code == "broken_zip"


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(safety.MAX_FILE_BYTES + 1)
    assert refusal(path, tmp_path).code == "too_large"


# --- bombs -----------------------------------------------------------------------------------------------------------


def zeros(tmp_path: Path) -> Path:
    pieces = itertools.chain([START], itertools.repeat(b" " * MB, 200), [END])
    return write_workbook(tmp_path / "bomb.xlsx", pieces)


def many_strings(tmp_path: Path) -> Path:
    def table() -> Iterator[bytes]:
        yield f'<sst xmlns="{MAIN}">'.encode()
        for start in range(0, 4_000_000, 1000):
            yield b"".join(b"<si><t>%d</t></si>" % number for number in range(start, start + 1000))
        yield b"</sst>"

    return write_workbook(tmp_path / "bomb.xlsx", sheet_of([["a"]]), strings=table())


def corners(tmp_path: Path) -> Path:
    first, last = b'<row r="1"><c r="A1"><v>1</v></c></row>', b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return write_workbook(tmp_path / "bomb.xlsx", START + first + last + END)


def corners_in_disguise(tmp_path: Path) -> Path:
    rows = b"<row ><c  r='A1'><v>1</v></c></row><row ><c  r='XFD1048576'><v>1</v></c></row>"
    return write_workbook(tmp_path / "bomb.xlsx", START + rows + END)


def cells_without_references(tmp_path: Path) -> Path:
    numbers = random.Random(1)

    def rows() -> Iterator[bytes]:
        yield START
        for _ in range(20_000):
            yield b"<row>" + b"".join(b"<c><v>%d</v></c>" % numbers.randrange(10**4) for _ in range(100)) + b"</row>"
        yield END

    return write_workbook(tmp_path / "bomb.xlsx", rows())


def one_enormous_cell(tmp_path: Path) -> Path:
    text = random.Random(1).randbytes(15 * MB).hex().encode()
    sheet = START + b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + text + b"</t></is></c></row>" + END
    return write_workbook(tmp_path / "bomb.xlsx", sheet)


def enormous_json(tmp_path: Path) -> Path:
    value = '{"kpi":"N15505","municipality":"0684","period":%d,"values":[{"gender":"T","value":%d}]}'
    path = tmp_path / "bomb.json"
    path.write_text('{"values":[' + ",".join(value % (1990 + i % 30, i) for i in range(400_000)) + "]}")
    return path


@pytest.mark.parametrize(
    "bomb",
    [zeros, many_strings, corners, corners_in_disguise, cells_without_references, one_enormous_cell, enormous_json],
    ids=lambda make: make.__name__,
)
def test_bombs_stay_within_time_and_memory(tmp_path: Path, bomb: Callable[[Path], Path]) -> None:
    path = bomb(tmp_path)
    assert refusal(path, tmp_path).code in ("inflates_too_much", "sheet_too_wide", "too_much_memory")
    peak = peak_megabytes(path, tmp_path)
    print(f"{bomb.__name__}: {peak:.0f} MB")
    assert peak < 300


def test_a_small_file_that_becomes_large_is_stopped_while_counting(tmp_path: Path) -> None:
    path = zeros(tmp_path)
    assert path.stat().st_size < 250 * 1024
    assert refusal(path, tmp_path).code == "inflates_too_much"


def test_headers_that_lie_are_not_believed(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", sheet_of([["a" * 300_000]]))
    lie_about_sizes(path, "xl/worksheets/sheet1.xml", 1000)
    assert refusal(path, tmp_path).code == "broken_zip"


def test_too_many_entries_and_entries_twice(tmp_path: Path) -> None:
    many = [(f"xl/media/{number}.png", b"") for number in range(safety.MAX_ENTRIES)]
    assert (
        refusal(write_workbook(tmp_path / "a.xlsx", sheet_of([["a"]]), extra=many), tmp_path).code == "too_many_entries"
    )
    twice = [("XL/Worksheets/Sheet1.xml", b"<x/>")]
    assert refusal(write_workbook(tmp_path / "b.xlsx", sheet_of([["a"]]), extra=twice), tmp_path).code == "entry_twice"


def test_formatting_far_below_the_figures_does_no_harm(tmp_path: Path) -> None:
    rows = [["enhet", "indikator", "period", "värde"], ["12345678", "absence_total", "2024/25", 7.5]]
    styled = b'<row r="1048576"><c r="A1048576" s="1"/></row>'
    sheet = sheet_of(rows).replace(b"</sheetData>", styled + b"</sheetData>")
    assert [fact.value for fact in facts(write_workbook(tmp_path / "a.xlsx", sheet), tmp_path).rows] == [7.5]


# --- what a workbook may not carry -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "docProps/core.xml"])
def test_no_document_type_definitions(tmp_path: Path, encoding: str, part: str) -> None:
    xml = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode(encoding)
    if part.startswith("xl/"):
        path = write_workbook(tmp_path / "a.xlsx", xml)
    else:
        path = write_workbook(tmp_path / "a.xlsx", sheet_of([["a"]]), extra=[(part, xml)])
    assert refusal(path, tmp_path).code == ("has_dtd" if encoding == "utf-8" else "xml_encoding")


def test_a_definition_on_the_border_of_two_pieces_is_seen(tmp_path: Path) -> None:
    for shift in range(0, 12, 3):
        xml = b"<x>" + b"a" * (safety.PIECE - shift - 3) + b"<!DOCTYPE x>" + os.urandom(MB).hex().encode() + b"</x>"
        path = write_workbook(tmp_path / "a.xlsx", xml)
        assert refusal(path, tmp_path).code == "has_dtd"


def test_no_macros_no_passwords_no_other_archives(tmp_path: Path) -> None:
    macros = write_workbook(tmp_path / "a.xlsx", sheet_of([["a"]]), extra=[("xl/vbaProject.bin", b"x")])
    assert refusal(macros, tmp_path).code == "has_macros"
    other = tmp_path / "b.xlsx"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(other, tmp_path).code == "not_a_workbook"


def test_pivot_caches_are_told_of_and_excel_errors_counted(tmp_path: Path) -> None:
    rows = [["enhet", "indikator", "period", "värde"], ["12345678", "absence_total", "2024/25", 7.5]]
    bad = b'<row r="3"><c r="A3" t="e"><v>#N/A</v></c></row></sheetData>'
    cache = (
        "xl/pivotCache/pivotCacheDefinition1.xml",
        b'<pivotCacheDefinition><cacheField name="Klass"/></pivotCacheDefinition>',
    )
    path = write_workbook(tmp_path / "a.xlsx", sheet_of(rows).replace(b"</sheetData>", bad), extra=[cache])
    assert [warning.code for warning in facts(path, tmp_path).result.warnings] == ["pivot_caches", "error_cells"]


def test_excel_errors_on_the_border_of_two_pieces_are_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = b'<row r="2"><c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="e"><v>#REF!</v></c></row></sheetData>'
    path = write_workbook(tmp_path / "a.xlsx", sheet_of([["a", "b"]]).replace(b"</sheetData>", bad))
    for piece in range(5, 12):
        monkeypatch.setattr(safety, "PIECE", piece)
        warnings = safety.look_through(path, safety.inspect(path))
        assert [(warning.code, warning.params) for warning in warnings] == [("error_cells", {"cells": "2"})]


# --- personal numbers ------------------------------------------------------------------------------------------------

PUPILS = [["PersonNr", "enhet"], ["20100101-1234", "12345678"], ["20100102-1234", "12345678"]]


@pytest.mark.parametrize(
    "text",
    [
        "enhet;indikator;period;värde;PersonNr\n12345678;absence_total;2024/25;7,5;\n",
        "enhet;indikator;period;värde;Elevens personnummer\n12345678;absence_total;2024/25;7,5;x\n",
        "enhet,indikator,period,värde,id\n12345678,absence_total,2024/25,7.5,811228-9874\n",
        "enhet;indikator;period;värde;id\n1;a;2024;1;201001011234\n1;a;2024;1;201001021234\n",
        "enhet;indikator;period;värde;id\n1;a;2024;1;1001011234\n1;a;2024;1;1001021234\n1;a;2024;1;1001611234\n",
        '{"values":[{"kpi":"N15505","personNr":"x","municipality":"0684","period":2023,"values":[]}]}',
        '[{"schools":[{"kod":"12345678","namn":"811228-9874","meritvarde":1}]}]',
    ],
)
def test_files_with_personal_numbers_are_refused_whole(tmp_path: Path, text: str) -> None:
    path = tmp_path / "upload"
    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(text.encode(encoding))
        refused = refusal(path, tmp_path)
        assert refused.code == "personal_numbers"
        assert "9874" not in refused.message_sv + str(refused.params)


def test_a_personal_number_outweighs_whatever_else_is_wrong(tmp_path: Path) -> None:
    """The workbook is read while it is looked through, and what is said of it does not depend on who is first."""
    wrong = write_workbook(tmp_path / "a.xlsx", sheet_of([["inget", "känt"], ["format", "811228-9874"]]))
    assert refusal(wrong, tmp_path).code == "personal_numbers"
    broken = write_workbook(tmp_path / "b.xlsx", b"<worksheet><sheetData><row><c><v>811228-9874</v></worksheet>")
    assert refusal(broken, tmp_path).code == "personal_numbers"


def test_personal_numbers_in_any_part_of_a_workbook(tmp_path: Path) -> None:
    paths = [
        write_workbook(tmp_path / "a.xlsx", sheet_of(PUPILS)),
        write_workbook(tmp_path / "b.xlsx", sheet_of([["x"]]), strings=b"<sst><si><t>Personnummer</t></si></sst>"),
        write_workbook(
            tmp_path / "c.xlsx",
            sheet_of([["x"]]),
            extra=[("xl/pivotCache/pivotCacheDefinition1.xml", b'<p><cacheField name="Personnummer"/></p>')],
        ),
        write_workbook(tmp_path / "d.xlsx", sheet_of([["x"], [201001011234.0], [201001021234.0]])),
    ]
    assert [refusal(path, tmp_path).code for path in paths] == ["personal_numbers"] * 4


@pytest.mark.parametrize(
    "heading",
    [
        "Personnummer elev", "Personnummer/samordningsnummer", "Person-/organisationsnummer", "Personnummer 1",
        "Vårdnadshavare 1 personnummer", "elevpnr", "Persnr", "Org/personnr", "Pers.nr", "PNR elev", "PersonNr",
        "Elevens personnummer", "Organisationsnummer eller personnummer", "pers_nr", "Samordningsnr", "Elev: pnr",
        "Personnummer (ÅÅÅÅMMDD-XXXX)", "Personnummer ÅÅMMDDNNNN", "Namn, personnummer", "ELEV_PERSNR", "orgPersonNr",
        "personalIdentityNumber", "Personal identity number", "Födelsenummer", "Tillfälligt personnummer", "vh1 pnr",
    ],
)  # fmt: skip
def test_a_heading_is_known_however_it_is_written(heading: str) -> None:
    assert is_heading(heading)
    assert heading_in_json(f'{{"x": 1, "{heading}": 2}}'.encode())
    assert heading_in_xml(f"<row><v>Skola</v><v>{heading}</v></row>".encode())


@pytest.mark.parametrize(
    "harmless",
    [
        "Antal personer", "Andel (%) personal med pedagogisk högskoleexamen", "Personalnummer", "Personal nr",
        "Antal elever med samordningsnummer", "Elever utan personnummer", "Personnummer saknas", "Organisationsnummer",
        "Org.nr", "Gruppnr", "gruppnr elev", "Antal barn per person", "Person", "Personer", "persona",
        "Samordnare", "Samordning av elevhälsa nr", "Elevnummer", "Skolenhetsnummer", "Antal tjänster, personal 1",
    ],
)  # fmt: skip
def test_a_heading_about_something_else_is_not(harmless: str) -> None:
    assert not is_heading(harmless)


@pytest.mark.parametrize(
    "value", ["19811228 9874", "811228 9874", "20100412 2380;20100413 2380", "100412 2380;100413 2380;100414 2380"]
)
def test_a_number_with_a_space_is_a_number(tmp_path: Path, value: str) -> None:
    path = tmp_path / "upload"
    values = value.split(";")
    path.write_text("enhet;indikator;period;värde;id\n" + "".join(f"12345678;a;2024/25;7,5;{one}\n" for one in values))
    assert refusal(path, tmp_path).code == "personal_numbers"
    book = write_workbook(tmp_path / "a.xlsx", sheet_of([["x"], *([one] for one in values)]))
    assert refusal(book, tmp_path).code == "personal_numbers"


def test_what_only_speaks_of_personal_numbers_is_not_refused() -> None:
    assert not is_heading("De saknar uppgift om personnummer, t.ex. för att de ännu inte blivit folkbokförda.")
    assert not is_heading("Personal: Lärare (heltidstjänster)")
    assert not is_heading("personId")
    tally = Tally()
    for text in (
        b"2120000795;5566501796",
        b"V15E068401501",
        b"0.8507091234567",
        b"2026-04-21T09:51:03.741Z",
        b"155278813",
    ):
        tally.add(text, bare=True)
    assert not tally.found


# --- the child -------------------------------------------------------------------------------------------------------


def test_the_child_loads_neither_django_nor_polars_before_a_file_has_passed() -> None:
    code = (
        "import sys, styrkedja.intake.child, styrkedja.intake.parsing\nprint({'django', 'polars'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_formats_never_load_django() -> None:
    code = "import sys; from styrkedja.intake.formats import formats; formats(); print('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_child_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", sheet_of(wide_rows(400)))
    with pytest.raises(UnusableFile) as refused:
        parse_file(path, work_dir=tmp_path, seconds=0.05)
    assert refused.value.code == "too_slow"


def test_a_child_that_falls_becomes_one_line(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(CSV)
    (tmp_path / "result.json").mkdir()
    (tmp_path / "result.json").rmdir()
    (tmp_path / "observations.csv").mkdir()  # the child cannot write its answer
    with pytest.raises(UnusableFile) as refused:
        parse_file(path, work_dir=tmp_path)
    assert refused.value.code == "crashed"
    assert refused.value.detail.startswith("exit 1")


def test_every_text_has_both_languages_and_fits_one_line() -> None:
    for code, (swedish, english) in TEXTS.items():
        names = {name for _, name, _, _ in string.Formatter().parse(swedish) if name}
        assert names == {name for _, name, _, _ in string.Formatter().parse(english) if name}, code
        for language in ("sv", "en"):
            assert "\n" not in text_of(code, dict.fromkeys(names, "x\ny"), language)


def test_stored_result_is_plain_json(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(CSV)
    result = parse_file(path, work_dir=tmp_path)
    assert json.loads((tmp_path / "result.json").read_text())["sha256"] == result.sha256
    assert result.observations_path.read_text() == "0,0,0,shown,7.5,,,\n"
    assert result.facets_path.read_text() == 'facet,period,grp,place,population\n0,2024/25,T,"",all\n'
    assert io.StringIO(result.units_path.read_text()).readline() == "unit,kind,code,organiser,name,row,column\n"


@pytest.mark.parametrize("between", [0, 1, 38, 39, 40, 41, 200])
@pytest.mark.parametrize("before", [0, 1, 500])
def test_a_heading_is_found_however_near_other_texts_speak_of_persons(before: int, between: int) -> None:
    harmless = "<v>Andel (%) personal med pedagogisk personal</v>" * before + "<v>Personal</v>" + "x" * between
    heading = "<v>  Elevens personnummer  </v>"
    assert not heading_in_xml(f"<row>{harmless}</row>".encode())
    assert heading_in_xml(f"<row>{harmless}{heading}</row>".encode())
    keys = '{"personal": "personal", ' * before + '{"x": "' + "x" * between + '", "personal": 1'
    assert not heading_in_json(f"{keys}}}".encode())
    assert heading_in_json(f'{keys}, "personnummer" : 2}}'.encode())
