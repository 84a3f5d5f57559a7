import datetime as dt
import uuid

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from styrkedja.core import tasks
from styrkedja.core.models import FormKey

pytestmark = pytest.mark.django_db


def keys_of_age(*days):
    for age in days:
        kept = FormKey.objects.create(person_id=uuid.uuid4(), key=uuid.uuid4(), path=f"/{age}/")
        FormKey.objects.filter(pk=kept.pk).update(created_at=timezone.now() - dt.timedelta(days=age))


def kept():
    return [key.path for key in FormKey.objects.order_by("pk")]


def test_keys_of_forms_go_when_no_login_can_send_them_again():
    keys_of_age(400, 31, 29, 0)
    tasks.weed(timestamp=0)
    assert kept() == ["/29/", "/0/"]
    assert dt.timedelta(seconds=settings.SESSION_COOKIE_AGE) < settings.FORM_KEYS_KEPT


def test_weeding_takes_a_bounded_piece_at_a_time(monkeypatch, django_assert_num_queries):
    keys_of_age(50, 49, 48, 47, 1)
    monkeypatch.setattr(tasks, "WEEDED", 3)
    with django_assert_num_queries(1):
        tasks.weed_form_keys()
    assert kept() == ["/47/", "/1/"]
    tasks.weed_form_keys()
    assert kept() == ["/1/"]


def test_logins_that_have_ended_go_and_others_stay():
    for name, hours in (("ended", -1), ("open", 1)):
        expires = timezone.now() + dt.timedelta(hours=hours)
        Session.objects.create(session_key=name, session_data="", expire_date=expires)
    tasks.weed(timestamp=0)
    assert list(Session.objects.values_list("pk", flat=True)) == ["open"]
