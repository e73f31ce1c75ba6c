"""Forms about what is known of a person, and about where they live."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from residents.choices import (
    DOCUMENT_KINDS,
    GENDERS,
    Kinship,
    PoliticalStatus,
    PopulationType,
)
from residents.forms.base import StepForm, day_field, kinship_field, one_of
from residents.rules.documents import DocumentKind, Gender
from residents.rules.names import LONGEST_NAME
from residents.rules.people import PersonDraft
from residents.selectors.drafts import draft_of
from residents.selectors.file import people_of

_DAY = {"type": "date", "class": "input"}


class PersonFields(StepForm):
    """What is known of a person; numbers are typed, never shown."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=LONGEST_NAME * 2)
    document_kind = forms.ChoiceField(label=_("Document"), choices=DOCUMENT_KINDS)
    document_number = forms.CharField(
        label=_("Document number"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    gender = forms.ChoiceField(label=_("Gender"), choices=GENDERS, required=False)
    birth_date = forms.DateField(
        label=_("Date of birth"),
        required=False,
        widget=forms.DateInput(_DAY, format="%Y-%m-%d"),
        help_text=_("Follows from a resident ID number by itself."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    population_type = forms.ChoiceField(label=_("Population type"), choices=PopulationType.choices)
    political_status = forms.ChoiceField(
        label=_("Political status"), choices=PoliticalStatus.choices, required=False
    )
    registered_division = forms.CharField(
        label=_("Division code of the register"), required=False, max_length=20
    )

    def draft(self) -> PersonDraft:
        """Return what was written."""
        data = self.cleaned_data
        return PersonDraft(
            name=data["name"],
            document_kind=DocumentKind(data["document_kind"]),
            document_number=data["document_number"],
            gender=Gender(data["gender"] or Gender.UNKNOWN),
            birth_date=data["birth_date"],
            phone=data["phone"],
            population_type=data["population_type"],
            political_status=data["political_status"],
            registered_division=data["registered_division"],
        )


class RegisterForm(PersonFields):
    """A person who lives in the household."""

    kinship = kinship_field()
    lived_since = day_field(_("Lives here since"))
    field_order = ("name", "kinship")


class BornForm(PersonFields):
    """A newborn of the household."""

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Offer the people of the household as mother."""
        super().__init__(user, subject, *args, **kwargs)
        self.fields["mother"] = one_of(
            people_of(subject), _("Mother"), required=True, empty=_("please choose")
        )
        self.fields["birth_date"].required = True
        self.fields["document_kind"].initial = DocumentKind.NONE.value
        for name in ("political_status", "registered_division", "phone"):
            self.fields[name].widget = forms.HiddenInput()
        self.order_fields(["mother", "name", "birth_date", "gender"])


class CorrectForm(PersonFields):
    """What is known, to be corrected; an empty number stays as it is."""

    forget_phone = forms.BooleanField(label=_("This phone no longer exists"), required=False)

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Show what may be shown."""
        shown = ("name", "document_kind", "gender", "birth_date", "population_type", "political_status")
        kwargs["initial"] = {name: getattr(subject, name) for name in (*shown, "registered_division")}
        super().__init__(user, subject, *args, **kwargs)
        for name in ("document_number", "phone"):
            self.fields[name].help_text = _("Leave it empty to keep the one that is known.")
        self.order_fields(["name", "document_kind", "document_number", "gender", "birth_date", "phone"])

    def draft(self) -> PersonDraft:
        """Return what was written, with the known numbers where none was."""
        known, given = draft_of(self.subject), super().draft()
        if not given.document_number and given.document_kind == known.document_kind:
            given = replace(given, document_number=known.document_number)
        if not given.phone and not self.cleaned_data["forget_phone"]:
            given = replace(given, phone=known.phone)
        return given


class _LeavingForm(StepForm):
    """A change after which somebody else must head the household that is left."""

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Ask for a successor where the head goes and others stay."""
        super().__init__(user, subject, *args, **kwargs)
        stay = []
        if subject.kinship == Kinship.HEAD and subject.household is not None:
            stay = [each for each in people_of(subject.household) if each.pk != subject.pk]
        if stay:
            self.fields["successor"] = one_of(
                stay,
                _("Who heads the household from then on"),
                required=False,
                empty=_("not known yet (the household is listed)"),
            )


class MoveForm(_LeavingForm):
    """To another household."""

    typed = ("household",)
    effective_on = day_field(_("First day there"))
    kinship = kinship_field()


class LeaveForm(_LeavingForm):
    """Away from here."""

    effective_on = day_field(_("Last day here"))
    where = forms.CharField(label=_("Where to"), required=False, max_length=200)


class DieForm(_LeavingForm):
    """A death."""

    effective_on = day_field(_("Day of death"))


class ReturnForm(StepForm):
    """Back into a household."""

    typed = ("household",)
    effective_on = day_field(_("First day there"))
    kinship = kinship_field()


class TakeInForm(StepForm):
    """Somebody whose document lies on the table, wherever their file is."""

    document_kind = forms.ChoiceField(label=_("Document"), choices=DOCUMENT_KINDS[:-1])
    document_number = forms.CharField(
        label=_("Document number"), max_length=60, widget=forms.TextInput({"autocomplete": "off"})
    )
    effective_on = day_field(_("First day here"))
    kinship = kinship_field()


class RegisteredForm(StepForm):
    """Where the register keeps somebody."""

    typed = ("household*",)


class ReasonForm(StepForm):
    """A step that asks only why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class MergeForm(ReasonForm):
    """Another file of the same person, which goes into this one."""

    other = forms.IntegerField(widget=forms.HiddenInput)
