from styrkedja.core.sorting import swedish_key


def test_swedish_letters_come_last_in_their_order():
    names = ["Örnskolan", "Zetaskolan", "Ängsskolan", "Åskolan", "Alskolan", "almskolan"]
    assert sorted(names, key=swedish_key) == [
        "almskolan", "Alskolan", "Zetaskolan", "Åskolan", "Ängsskolan", "Örnskolan",
    ]  # fmt: skip


def test_numbers_by_size_and_decomposed_letters_as_composed():
    assert sorted(["Åk 10", "Åk 9", "A\u030ak 8"], key=swedish_key) == ["A\u030ak 8", "Åk 9", "Åk 10"]


def test_foreign_accents_do_not_move_a_name():
    assert sorted(["Ellen", "Élan", "Eva"], key=swedish_key) == ["Élan", "Ellen", "Eva"]
