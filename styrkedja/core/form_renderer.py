"""Renders forms with our templates: label, hint, error, control, tied together for assistive technology.

Settings: `FORM_RENDERER = "styrkedja.core.form_renderer.FormRenderer"`, with "django.forms" among the apps.
The behaviour (summary first, same words beside the field, "Error:" in the title) follows GOV.UK's guidance.
"""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    form_template_name = "_components/forms/form.html"
    field_template_name = "_components/forms/field.html"
