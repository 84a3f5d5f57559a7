"""How long a task may be late until those above are told of it."""

from __future__ import annotations

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Person
from styrkedja.wheel.models import WheelSettings


@action
def change_settings(*, escalate_after: int, expected: int, by: Person | None) -> WheelSettings:
    stored, _made = WheelSettings.objects.get_or_create(singleton=True)
    stored = save_version(stored, expected=expected, fields={"escalate_after": escalate_after})
    audit.record(Event.SETTING_CHANGED, by=by, details={"escalate_after": escalate_after})
    return stored
