"""The questions of a report: where, what, what happened, how to reach you."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.rates import address_of, spend
from grids.locator import grid_at
from grids.models import Grid
from grids.selectors.places import open_communities, open_leaf_grids, open_streets
from incidents.forms.public import ContactForm, DetailsForm, PositionForm
from incidents.models import Category
from incidents.selectors.categories import OTHER, category_groups, category_in_use, common_categories
from incidents.services.draft_photos import draft_photos_discard, draft_photos_keep
from incidents.services.photos import prepare_photos
from incidents.views.public import drafts
from incidents.views.public.drafts import Draft
from incidents.views.public.rates import PHOTOS_OF_ADDRESS
from incidents.views.public.steps import UNREADABLE, Step, go_on
from organizations.choices import OrganizationKind
from organizations.models import Organization


class Where(Step):
    """Where is it: by the phone's position, or street, community and grid by name."""

    step = "where"
    template = "public/where.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask; nothing needs to be answered before."""
        return self.page(request, drafts.load(request) or Draft())

    def context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """Return the names to choose from at the level reached, and what was chosen above it."""
        street = _chosen(open_streets(), request.GET.get("street"))
        community = _chosen(open_communities(street.pk), request.GET.get("community")) if street else None
        return {
            "street": street,
            "community": community,
            "streets": [] if street else open_streets(),
            "communities": open_communities(street.pk) if street and not community else [],
            "grids": open_leaf_grids(community.pk) if community else [],
        }

    def answer(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """Take a grid by name, or the grid of a position."""
        if "grid" in request.POST or "community" in request.POST:
            return self._by_name(request, draft)
        return self._by_position(request, draft)

    def _by_name(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        grids = Grid.objects.open().select_related("community").filter(community__closed_on=None)
        communities = Organization.objects.open().filter(kind=OrganizationKind.COMMUNITY)
        grid = _chosen(grids, request.POST.get("grid"))
        community = _chosen(communities, request.POST.get("community"))
        if grid is not None:
            draft.stand_at(grid)
        elif community is not None:
            draft.stand_in(community)
        else:
            problem = _("This place cannot be chosen any more. Please choose another one.")
            return self.page(request, draft, problem=problem, status=UNREADABLE)
        return go_on(request, draft)

    def _by_position(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        form = PositionForm(request.POST)
        if not form.is_valid():
            problem = " ".join(str(each) for each in form.non_field_errors())
            return self.page(request, draft, problem=problem, status=UNREADABLE)
        longitude, latitude = form.cleaned_data["position"]
        grid = grid_at(longitude, latitude)
        if grid is None:
            problem = _(
                "This position is in none of this city's grids. Please choose the street and community below."
            )
            return self.page(request, draft, problem=problem, status=UNREADABLE)
        draft.stand_at(grid, position=(str(longitude), str(latitude)))
        return go_on(request, draft)


class What(Step):
    """What is it: eight large buttons, all others by search or group."""

    step = "what"
    template = "public/what.html"

    def context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """Return the categories in use."""
        words = request.GET.get("words", "")[:60].strip()
        return {
            "words": words,
            "common": [] if words else common_categories(),
            "groups": category_groups(words),
            "other": category_in_use(OTHER),
        }

    def answer(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """Take the category, unless it went out of use while the page was open."""
        category = category_in_use(request.POST.get("category", "")[:8])
        if category is None:
            problem = _("This kind of matter has just been taken off the list. Please choose another one.")
            return self.page(request, draft, problem=problem, status=UNREADABLE)
        draft.category = category.code
        if not category.asks_accused:
            draft.accused_id = None
        return go_on(request, draft)


class Details(Step):
    """What happened: a few words and photos; whatever could be read is kept, whatever else is wrong."""

    step = "details"
    template = "public/details.html"

    def context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """Return the form as answered so far."""
        answered = {name: getattr(draft, name) for name in DetailsForm.base_fields if name != "accused"}
        answered["accused"] = draft.accused_id
        category = category_in_use(draft.category)
        return {
            "form": DetailsForm(
                initial=answered, has_photos=bool(draft.photos), asks_accused=_asks_accused(category)
            ),
            "category": category,
            "photos_left": settings.PHOTO_MAX_COUNT - len(draft.photos),
            "photo_errors": [],
        }

    def answer(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """Keep the photos, then the words, or take one photo away."""
        removed = _remove_photo(draft, request.POST.get("remove"))
        photo_errors = [] if removed else _add_photos(request, draft)
        form = DetailsForm(
            request.POST,
            has_photos=bool(draft.photos) or removed or bool(photo_errors),
            asks_accused=_asks_accused(category_in_use(draft.category)),
        )
        if form.is_valid():
            values = dict(form.cleaned_data)
            draft.accused_id = values.pop("accused", None)
            for name, value in values.items():
                setattr(draft, name, value)
        drafts.save(request, draft)
        if removed or photo_errors or not form.is_valid():
            left = settings.PHOTO_MAX_COUNT - len(draft.photos)
            status = 200 if removed and form.is_valid() else UNREADABLE
            return self.page(
                request, draft, form=form, photo_errors=photo_errors, photos_left=left, status=status
            )
        return go_on(request, draft)


class Contact(Step):
    """How to reach the resident; all of it may be left empty."""

    step = "contact"
    template = "public/contact.html"

    def context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """Return the form as answered so far."""
        answered = {name: getattr(draft, name) for name in ("name", "phone", "anonymous", "keeps_position")}
        return {"form": ContactForm(initial=answered, has_position=bool(draft.longitude))}

    def answer(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """Take name and phone, both perhaps empty, or nothing at all."""
        form = ContactForm(request.POST, has_position=bool(draft.longitude))
        if not form.is_valid():
            return self.page(request, draft, form=form, status=UNREADABLE)
        if form.cleaned_data["anonymous"]:
            draft.stay_anonymous(keeps_position=form.cleaned_data.get("keeps_position", False))
        else:
            draft.give_contact(form.cleaned_data["name"], form.cleaned_data["phone"])
        draft.contact_asked = True
        return go_on(request, draft)


def _asks_accused(category: Category | None) -> bool:
    return category is not None and category.asks_accused


def _chosen(rows: Any, pk: str | None) -> Any:
    """Return the row of that key, or None where the key is none or not among the rows."""
    return rows.filter(pk=int(pk)).first() if pk and pk.isascii() and pk.isdigit() and len(pk) < 19 else None


def _remove_photo(draft: Draft, place: str | None) -> bool:
    if place is None or place not in map(str, range(len(draft.photos))):
        return False
    draft_photos_discard([draft.photos.pop(int(place))])
    return True


def _add_photos(request: HttpRequest, draft: Draft) -> list[str]:
    """Keep the photos of the form; returns what is wrong with them, and then keeps none of them."""
    uploads = request.FILES.getlist("photos")
    if not uploads:
        return []
    try:
        spend(PHOTOS_OF_ADDRESS, address_of(request))
        draft.photos += draft_photos_keep(prepare_photos(uploads, already=len(draft.photos)))
    except DomainError as error:
        return [error.message]
    return []
