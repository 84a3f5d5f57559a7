"""Lists of units: what each shape says, worked from the specification and the published file."""

import csv
import json

import pytest
import xlsxwriter

from styrkedja.intake.messages import UnusableFile
from styrkedja.intake.units.parsing import parse_units
from tests.intake.workbooks import sheet_of, write_workbook

V2_ONE = {
    "meta": {"created": "2026-10-01"},
    "links": {},
    "data": {
        "type": "schoolunit",
        "schoolUnitCode": "12345678",
        "attributes": {
            "displayName": "Storskolan", "status": "AKTIV", "headMaster": "Pelle Sträng", "email": "p@storskolan.se",
            "municipalityCode": "0180", "schoolTypes": ["GR", "fth", "fsk"], "startdate": "2022-11-08", "endDate": None,
            "addresses": [{"streetAddress": "Agatan 1", "geoCoordinates": {"coordinateSweRefN": "1234567,89"}}],
            "phoneNumber": "0706123456",
        },
    },
    "included": {"type": "organizer", "organizationNumber": "2120000142", "attributes": {"organizerType": "KOMMUN"}},
}  # fmt: skip
V2_LIST = {
    "meta": {"extractDate": "2026-10-01"},
    "data": {
        "type": "schoolunit",
        "attributes": [
            {"schoolUnitCode": "11111111", "name": "Björkskolan", "status": "AKTIV"},
            {"schoolUnitCode": "22222222", "name": "Ekskolan", "status": "UPPHORT"},
            {"schoolUnitCode": "33333333", "name": "Asplunda", "status": "PLANERAD"},
            {"schoolUnitCode": "44444444", "name": "Rönnen", "status": "VILANDE"},
            {"schoolUnitCode": "4444", "name": "Fel kod", "status": "AKTIV"},
            {"schoolUnitCode": "55555555", "name": "Okänd", "status": "SOVER"},
        ],
    },
}


@pytest.fixture
def read(tmp_path):
    def from_text(text, name="fil", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        return parse_units(path, work_dir=work)

    return from_text


def test_one_unit_of_the_register_without_its_head_teacher(read):
    found = read(json.dumps(V2_ONE))
    (row,) = found.rows
    assert found.form == "registry_v2" and not found.errors
    assert (row.code, row.name, row.status, row.forms) == ("12345678", "Storskolan", "active", ("fsk", "fth", "gr"))
    assert (row.first_day, row.last_day, row.organiser, row.municipality) == ("2022-11-08", "", "2120000142", "0180")
    assert "Pelle" not in json.dumps(row.as_json())


def test_several_answers_after_each_other(read):
    two = {**V2_ONE, "data": {**V2_ONE["data"], "schoolUnitCode": "87654321"}}
    assert [r.code for r in read(json.dumps([V2_ONE, two])).rows] == ["12345678", "87654321"]
    assert [r.code for r in read(json.dumps(V2_ONE) + "\n" + json.dumps(two)).rows] == ["12345678", "87654321"]


def test_a_list_of_the_register_keeps_every_status_and_says_what_is_wrong(read):
    found = read(json.dumps(V2_LIST))
    assert [(r.code, r.status, r.forms) for r in found.rows] == [
        ("11111111", "active", None), ("22222222", "ceased", None), ("33333333", "planned", None),
        ("44444444", "dormant", None),
    ]  # fmt: skip
    assert [(e.row, e.column, e.value) for e in found.errors] == [(5, "schoolUnitCode", "4444"), (6, "status", "SOVER")]
    assert found.errors[1].message("sv") == "Statusen ska vara AKTIV, VILANDE, UPPHORT eller PLANERAD."


def test_the_first_version_of_the_register(read):
    answer = {
        "Skolenheter": [
            {"Skolenhetskod": "12345678", "Skolenhetsnamn": "Å-skolan", "Kommunkod": "0662", "PeOrgNr": "212000-0514"}
        ]
    }
    (row,) = read(json.dumps(answer)).rows
    assert (row.code, row.name, row.organiser, row.municipality) == ("12345678", "Å-skolan", "2120000514", "0662")


def test_the_published_list_of_preschools_with_lost_zeros(read, shared):
    data = (shared / "data/forskolor_dev.csv").read_bytes()
    found = read(data)
    with (shared / "data/forskolor_dev.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert found.form == "preschools" and len(found.rows) == len(rows) == 1713 and not found.errors
    gislaved = [r for r in found.rows if r.municipality == "0662"]
    assert gislaved and all(len(r.municipality) == 4 and len(r.organiser) == 10 for r in found.rows)
    first = next(r for r in found.rows if r.name == "Pukslagargården")
    assert (first.code, first.forms, first.organiser) == ("F0610663", ("fs",), "2120002338")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_the_template_in_the_encodings_offices_use(read, encoding):
    text = (
        "namn;kod;skolformer;under;från;till\r\n"
        "Åsskolan;12345678;Grundskola, fritidshem;Förvaltningen;2024-08-01;\r\n"
        "Ängens förskola;F0610663;fs;;20240801;2026-06-30\r\n"
    )
    one, two = read(text, encoding=encoding).rows
    assert (one.name, one.forms, one.under, one.first_day, one.last_day) == (
        "Åsskolan", ("fth", "gr"), "Förvaltningen", "2024-08-01", "",
    )  # fmt: skip
    assert (two.code, two.first_day, two.last_day) == ("F0610663", "2024-08-01", "2026-06-30")


def test_the_template_as_a_workbook_with_real_dates_and_numbers(read, tmp_path):
    path = tmp_path / "mall.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Namn", "Kod", "Skolformer", "Under", "Från", "Till"])
        sheet.write_row(1, 0, ["Åsskolan", 12345678, "Grundskola", ""])
        sheet.write_datetime(
            1, 4, __import__("datetime").datetime(2024, 8, 1), book.add_format({"num_format": "yyyy-mm-dd"})
        )
    (row,) = read(path.read_bytes()).rows
    assert (row.code, row.forms, row.first_day) == ("12345678", ("gr",), "2024-08-01")


def test_a_personal_number_anywhere_in_the_workbook_refuses_the_list(tmp_path):
    sheet = sheet_of([["namn", "kod"], ["Björkskolan", "11111111"]])
    comment = ("xl/comments1.xml", b"<comments><text><t>811228-9874</t></text></comments>")
    path = write_workbook(tmp_path / "a.xlsx", sheet, extra=[comment])
    with pytest.raises(UnusableFile) as refused:
        parse_units(path, work_dir=tmp_path)
    assert refused.value.code == "personal_numbers" and "9874" not in refused.value.message_sv


def test_errors_name_row_column_and_value(read):
    found = read(
        "namn;kod;skolformer;under;från;till\n"
        ";12345678;gr;;;\n"
        "A;123;gr;;;\n"
        "B;12345679;högskola;;;\n"
        "C;12345670;gr;;31 februari;\n"
        "D;12345671;gr;;2024-08-01;2024-01-01\n"
        "E;12345672;gr;;;\n"
    )
    assert [(e.row, e.column, e.value) for e in found.errors] == [
        (2, "namn", ""), (3, "kod", "123"), (4, "skolformer", "högskola"), (5, "från", "31 februari"),
        (6, "till", "2024-01-01"),
    ]  # fmt: skip
    assert [r.name for r in found.rows] == ["E"]


def test_the_same_unit_twice_is_one_unless_the_rows_differ(read):
    head = "namn;kod;skolformer\n"
    assert len(read(head + "A;12345678;gr\nA;12345678;gr\n").rows) == 1
    found = read(head + "A;12345678;gr\nB;12345678;gr\n")
    assert not found.rows and [e.row for e in found.errors] == [2, 3]


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"", "tom"),
        (b"%PDF-1.7", "PDF"),
        (b'{"data": {"type": "organizer", "attributes": []}}', "lista"),
        (b"a;b;c\n1;2;3\n", "lista"),
        (b"namn;kod;skolformer\n", "inga enheter"),
        (b"namn;personnummer\nA;19121212-1212\n", "personnummer"),
        (b'{"data": {"type": "schoolunit", "attr', "slut"),
    ],
)
def test_other_files_are_refused_with_one_line(read, content, reason):
    with pytest.raises(UnusableFile) as refused:
        read(content)
    assert reason in refused.value.message_sv and "\n" not in refused.value.message_sv
