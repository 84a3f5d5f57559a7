"""Minutes by the report renderers: every word of them, in tagged PDF, for those who read them."""

import io

import pikepdf
import pytest
from django.urls import reverse

from styrkedja.dialogues.models import Minutes
from styrkedja.reports.minutes_document import minutes_document
from tests.dialogues import meeting as m

pytestmark = pytest.mark.django_db


def test_minutes_are_read_as_tagged_pdf_by_those_who_read_them(world, client):
    meeting = m.called(world, title="Läs/skriv *först*", place="Sal 2", purpose="Ett beslut om läsningen 😀")
    chosen = m.note(world, meeting, "Tas med ordagrant")
    m.conclude(world, meeting, "Läsningen #först.")
    m.agree(world, meeting, holder=world.person("principal"))
    m.hold(world, meeting)
    m.minute(world, meeting, [chosen.pk])
    document = minutes_document(Minutes.objects.get(), "sv")
    said = str(document.to_data())
    for words in ("Läs/skriv *först*", "Sal 2",
                  "Läsningen #först.", "Tas med ordagrant", "Antecknat av Ragnar Björk",
                  "Prova gemensamma lektionsstarter.",
                  "Ragnar Björk, Björkskolan", "Nummer 1, fastställt"):  # fmt: skip
        assert words in said, words
    address = reverse("reports:minutes_pdf", args=[meeting.pk, 1])
    for who, status in (("teacher", 200), ("principal_ek", 404), ("registrar", 403)):
        client.force_login(world.person(who))
        answer = client.get(address)
        assert answer.status_code == status, who
    client.force_login(world.person("principal"))
    answer = client.get(address)
    with pikepdf.open(io.BytesIO(answer.content)) as read:
        assert "/StructTreeRoot" in read.Root and str(read.Root.Lang).startswith("sv")
    assert "Lässkriv" in answer.headers["Content-Disposition"] or "L%C3%A4sskriv" in answer["Content-Disposition"]
    assert address in client.get(reverse("dialogues:minutes", args=[meeting.pk, 1])).content.decode()
