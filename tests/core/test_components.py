"""The shared components: forms that say what is wrong, states that say what they are, words compared."""

from __future__ import annotations

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from styrkedja.core.templatetags.components import initials
from styrkedja.core.words import changes, compare_words


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As it is <called>")
    note = forms.CharField(label="Note", required=False)
    size = forms.ChoiceField(label="Size", choices=[("1", "One"), ("2", "Two")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed", required=False)


def rendered(source: str, **context: object) -> str:
    with translation.override("en"):
        return engines["django"].from_string("{% load components %}" + source).render(context)


def test_peoples_own_words_are_marked_where_the_page_is_not_in_their_language() -> None:
    assert rendered("<p{% own_words %}>") == '<p lang="sv">'
    with translation.override("sv"):
        assert engines["django"].from_string("{% load components %}<p{% own_words %}>").render({}) == "<p>"


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    html = rendered("{{ form }}", form=Sample({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext">As it is &lt;called&gt;<' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<fieldset aria-describedby="id_size_error">' in html


def test_what_may_be_left_out_says_so_and_a_box_stands_before_its_words() -> None:
    html = rendered("{{ form }}", form=Sample())
    assert html.count("(optional)") == 1
    assert html.index('type="checkbox"') < html.index("Agreed")


def test_the_summary_names_the_field_uses_its_words_and_leads_to_the_fields() -> None:
    html = rendered('{% include "_components/error_summary.html" %}', form=Sample({}))
    assert '<a href="#id_name"><span class="where">Name:</span> This field is required.</a>' in html
    assert '<a href="#id_size_0"><span class="where">Size:</span> This field is required.</a>' in html
    assert "data-error-summary" in html
    assert "data-error-summary" not in rendered('{% include "_components/error_summary.html" %}', form=Sample())


def test_a_figure_without_a_number_says_why_in_words() -> None:
    figure = {"label": "Passed", "display": "..", "state": "suppressed", "unit": "%", "trend_word": "up"}
    html = rendered('{% include "_components/figure_card.html" %}', figure=figure)
    assert "Withheld, too few" in html
    assert "up</span>" not in html
    assert 'class="unit"' not in html


def test_tabs_without_an_address_are_no_links() -> None:
    tabs = [{"label": "Here", "url": "/x/", "current": True}, {"label": "Later", "url": None, "current": False}]
    html = rendered('{% include "_components/tabs.html" %}', tabs=tabs)
    assert html.count("<a ") == 1
    assert 'aria-current="page"' in html
    assert "comes later" in html


@pytest.mark.parametrize("count", [3, 4, 6])
def test_the_bottom_bar_never_has_more_than_four(count: int) -> None:
    items = [{"label": f"Item {i}", "url": f"/{i}/", "icon": "list", "current": False} for i in range(count)]
    html = rendered('{% include "_components/navigation.html" %}', navigation=items)
    in_bar = count - html.count('class="nav-rest"') + html.count('class="nav-more"')
    assert in_bar == min(count, 4)
    assert all(f'href="/{i}/"' in html for i in range(count))


def test_wrapping_tags_escape_what_they_are_given() -> None:
    html = rendered('{% callout kind="info" title=words %}<p>{{ words }}</p>{% endcallout %}', words="<b>")
    assert "<b>" not in html
    assert "<p>&lt;b&gt;</p>" in html
    assert 'aria-label="&lt;b&gt;"' in rendered("{% scroll label=words %}x{% endscroll %}", words="<b>")


def test_two_texts_are_compared_word_by_word() -> None:
    assert list(changes("en röd bil", "en blå bil")) == [
        ("same", "en "),
        ("del", "röd "),
        ("ins", "blå "),
        ("same", "bil"),
    ]
    assert compare_words("a", "<b>") == "<del>a</del><ins>&lt;b&gt;</ins>"
    assert "".join(text for kind, text in changes("x y", "y  z\n") if kind != "del") == "y  z\n"


def test_texts_too_long_to_compare_are_shown_whole() -> None:
    long = "ord " * 15_000
    assert list(changes(long, long + "!")) == [("del", long), ("ins", long + "!")]


@pytest.mark.parametrize(
    ("name", "short"), [("Anna Lind", "AL"), ("rektor@x.se", "R"), ("anna.lind@x.se", "AL"), ("Åsa", "Å"), ("", "?")]
)
def test_initials(name: str, short: str) -> None:
    assert initials(name) == short
