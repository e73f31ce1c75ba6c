"""Telephone numbers in forms."""

from django import forms

from incidents.services.intake import NO_PHONE, is_phone


def check_phone(text: str) -> None:
    """Raise ValidationError for a text that is no phone number, in the words of the service."""
    if text and not is_phone(text):
        raise forms.ValidationError(NO_PHONE, code="phone_invalid")
