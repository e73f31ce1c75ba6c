"""The visit's form: who was met, that the list is right, what was said, what was told."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from residents.choices import NeedKind, VisitOutcome
from residents.models import Person
from residents.rules.visits import LONGEST_ANSWER, LONGEST_NEED, LONGEST_NOTE, NeedDraft, VisitDraft
from residents.selectors.visits import NeedRow
from residents.services.problems import Choices

NEED_FORMS = 3
_LIST_CHANGED = _("Please open this page again: the list of people could not be read.")


class NeedForm(forms.Form):
    """One thing the family said; a form with nothing in it is none."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("What kind"), choices=NeedKind.choices, required=False, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What was said"),
        max_length=LONGEST_NEED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    category = forms.ChoiceField(
        label=_("What the problem is about"),
        required=False,
        help_text=_("A problem goes to whoever can mend it. Write no names or numbers they do not need."),
    )
    person = forms.TypedChoiceField(label=_("Who said it"), coerce=int, empty_value=None, required=False)

    def __init__(self, people: Sequence[Person], categories: Choices, *args: Any, **kwargs: Any) -> None:
        """Offer the household's people and the categories of incidents."""
        super().__init__(*args, **kwargs)
        self._offer("category", [("", _("Please choose")), *categories])
        self._offer("person", [("", _("the whole family")), *((each.pk, each.name) for each in people)])

    @property
    def is_blank(self) -> bool:
        """Return whether nothing was written down here."""
        return not any(self.cleaned_data.get(name) for name in ("kind", "text", "category"))

    @property
    def is_open(self) -> bool:
        """Return whether something stands in it, so that it is shown unfolded."""
        return any(self[name].value() for name in ("kind", "text", "category")) or bool(self.errors)

    def to_draft(self) -> NeedDraft:
        """Return what the service records."""
        data = self.cleaned_data
        is_problem = data["kind"] == NeedKind.PROBLEM
        return NeedDraft(
            kind=data["kind"],
            text=data["text"],
            person_id=data["person"],
            category=data["category"] if is_problem else "",
        )

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class FeedbackForm(forms.Form):
    """One answer that has to be told before the door is left."""

    verdict = forms.ChoiceField(
        label=_("Have you told the family?"),
        choices=[("told", _("told, and accepted")), ("reopened", _("not accepted"))],
        required=False,
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(
        label=_("What the family said against it"),
        max_length=LONGEST_NEED,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class VisitForm(forms.Form):
    """The visit as a whole; `needs` and `feedback` are forms of their own below it."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    people = forms.CharField(required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("Was anybody at home?"),
        choices=VisitOutcome.choices,
        initial=VisitOutcome.MET,
        widget=forms.RadioSelect,
    )
    confirmed = forms.BooleanField(label=_("The list is right and complete"), required=False)
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False)

    def __init__(
        self,
        *args: Any,
        listed: Sequence[Person],
        to_tell: Sequence[NeedRow],
        categories: Choices,
        **kwargs: Any,
    ) -> None:
        """Take the people to read out and the answers to tell; the moment of opening is the visit's."""
        initial = {
            "client_key": uuid.uuid4(),
            "at": clock.now().isoformat(),
            "people": ",".join(str(each.pk) for each in listed),
        }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        data = self.data if self.is_bound else None
        self.needs = [
            NeedForm(listed, categories, data, prefix=f"need{number}") for number in range(NEED_FORMS)
        ]
        self.feedback = [(row, FeedbackForm(data, prefix=f"tell{row.need.pk}")) for row in to_tell]

    def is_valid(self) -> bool:
        """Return whether the form and all forms below it are well-formed."""
        parts = [*self.needs, *(form for _row, form in self.feedback)]
        return all([super().is_valid(), *(part.is_valid() for part in parts)])

    def clean_people(self) -> frozenset[int]:
        """Return the keys of the people who were read out."""
        parts = [part for part in self.cleaned_data["people"].split(",") if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError(_LIST_CHANGED)
        return frozenset(map(int, parts))

    def to_draft(self) -> VisitDraft:
        """Return what the service saves; where nobody was met, only the note counts."""
        data = self.cleaned_data
        at: datetime | None = data["at"]
        if data["outcome"] != VisitOutcome.MET:
            return VisitDraft(outcome=data["outcome"], at=at, note=data["note"])
        verdicts = {row.need.pk: form.cleaned_data for row, form in self.feedback}
        return VisitDraft(
            outcome=data["outcome"],
            at=at,
            note=data["note"],
            confirmed=data["people"] if data["confirmed"] else frozenset(),
            needs=tuple(form.to_draft() for form in self.needs if not form.is_blank),
            told=frozenset(pk for pk, said in verdicts.items() if said["verdict"] == "told"),
            reopened={pk: said["reply"] for pk, said in verdicts.items() if said["verdict"] == "reopened"},
        )


class AnswerForm(forms.Form):
    """What community staff answer to a wish or an opinion."""

    answer = forms.CharField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 2})
    )
