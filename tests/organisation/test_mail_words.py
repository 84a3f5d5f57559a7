"""Mail is plain text: what is called "Fritids & förskola" is called that, and every mail says how to stop it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from styrkedja.organisation.mailing import message
from styrkedja.organisation.models import Person

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ALL = sorted(
    str(path.relative_to(TEMPLATES).with_suffix(""))
    for path in TEMPLATES.rglob("email/*.txt")
    if not path.stem.endswith("_subject") and path.with_name(f"{path.stem}_subject.txt").exists()
)
OURS = [name for name in ALL if name.split("/")[0] in ("desk", "dialogues", "plans", "wheel")]
WORDS = {"node": "Fritids & <förskola>", "due": "2026-12-01", "period": "2026/27", "place": "Åk & <7>"}
COUNTS = dict.fromkeys(("in_14", "in_3", "in_0", "owes", "late", "owed", "unjudged"), "1")


@pytest.mark.parametrize("template", OURS)
def test_a_mail_says_names_as_they_are_and_how_to_stop(template):
    to = Person(name="Åsa & Bo", email="asa@ekkoping.example", language="sv")
    sent = message(to, template, {**WORDS, **COUNTS}, "/min-lista/?a=1&b=2", "id")
    assert "&amp;" not in sent.subject + sent.body and "&lt;" not in sent.subject + sent.body
    assert sent.body.count("/min-lista/?a=1&b=2") == 1
    assert "Du väljer under Mina mejl vad som skickas till dig." in sent.body
    assert sent.subject and "\n" not in sent.subject


def test_no_mail_is_missed():
    assert len(OURS) == 24
