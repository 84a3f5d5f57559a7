"""The sending of mail. The job is there if the change is: it is put in the queue by the same transaction."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import actions, mailing
from .models import Person

POST_AWAY = RetryStrategy(max_attempts=8, exponential_wait=4, retry_exceptions={OSError, SMTPException})  # some hours


@app.task(name=actions.TELL_OLD_ADDRESS, queue="mail", retry=POST_AWAY)
def tell_old_address(*, address: str, language: str, message_id: str) -> None:
    """Sent twice it is one message: its id is that of the change. The new address is nobody else's business."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    with translation.override(language):
        EmailMessage(
            subject=_("The address of your account in Styrkedja has been changed"),
            body=render_to_string("organisation/email/address_changed.txt"),
            to=[address],
            headers={"Message-ID": f"<{message_id}@{domain}>"},
        ).send()


@app.task(name=mailing.SEND, queue="mail", retry=POST_AWAY)
def send(*, person: str, kind: str, template: str, words: dict[str, str], path: str, message_id: str) -> None:
    """To the address, in the language and by the choice the person has when it leaves, not when it was written."""
    to = Person.objects.get(pk=person)
    if to.is_active and kind not in to.mail_declined:
        mailing.message(to, template, words, path, message_id).send()
