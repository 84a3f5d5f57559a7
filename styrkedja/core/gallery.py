"""The component gallery: every component and chart on one page, to look at and to test. Samples, not results."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from . import gallery_samples

COLOURS = ("paper", "surface", "sunken", "ink", "muted", "line", "brand", "accent", "good", "attention", "bad", "info")
ICONS = (
    *("up", "down", "flat", "attention", "bad", "ok", "info", "lock", "clock", "download", "upload", "print", "search"),
    *("menu", "more", "close", "plus", "edit", "history", "link", "quote", "chevron", "list", "chain", "wheel"),
    *("report", "book", "chart", "table", "complaint", "people", "settings", "half", "open"),
)


class SampleForm(forms.Form):
    """One of each field, with errors when sent empty."""

    name = forms.CharField(
        label="Vad heter insatsen?", help_text="Några få ord som kollegorna känner igen.", max_length=80
    )
    why = forms.CharField(label="Varför tror ni att den hjälper?", widget=forms.Textarea, required=False)
    start = forms.DateField(label="När börjar den?", widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(label="Enhet", choices=[("", "Välj enhet"), ("1", "Björkskolan"), ("2", "Ekskolan")])
    size = forms.ChoiceField(
        label="Hur många berörs?",
        choices=[("1", "En grupp"), ("2", "Ett arbetslag"), ("3", "Hela enheten")],
        widget=forms.RadioSelect,
    )
    who = forms.MultipleChoiceField(
        label="Vilka har deltagit?",
        choices=[("l", "Lärare"), ("p", "Annan personal"), ("e", "Elever")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    offered = forms.BooleanField(label="Vårdnadshavare har erbjudits att delta", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            raise forms.ValidationError("Insatsen är inte sparad.")
        return cleaned


class SampleUpload(forms.Form):
    file = forms.FileField(label="Fil med resultat", help_text="Filen läses och visas innan något sparas.")


WIDE = ("heat",)


def gallery(request: HttpRequest) -> HttpResponse:
    """The page; its address exists only where the program is being built on (config/urls.py)."""
    form = SampleForm(request.POST or None)
    charts = gallery_samples.charts()
    context = {
        "form": form,
        "upload": SampleUpload(),
        "charts": [
            {"kind": kind, "data": charts[kind], "title": title, "alt": alt, "wide": kind in WIDE}
            for kind, (title, alt) in gallery_samples.MESSAGES.items()
        ],
        "sparkline": charts["sparkline"],
        "nothing": {},
        "colours": COLOURS,
        "icons": ICONS,
        "page": Paginator(range(240), 20).page(4),
        **gallery_samples.components(),
    }
    return render(request, "core/gallery.html", context)
