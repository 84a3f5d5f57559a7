"""Marks that stand in every row of lists that may be long: built here, as an include a row costs too much."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.core.templatetags.components import icon
from styrkedja.dialogues.models import ReceiverState, RequestReceiver
from styrkedja.dialogues.owing import Owed

register = template.Library()
MARK = '<span class="mark tone-{}">{}<span>{}</span></span>'
TAG = '<span class="tag tone-{}">{}{}</span>'
STATES = {  # tone, icon
    ReceiverState.WAITING: ("neutral", "open"),
    ReceiverState.SUBMITTED: ("info", "half"),
    ReceiverState.RETURNED: ("attention", "attention"),
    ReceiverState.ACCEPTED: ("good", "ok"),
    ReceiverState.RELEASED: ("neutral", "flat"),
}


@register.simple_tag
def due_mark(owed: Owed) -> SafeString:
    """How late one thing owed is, or how long is left: icon and words."""
    if owed.is_late:
        days = owed.overdue_days
        said = ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}
        return format_html(MARK, "bad", icon("clock"), said)
    if owed.days_left == 0:
        return format_html(MARK, "attention", icon("half"), _("Today"))
    said = ngettext("%(days)s day left", "%(days)s days left", owed.days_left) % {"days": owed.days_left}
    return format_html(MARK, "neutral", icon("open"), said)


@register.simple_tag
def state_tag(receiver: RequestReceiver) -> SafeString:
    """How far a receiver has come, as `_components/tag.html`."""
    tone, mark = STATES[ReceiverState(receiver.state)]
    return format_html(TAG, tone, icon(mark), receiver.get_state_display())
