"""The gallery shows every component, so a component that cannot be rendered fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import BaseStorage
from django.test import RequestFactory

from styrkedja.core.charts import KINDS
from styrkedja.core.gallery import gallery

ROOT = Path(__file__).resolve().parents[2]


class Silent(BaseStorage):
    """Messages of a request that has no session."""

    def _get(self, *args: object, **kwargs: object) -> tuple[list[object], bool]:
        return [], True


@pytest.fixture
def page(db: None) -> str:
    request = RequestFactory().post("/komponenter/", {"name": ""})
    request.user = AnonymousUser()
    request._messages = Silent(request)  # type: ignore[attr-defined]
    return gallery(request).content.decode()


def test_every_chart_and_every_error_is_there(page: str) -> None:
    assert all(f'class="chart chart-{kind}"' in page for kind in KINDS)
    assert "data-error-summary" in page
    assert page.count("<h1") == 1


def test_nothing_is_styled_or_scripted_in_line(page: str) -> None:
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:", page)


def test_no_two_things_share_a_name(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_icon_used_exists(page: str) -> None:
    sprite = (ROOT / "static" / "icons.svg").read_text()
    assert set(re.findall(r'icons\.svg#([a-z-]+)"', page)) <= set(re.findall(r'symbol id="([a-z-]+)"', sprite))
