"""What every page with buttons does: try the action, and say in words what came of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.core.errors import Conflict, Refused

from .requests.asking_actions import some
from .requests.reminder_actions import Reminded


def attempt(request: HttpRequest, act: Callable[[], object], done: str = "") -> bool:
    """Do it and say `done`, or say why not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
    except Conflict:
        messages.warning(request, _("Somebody else was first. Look at how it stands now."))
    else:
        if done:
            messages.success(request, done)
        return True
    return False


def expected(request: HttpRequest) -> int:
    """The version a form was made from; 0, which never fits, where it does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def tell_reminded(request: HttpRequest, told: Reminded) -> None:
    """Who was reminded, who had been today, and where there is nobody to remind."""
    if told.sent:
        count = len(told.sent)
        said = ngettext(
            "A reminder is on its way to %(nodes)s.", "%(count)s reminders are on their way: %(nodes)s.", count
        )
        messages.success(request, said % {"count": count, "nodes": some(told.sent)})
    if told.already:
        messages.info(request, _("Already reminded today: %(nodes)s.") % {"nodes": some(told.already)})
    if told.nobody:
        messages.warning(
            request,
            _("Nobody answers there, so no mail was sent; what is owed stands: %(nodes)s.")
            % {"nodes": some(told.nobody)},
        )
    if not (told.sent or told.already or told.nobody):
        messages.info(request, _("Nothing is late. Nobody was reminded."))
