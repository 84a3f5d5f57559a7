"""The form a file comes in by. What is in the file is not judged here but in the parsing child."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from styrkedja.core.uploading import MAX_UPLOAD_BYTES

MEGABYTES = MAX_UPLOAD_BYTES // (1024 * 1024)
ACCEPTED = ".csv,.xlsx,.json,.jsonl,.txt"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("The program finds out what the file is from its content; its name does not matter."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty."),
        },
    )

    def __init__(self, *arguments: Any, too_large: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if too_large:
            message = _("The file is larger than %(limit)s MB. Split it into several files.") % {"limit": MEGABYTES}
            self.fields["file"].error_messages["required"] = message
