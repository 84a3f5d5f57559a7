"""The template of slides, set by those who set up the chain: what holds, a new one, earlier ones, and back to plain."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core.uploading import was_too_large, written_name

from . import slide_template_actions, slide_templates
from .forms import SlideTemplateForm
from .models import SlideTemplate
from .renderers.slides.plain import plain
from .serving import PPTX, attached


def sets_for_all(access: Access) -> bool:
    """Whether the person sets up the whole organiser, not a part of it."""
    root = access.tree.root()
    return root is not None and access.can(P.CHAIN_EDIT, root)


@requires(P.CHAIN_EDIT)
def slide_template(request: HttpRequest) -> HttpResponse:
    """Which template holds, and a new one; a file that cannot be used leaves everything as it was."""
    if not sets_for_all(access_of(request)):
        raise PermissionDenied
    versions = list(slide_templates.versions())
    current = versions[0] if versions else None
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    initial = {"expected": current.number if current else 0}
    form = SlideTemplateForm(*sent, initial=initial, too_large=was_too_large(request))

    def write() -> None:
        template = None if form.cleaned_data["plain"] else form.cleaned_data["file"]
        slide_template_actions.change_template(
            template=template,
            file_name=written_name(request.FILES["file"]) if template else "",  # type: ignore[arg-type]
            expected=form.cleaned_data["expected"],
            by=access_of(request).person,
        )

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The template is changed. Slides that are fetched from now on are made in it."))
        return redirect("reports:slide_template")
    context = {"form": form, "versions": versions, "current": current, "limit": f"{slide_templates.MEGABYTES} MB"}
    return render(request, "reports/slide_template.html", context)


@requires(P.CHAIN_EDIT)
@require_safe
def slide_template_file(request: HttpRequest, template_id: UUID) -> HttpResponse:
    """A version as it was sent; the plain one where that held."""
    if not sets_for_all(access_of(request)):
        raise PermissionDenied
    held = SlideTemplate.objects.filter(pk=template_id).first()
    if held is None:
        raise Http404
    suffix = "potx" if held.file_name.lower().endswith(".potx") else "pptx"
    content = plain() if held.is_plain else bytes(held.content)
    return attached(content, f"{_('Template of slides')} v{held.number}.{suffix}", PPTX)
