import re

import pytest

from .command_line import home
from .uploading import LOCAL

__all__ = ["home"]
SAMPLE = """Valt läsår: 2024/25
Skola;Skol-enhetskod;Skolkommun;Kommun-kod;Typ av huvudman;Huvudman;Huvudman orgnr;Antal elever;Andel (%) elever som \
uppfyllt betygskriterierna i alla ämnen;Andel (%) elever behöriga till yrkesprog.;Genomsnittligt meritvärde (17 ämnen)
Åkerboskolan;82520504;Borgholm;0885;Kommunal;Borgholms kommun;2120000795;10;..;~100;.
Magelungens Grundskola Gävle;64745639;Gävle;2180;Enskild;Magelungen Utveckling AB;5564891447;11;..;..;118,5
"""


@pytest.fixture(scope="module")
def grades(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "slutbetyg.csv"
    path.write_text(SAMPLE, encoding="utf-8-sig")
    return path


def counts(home):
    tables = ("observations_batch", "observations_observation", "observations_statisticalunit", "observations_measure")
    return [home.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def test_import_from_an_empty_home_to_a_batch_and_again(home, grades):
    dry = home.read("import", grades, "--dry-run", "--json")
    assert dry == {
        "file": "slutbetyg.csv",
        "format": "slutbetyg9",
        "batch": None,
        "unchanged": False,
        "rows": 2,
        "observations": 8,
        # 10, 11 and 118,5 are shown; ~100 is a rounding without a number; "." is missing; three are "..".
        "states": {"shown": 3, "approximate": 1, "suppressed": 3, "missing": 1, "not_applicable": 0},
        "errors": [],
    }
    assert counts(home) == [0, 0, 0, 0]
    assert not list((home.folder / "files" / "import").glob("[0-9a-f]*"))
    first = home.read("import", grades, "--json")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first["batch"])
    assert {**first, "batch": None} == dry
    assert counts(home) == [1, 8, 2, 4]
    counted = "SELECT reltuples FROM pg_class WHERE relname = 'observations_observation'"
    assert home.rows(counted) == [(8,)]  # the database has counted again, so that it reads by the key at once
    again = home.read("import", grades, "--json")
    assert again == {**first, "unchanged": True}
    assert counts(home) == [1, 8, 2, 4]
    stored = home.rows("SELECT stored_as, file_name, committed_by_id FROM observations_batch")[0]
    assert (home.folder / "files" / stored[0]).read_bytes() == grades.read_bytes()
    assert stored[1:] == ("slutbetyg.csv", None)
    assert [p.name for p in (home.folder / "files" / "import").glob("*") if p.is_file()] == [stored[0].split("/")[1]]
    assert home.read("import", grades, "--json", "--dry-run") == {**first, "unchanged": True}


def test_row_errors_are_reported_and_the_valid_rows_stored(home, tmp_path):
    path = tmp_path / "lokal.csv"
    path.write_text(
        "enhet;indikator;period;värde\n64745639;absence_total;2024/25;7,5\n64745639;absence_total;i fjol;7\n"
        "64745639;nonsens;2024/25;7\n10000000;absence_total;2024/25;7\n64745639;merit17;2024/25;bra\n"
        "64745639;complaint_days;2024;3\n64745639;complaint_days;2024;4\n"
    )
    done = home.read("import", path, "--json")
    assert (done["rows"], done["observations"], done["states"]["shown"]) == (7, 1, 1)
    assert [(e["row"], e["column"], e["value"]) for e in done["errors"]] == [
        (3, "period", "i fjol"),
        (4, "indikator", "nonsens"),
        (5, "enhet", "10000000"),
        (6, "värde", "bra"),
        (7, "värde", "3"),
        (8, "värde", "4"),
    ]
    assert all(set(e) == {"row", "column", "value", "message"} and e["message"] for e in done["errors"])
    assert home.rows(f"SELECT observations FROM observations_batch WHERE uid = '{done['batch']}'") == [(1,)]


def test_a_file_without_one_valid_row_leaves_no_batch(home, tmp_path):
    path = tmp_path / "lokal.csv"
    path.write_text(LOCAL)  # this home has none of its units
    before = counts(home)
    done = home.read("import", path, "--json")
    assert (done["batch"], done["unchanged"], done["observations"], len(done["errors"])) == (None, False, 0, 4)
    assert counts(home) == before


UNUSABLE = {
    "rapport.csv": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "elever.csv": (b"Namn;Personnummer;Betyg\nAnna;20100101-2384;A\n", "personnummer"),
    "halv.csv": (SAMPLE.encode()[:-30], "avbruten"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_unusable_files_exit_2_with_one_line_and_change_nothing(home, tmp_path, name):
    """The rest of the hostile files come in by the web (test_upload_bad_input), which is the same code below."""
    content, says = UNUSABLE[name]
    path = tmp_path / name
    path.write_bytes(content)
    before = counts(home)
    refuse(home, path, says)
    assert counts(home) == before
    assert not any(content == p.read_bytes() for p in (home.folder / "files").rglob("*") if p.is_file())


def refuse(home, path, says=""):
    code, out, error, seconds, megabytes = home.run("import", path, "--json")
    assert (code, out, error.count("\n")) == (2, "", 1), error
    assert path.name in error
    assert says in error
    assert (seconds < 10, megabytes < 300) == (True, True), (seconds, megabytes)


def test_encodings_are_read_right(home, tmp_path):
    for encoding in ("utf-16", "cp1252"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(SAMPLE.replace("11;", f"1{len(encoding)};").encode(encoding))
        assert home.read("import", path, "--json")["observations"] == 8
    # The name came last from a file in another encoding, and reads the same from all of them.
    assert home.rows("SELECT name FROM observations_statisticalunit WHERE code = '82520504'") == [("Åkerboskolan",)]


def test_wrong_format_missing_file_and_folder_are_unusable(home, grades, tmp_path):
    for arguments in (
        ("import", grades, "--format", "underlag"),
        ("import", grades, "--format", "nonsens"),
        ("import", tmp_path / "finns-inte.csv"),
        ("import", tmp_path),
    ):
        code, out, error, *_ = home.run(*arguments)
        assert (code, out, error.count("\n")) == (2, "", 1), error


def test_in_words_it_says_what_happened(home, grades):
    code, out, _error, *_ = home.run("import", grades)
    assert code == 0
    assert "slutbetyg9, 2 rader, 8 uppgifter (3 visade, 1 ungefärliga, 3 skyddade, 1 saknas)" in out
    assert "ingenting har ändrats" in out


@pytest.mark.prove
def test_every_hostile_workbook_is_refused_in_time(home, shared):
    assert home.run("check")[0] == 0  # makes the home
    before = counts(home)
    for path in sorted((shared / "badinput" / "xlsx").iterdir()):
        refuse(home, path)
    assert counts(home) == before


def test_names_of_files_are_kept_as_written(home, tmp_path):
    path = tmp_path / '<b>"åäö" $(touch x).csv'
    path.write_text(SAMPLE.replace("118,5", "119,5"))
    done = home.read("import", path, "--json")
    assert done["file"] == path.name
    assert home.rows(f"SELECT file_name FROM observations_batch WHERE uid = '{done['batch']}'") == [(path.name,)]
