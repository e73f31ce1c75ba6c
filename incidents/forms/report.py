"""The form with which staff report: three presses and a photo, everything else may stay empty."""

import uuid
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grids.models import Grid
from incidents.choices import IMPORTANCES, URGENCIES
from incidents.forms.fields import PhotosField, accused_field
from incidents.models import Category
from incidents.rules.vocabulary import Channel
from incidents.selectors.units import (
    buildings_to_choose,
    categories_to_choose,
    favourites_among,
    grids_to_choose,
    nothing_chosen,
)
from incidents.services import Report
from organizations.choices import Role
from organizations.scopes import AnyUser, scope_of

# How cases reach an office; those at work in a grid found it themselves.
_OFFICE_CHANNELS = [
    (Channel.PATROL, _("seen on patrol")),
    (Channel.LOCAL_HOTLINE, _("a resident called")),
    (Channel.HOTLINE, _("hotline 12345")),
    (Channel.VISIT, _("on a home visit")),
    (Channel.MEETING, _("on the community's meeting day")),
    (Channel.TRANSFER, _("passed on by another office")),
    (Channel.SUPERIOR, _("assigned from above")),
]


class ReportForm(forms.Form):
    """Checks the shape of a report; `to_report` makes the service's request of it."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    category = forms.ChoiceField(
        label=_("What is it?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Please press what it is about."),
            "invalid_choice": _("This category is no longer in use. Please choose another one."),
        },
    )
    photos = PhotosField(label=_("Photos"), required=False)
    lat = forms.DecimalField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lng = forms.DecimalField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    grid = forms.TypedChoiceField(label=_("Grid"), coerce=int, empty_value=None, required=False)
    address = forms.CharField(label=_("Place in words"), max_length=200, required=False)
    description = forms.CharField(
        label=_("What happened"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    importance = forms.ChoiceField(label=_("Importance"), required=False, widget=forms.RadioSelect)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False, widget=forms.RadioSelect)
    people_count = forms.IntegerField(label=_("People concerned"), required=False, min_value=0)
    casualties = forms.BooleanField(label=_("Somebody is hurt"), required=False)
    in_danger = forms.BooleanField(label=_("Somebody is in danger"), required=False)
    building = forms.TypedChoiceField(label=_("Building"), coerce=int, empty_value=None, required=False)
    channel = forms.ChoiceField(label=_("How it came in"), choices=_OFFICE_CHANNELS, required=False)
    reporter_name = forms.CharField(label=_("Resident's name"), max_length=40, required=False)
    reporter_phone = forms.CharField(
        label=_("Resident's phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    anonymous = forms.BooleanField(
        label=_("The resident wants to stay anonymous"),
        required=False,
        help_text=_("Name and phone are then not kept, whatever stands above."),
    )
    settled = forms.BooleanField(label=_("Settled on the spot, nobody else is needed"), required=False)
    settled_note = forms.CharField(
        label=_("What was done"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, user: AnyUser, *args: Any, **kwargs: Any) -> None:
        """Offer this person's own categories and grids; who works in a grid isn't asked for a channel."""
        kwargs.setdefault("initial", {})["client_key"] = uuid.uuid4()
        super().__init__(*args, **kwargs)
        self.on_foot = bool(scope_of(user).roles & {Role.GRID_WORKER, Role.BUILDING_HEAD})
        self._user = user
        self._categories = categories_to_choose()
        self.own_grids: list[Grid] = list(grids_to_choose(user))
        self._offer("category", [(one.code, one.name) for one in self._categories])
        self._offer(
            "grid", [nothing_chosen(), *((grid.pk, self._grid_label(grid)) for grid in self.own_grids)]
        )
        self.fields["accused"] = accused_field()
        self.has_buildings = self._offer_buildings(user)
        self._offer("importance", [("", _("not judged")), *IMPORTANCES])
        self._offer("urgency", [("", _("not judged")), *URGENCIES])
        if self.on_foot:
            for name in ("channel", "reporter_name", "reporter_phone", "anonymous"):
                del self.fields[name]
        else:
            del self.fields["settled"]
            del self.fields["settled_note"]

    def clean(self) -> dict[str, Any]:
        """Ask for a photo or a sentence, a place, and what was done where it is said to be settled."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("photos") and not data.get("description") and "photos" not in self.errors:
            self.add_error("photos", _("Please take a photo, or say in a sentence what happened."))
        if data.get("settled") and not data.get("settled_note"):
            self.add_error("settled_note", _("Please say in a few words what you did about it."))
        named = data.get("grid") is not None or data.get("building") is not None
        if data.get("lat") is None and not named and len(self.own_grids) != 1:
            self.add_error("grid", _("Please choose the grid, or use your position."))
        return data

    def to_report(self) -> Report:
        """Return what the service files; a chosen place goes before the position, an only grid fills in."""
        data = self.cleaned_data
        longitude, latitude = self._position()
        building_id: int | None = data.get("building")
        grid_id = data.get("grid") if building_id is None else None
        if grid_id is None and building_id is None and longitude is None:
            grid_id = self.own_grids[0].pk
        return Report(
            category_code=data["category"],
            description=data["description"],
            channel=Channel.GRID_WORKER if self.on_foot else Channel(data.get("channel") or Channel.PATROL),
            address=data["address"],
            longitude=longitude,
            latitude=latitude,
            grid_id=grid_id,
            building_id=building_id,
            casualties=int(data["casualties"]),
            flags=frozenset({"danger"}) if data["in_danger"] else frozenset(),
            importance=data["importance"],
            urgency=data["urgency"],
            people_count=data["people_count"],
            reporter_name=data.get("reporter_name", ""),
            reporter_phone=data.get("reporter_phone", ""),
            anonymous=data.get("anonymous", False),
            accused_id=data["accused"],
            client_key=data["client_key"],
            photos=data.get("photos") or (),
            settled_note=data.get("settled_note", "") if data.get("settled") else "",
        )

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return all categories as (code, name), by group."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in self._categories:
            groups.setdefault(one.group, []).append((one.code, one.name))
        return list(groups.items())

    @cached_property
    def favourites(self) -> list[Category]:
        """Return the categories shown as tiles; a form that is filed does not ask for them."""
        return favourites_among(self._categories, self._user)

    @property
    def favourite_codes(self) -> list[str]:
        """Return the codes shown as tiles."""
        return [category.code for category in self.favourites]

    def _offer_buildings(self, user: AnyUser) -> bool:
        """Offer the buildings of an area that has few enough to choose from; tells whether it has any."""
        found = buildings_to_choose(user)
        if not found:
            del self.fields["building"]
            return False
        self._offer("building", [nothing_chosen(), *found])
        return True

    def _position(self) -> tuple[Decimal | None, Decimal | None]:
        latitude, longitude = self.cleaned_data.get("lat"), self.cleaned_data.get("lng")
        return (longitude, latitude) if latitude is not None and longitude is not None else (None, None)

    def _grid_label(self, grid: Grid) -> str:
        return grid.name if self.on_foot else f"{grid.community.name} · {grid.name}"

    def _offer(self, name: str, choices: Any) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
