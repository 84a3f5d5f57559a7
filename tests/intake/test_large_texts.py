"""Files of the whole country: larger than the cuts the formats were tried on, read within the same memory."""

import json
import random

import pytest
from polars.testing import assert_frame_equal

from styrkedja.intake import reading
from styrkedja.intake.reading import csv_table
from tests.intake.reading_back import facts
from tests.intake.test_safety import peak_megabytes

SCHOOLS = 1800
YEARS = ("2020/21", "2021/22", "2022/23", "2023/24", "2024/25")


def answers(path, *, size):
    """Recorded answers about so many schools, each at least `size` bytes long with what no indicator reads."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(SCHOOLS):
            code = str(20_000_000 + number)
            merit = [{"value": "200,5", "valueType": "EXISTS", "timePeriod": year} for year in YEARS]
            body = {"schoolUnit": code, "averageGradesMeritRating9thGrade": merit, "links": "\u00e5" * size}
            url = f"https://api.example/planned-educations/v4/school-units/{code}/statistics/gr"
            line = {"url": url, "fetchedAt": "2026-04-21T09:51:03.741Z", "response": {"status": "OK", "body": body}}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def test_answers_about_every_school_of_the_country_are_read(tmp_path):
    path = answers(tmp_path / "gr.jsonl", size=8000)
    assert path.stat().st_size > 25_000_000
    read = facts(path, tmp_path)
    assert read.result.observations == SCHOOLS * len(YEARS)
    assert len({fact.code for fact in read.rows}) == SCHOOLS
    assert peak_megabytes(path, tmp_path) < 300


def test_one_broken_line_among_the_last_refuses_the_file(tmp_path):
    path = answers(tmp_path / "gr.jsonl", size=10)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[-2] = lines[-2].replace('"response":', '"response"')
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(reading.UnusableFile) as refused:
        facts(path, tmp_path)
    assert (refused.value.code, refused.value.params["row"]) == ("broken_json", str(SCHOOLS - 1))


def test_a_csv_is_the_same_in_however_many_parts_it_is_held(monkeypatch):
    dice = random.Random(4)
    rows = [";".join(str(dice.randint(0, 99)) for _ in range(dice.choice((0, 1, 3, 4, 7)))) for _ in range(40)]
    text = "a;b;c\n" + "\n".join(rows) + "\n"
    whole = csv_table(text)
    for part in (1, 2, 7, 41, 42):
        monkeypatch.setattr(reading, "PART", part)
        cut = csv_table(text)
        assert_frame_equal(cut.grid, whole.grid)
        assert (cut.last_width, cut.ends_in_newline) == (whole.last_width, whole.ends_in_newline)
