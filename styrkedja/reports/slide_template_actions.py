"""The organiser changes the template of its slides; earlier versions stay."""

from __future__ import annotations

import hashlib

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, unless_taken
from styrkedja.organisation.models import Person
from styrkedja.organisation.queries import node_by_code

from .models import SlideTemplate
from .slide_templates import Template


@action
def change_template(*, template: Template | None, file_name: str, expected: int, by: Person | None) -> SlideTemplate:
    """A new version; None: the plain one from now on. `expected` is the number of the one that held, 0 for none.

    Raises Refused when somebody else was first. Earlier versions stay.
    """
    late = _("Somebody else has changed the template since you opened the page. Look at it and try again.")
    last = SlideTemplate.objects.order_by("-number").values_list("number", flat=True).first() or 0
    if last != expected:
        raise Refused(late)
    held = template.content if template else b""
    row = SlideTemplate(
        number=last + 1,
        file_name=file_name if template else "",
        content=held,
        sha256=hashlib.sha256(held).hexdigest() if template else "",
        opening=template.opening if template else "",
        layout=template.layout if template else "",
        made_by=by,
        made_at=timezone.now(),
    )
    with unless_taken(late, "reports_slidetemplate_number_key"):
        row.save(force_insert=True)
    details = {"slides": "template" if template else "plain", "number": row.number, "sha256": row.sha256}
    audit.record(Event.SETTING_CHANGED, by=by, node=node_by_code("huvudman"), about=row, details=details)
    return row
