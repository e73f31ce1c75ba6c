"""Forms about whole households and their dwellings."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from residents.choices import DwellingUse, HouseholdKind, Kinship
from residents.forms.base import StepForm, day_field, one_of
from residents.selectors.file import people_of


class MoveHouseForm(StepForm):
    """The whole household to another dwelling."""

    typed = ("dwelling",)
    effective_on = day_field(_("First day there"))


class SplitForm(StepForm):
    """Some of the people become a household of their own."""

    typed = ("dwelling*",)
    combos_last = True
    effective_on = day_field(_("First day of the new household"))

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Offer the people of the household."""
        super().__init__(user, subject, *args, **kwargs)
        people = people_of(subject)
        self.fields["people"] = forms.TypedMultipleChoiceField(
            label=_("Who goes"),
            coerce=int,
            widget=forms.CheckboxSelectMultiple,
            choices=[(person.pk, person.name) for person in people],
        )
        self.fields["head"] = one_of(
            people, _("Who heads the new household"), required=True, empty=_("please choose")
        )
        self.fields["successor"] = one_of(
            people,
            _("Who heads the old household, if its head goes"),
            required=False,
            empty=_("nobody new"),
        )
        self.fields["dwelling_words"].help_text = _("Leave it empty if they stay in the same dwelling.")
        self.order_fields(["people", "head", "successor", "effective_on", "dwelling_words"])


class JoinForm(StepForm):
    """Everybody into another household; this one is closed."""

    typed = ("household",)
    effective_on = day_field(_("First day there"))

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Ask for everybody's relation to the head there."""
        super().__init__(user, subject, *args, **kwargs)
        choices = [pair for pair in Kinship.choices if pair[0] != Kinship.HEAD]
        self.people = people_of(subject)
        for person in self.people:
            self.fields[f"kinship_{person.pk}"] = forms.ChoiceField(
                label=gettext("%(name)s is to the head there") % {"name": person.name},
                choices=choices,
                initial=Kinship.OTHER_KIN,
            )

    def kinships(self) -> dict[int, str]:
        """Return everybody's relation by id."""
        return {person.pk: self.cleaned_data[f"kinship_{person.pk}"] for person in self.people}


class HeadForm(StepForm):
    """Somebody else heads the household."""

    effective_on = day_field(_("Holds from"))

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Offer everybody, and ask for relations that the rule would only guess."""
        super().__init__(user, subject, *args, **kwargs)
        people = people_of(subject)
        self.fields["person"] = one_of(
            people, _("Who heads the household"), required=True, empty=_("please choose")
        )
        self.order_fields(["person", "effective_on"])
        self.people = people
        choices = [("", _("as follows by itself"))]
        choices += [pair for pair in Kinship.choices if pair[0] != Kinship.HEAD]
        for person in people:
            self.fields[f"kinship_{person.pk}"] = forms.ChoiceField(
                label=gettext("%(name)s is to the new head") % {"name": person.name},
                choices=choices,
                required=False,
            )

    def kinships(self) -> dict[int, str]:
        """Return the relations that were told."""
        told = {person.pk: self.cleaned_data[f"kinship_{person.pk}"] for person in self.people}
        return {pk: kinship for pk, kinship in told.items() if kinship}


class CloseForm(StepForm):
    """An end."""

    effective_on = day_field(_("Last day"))


class DwellingForm(StepForm):
    """What is known of the dwelling."""

    unit = forms.CharField(label=_("Staircase"), required=False, max_length=20)
    room = forms.CharField(label=_("Room"), max_length=30)
    use = forms.ChoiceField(label=_("Use"), choices=DwellingUse.choices)
    area = forms.DecimalField(
        label=_("Area in square metres"), required=False, min_value=1, max_digits=8, decimal_places=2
    )

    def __init__(self, user: Any, subject: Any, *args: Any, **kwargs: Any) -> None:
        """Begin with what is known."""
        if subject is not None:
            names = ("unit", "room", "use", "area")
            kwargs["initial"] = {name: getattr(subject.dwelling, name) for name in names}
        super().__init__(user, subject, *args, **kwargs)


class SettleForm(DwellingForm):
    """A household in a dwelling that may be new."""

    typed = ("building",)
    kind = forms.ChoiceField(label=_("Kind"), choices=HouseholdKind.choices)
    opened_on = day_field(_("Household since"))


class ConfirmForm(forms.Form):
    """Why a mismatch is right as it is, and until when."""

    reason = forms.CharField(label=_("Why it is right as it is"), max_length=200)
    until = forms.DateField(
        label=_("Look again after"), widget=forms.DateInput({"type": "date", "class": "input"})
    )
