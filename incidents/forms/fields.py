"""Form fields of incidents that Django does not have."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from incidents.selectors.units import accused_to_choose


class PhotosInput(forms.ClearableFileInput):
    """A file input that takes several photos at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Up to settings.PHOTO_MAX_COUNT photos; cleaned to a tuple, whose content the service looks at."""

    widget = PhotosInput

    def __init__(self, **kwargs: Any) -> None:
        """Offer only pictures in the phone's chooser."""
        kwargs.setdefault("widget", PhotosInput(attrs={"accept": "image/*"}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return every photo given; raises ValidationError for too many or an empty file."""
        uploads: list[Any] = [upload for upload in data or () if upload]
        if len(uploads) > settings.PHOTO_MAX_COUNT:
            raise forms.ValidationError(
                _("At most %(count)s photos."), code="too_many", params={"count": settings.PHOTO_MAX_COUNT}
            )
        if not uploads:
            super().clean(None, initial)
        return tuple(super(PhotosField, self).clean(upload, initial) for upload in uploads)


def accused_field() -> forms.TypedChoiceField:
    """Return the field for the unit a report is about; it may stay empty. One query. Source: R-105."""
    return forms.TypedChoiceField(
        label=_("Which unit is it about?"),
        choices=[("", _("not about a unit")), *accused_to_choose()],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("This unit does not get the report and does not see it."),
    )
