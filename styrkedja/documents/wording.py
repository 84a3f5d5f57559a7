"""How a version's authority is said: on its page, in lists, and on a report's cover."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from styrkedja.organisation.models import Organiser

from .models import Authority, DocumentVersion


def established_line(version: DocumentVersion) -> str:
    """Who made it valid, when and on what authority, in the language of the moment; "" for what is not established.

    Fastställd av nämnden den 20 november 2025, § 84, dnr UBN 2025/112
    """
    if not version.is_established:
        return ""
    day = formats.date_format(version.decided_on or timezone.localtime(version.made_at), "j F Y")
    words = {"who": version.made_by or "–", "day": day}
    if version.authority == Authority.COMMITTEE:
        words |= {"paragraph": version.paragraph, "number": version.registry_number}
        if _has_committee():
            return _("Established by the committee on %(day)s, %(paragraph)s, registry number %(number)s") % words
        return _("Established by the board on %(day)s, %(paragraph)s, registry number %(number)s") % words
    if version.delegation:
        words |= {"paragraph": version.delegation.paragraph, "number": version.delegation.registry_number}
        return _("Established by %(who)s on delegation (%(paragraph)s, registry number %(number)s) on %(day)s") % words
    return _("Established by %(who)s on %(day)s") % words


def _has_committee() -> bool:
    """A public organiser has committees; an independent one a board."""
    return not Organiser.objects.filter(sector=Organiser.Sector.PRIVATE).exists()
