"""What a cell says and what it is taken for: every mark of data-formats §2.3, and numbers as people write them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from styrkedja.intake.formats._names import group_of, kind_of, period_of, place_of
from styrkedja.intake.formats._values import classified, json_text


def read(text: str | None) -> tuple[str | None, float | None, str | None]:
    return classified(pl.Series([text], dtype=pl.String)).row(0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("43,3", ("shown", 43.3, None)),
        ("43.3", ("shown", 43.3, None)),
        ("4 102", ("shown", 4102.0, None)),
        ("4\u00a0102", ("shown", 4102.0, None)),
        ("1\u202f104\u202f634,5", ("shown", 1104634.5, None)),
        ("\u221210", ("shown", -10.0, None)),
        ("85 %", ("shown", 85.0, None)),
        ("0", ("shown", 0.0, None)),
        ("cirka 370", ("approximate", 370.0, "cirka 370")),
        ("~100", ("approximate", None, "~100")),
        ("..", ("suppressed", None, "..")),
        ("...", ("suppressed", None, "...")),
        ("\u2026", ("suppressed", None, "\u2026")),
        ("-", ("suppressed", None, "-")),
        (".", ("missing", None, ".")),
        ("", ("missing", None, None)),
        (None, ("missing", None, None)),
        ("*", ("not_applicable", None, "*")),
    ],
)
def test_every_mark_keeps_its_meaning(text: str | None, expected: tuple[str, float | None, str | None]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize("text", ["nan", "inf", "1e5", "0x10", "1.234,5", "1 2", "12 34", "<5", "1,", ",5", "٣", "x"])
def test_what_is_no_number_is_not_taken_for_one(text: str) -> None:
    assert read(text)[:2] == (None, None)


@given(st.decimals(min_value=-999_999_999, max_value=999_999_999, places=2), st.sampled_from([" ", "\u00a0", "\u202f"]))
def test_swedish_notation_means_the_same_number(number: object, space: str) -> None:
    swedish = f"{number:,.2f}".replace(",", space).replace(".", ",")
    assert read(swedish) == ("shown", float(str(number)), None)


@given(st.text(max_size=12))
def test_any_text_is_read_without_falling_and_only_digits_give_numbers(text: str) -> None:
    state, value, raw = read(text)
    if value is not None:
        assert any(character in "0123456789" for character in text)
        assert state in ("shown", "approximate")
    if state in ("suppressed", "missing", "not_applicable"):
        assert value is None
    assert state != "shown" or raw is None


@given(st.floats(min_value=-1e9, max_value=1e9, allow_nan=False))
def test_json_numbers_come_through(number: float) -> None:
    assert read(json_text(number))[1] == pytest.approx(number, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024/25", "2024/25"),
        ("2024/2025", "2024/25"),
        ("2024-25", "2024/25"),
        ("VT25", "2024/25"),
        ("VT26", "2025/26"),
        ("HT24", "2024/25"),
        ("2024", "2024"),
        ("1999/00", "1999/00"),
        ("2024/26", None),
        ("2024-08-01 00:00:00", None),
        ("202425", None),
        ("1800", None),
        ("2999", None),
        ("", None),
    ],
)
def test_periods(text: str, expected: str | None) -> None:
    assert period_of(text) == expected


def test_groups_kinds_and_places() -> None:
    assert [group_of(word) for word in ("", "Flickor", "pojkar", "T", "övriga")] == ["T", "K", "M", "T", None]
    assert [kind_of(code) for code in ("95197505", "2120000522", "0665", "Riket", "665", "9519750x")] == [
        "school_unit",
        "huvudman",
        "kommun",
        "riket",
        None,
        None,
    ]
    assert place_of("Elever i åk. 9, meritvärde lägeskommun, genomsnitt (17 ämnen)") == "lageskommun"
    assert place_of("Elever i åk. 9, meritvärde kommunala skolor, genomsnitt (17 ämnen)") == "kommunal"
    assert place_of("Kostnad för kommunal grundskola åk 1-9, kr/elev") == "kommunal"
    assert place_of("Elever i åk 9, meritvärde, hemkommun, genomsnitt (17 ämnen)") == "hemkommun"
    assert place_of("Elever i åk 9, meritvärde fristående skolor i kommunen, genomsnitt (17 ämnen)") == "fristaende"
    assert place_of("Meritvärde i åk. 9, avvikelse från SALSA på enhetsnivå, poäng") == ""
