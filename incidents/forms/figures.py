"""What the page of figures is asked for: a period, what it is set out by, and what it is narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.periods import PeriodForm
from incidents.choices import COLOURS
from incidents.models import Category, FigureSnapshot
from incidents.selectors.figures import By, Wanted
from organizations.models import Organization
from organizations.scopes import AnyUser

BY = [
    (By.STREET, _("By street")),
    (By.COMMUNITY, _("By community")),
    (By.DEPARTMENT, _("By department")),
    (By.CATEGORY, _("By kind of matter")),
    (By.COLOUR, _("By colour")),
    (By.MONTH, _("By month")),
]
_SELECT = forms.Select({"class": "input"})


class FiguresForm(PeriodForm):
    """The period of the last ninety days by street, unless something else is asked for."""

    colour = forms.ChoiceField(
        label=_("Colour"), required=False, choices=[("", _("all")), *COLOURS], widget=_SELECT
    )
    category = forms.ChoiceField(label=_("Kind of matter"), required=False, widget=_SELECT)

    def __init__(self, query: Any, user: AnyUser) -> None:
        """Read the address; figures that stood bring their own period."""
        self._user, self._query = user, query
        self.snapshot = self._snapshot(str(query.get("stood", "")))
        if self.snapshot is not None:
            query = {
                **query.dict(),
                "first": self.snapshot.first.isoformat(),
                "last": self.snapshot.last.isoformat(),
            }
        super().__init__(query)
        self.data = {**self.data, **{name: query.get(name, "") for name in ("colour", "category")}}
        rows = Category.objects.filter(is_active=True).order_by("code").values_list("code", "name")
        field = self.fields["category"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("all")), *rows]

    def wanted(self) -> Wanted:
        """Return what is asked for; raises Invalid naming the field."""
        first, last = self.period()
        try:
            by = By(self._query.get("by") or By.STREET)
        except ValueError as error:
            raise Invalid(
                "choice_invalid", _("Please choose one of the values offered."), field="by"
            ) from error
        return Wanted(
            first=first,
            last=last,
            by=by,
            unit=self._unit(str(self._query.get("unit", ""))),
            colour=self.cleaned_data["colour"],
            category=self.cleaned_data["category"],
        )

    def _unit(self, code: str) -> Organization | None:
        if not code:
            return None
        seen: Any = Organization.objects.visible_to(self._user)
        found: Organization | None = seen.filter(code=code[:40]).first()
        if found is None:
            raise Invalid("unit_unknown", _("There is no such unit."), field="unit")
        return found

    def _snapshot(self, key: str) -> FigureSnapshot | None:
        if not key.isascii() or not key.isdigit() or len(key) > 18:
            return None
        found: FigureSnapshot | None = FigureSnapshot.objects.filter(pk=int(key)).first()
        return found
