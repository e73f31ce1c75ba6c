"""Finding people, households and dwellings within what the actor sees, and who may do what with them."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actor import Actor, ActorKind
from core.errors import Denied, Missing
from organizations.scopes import AnyUser, Post, scope_of
from residents.models import Dwelling, Household, Need, Person
from residents.models.places import Placed
from residents.wording import NOT_YOURS

REGISTER = "residents.register_person"
REVEAL = "residents.reveal_person"
MANAGE_CARE = "residents.manage_care"
VISIT = "residents.record_visit"
ANSWER = "residents.answer_need"
VIEW_VISIT = "residents.view_visit"
VIEW_NEED = "residents.view_need"
DECIDE_REQUEST = "residents.decide_subjectrequest"


def posts_over(user: AnyUser, place: Placed) -> tuple[Post, ...]:
    """Return the person's posts that count for the place: at its community, its street, or the city.

    A grid worker's post is at the community; that the place is theirs has been asked by `visible_to`.
    """
    units = {place.community_id, place.street_id}
    return tuple(
        post
        for post in scope_of(user).posts
        if post.organization_id in units or post.organization_kind == "city"
    )


def may(user: AnyUser | None, permission: str, place: Placed) -> bool:
    """Return whether a post that counts for the place carries the permission."""
    return user is not None and any(permission in post.permissions for post in posts_over(user, place))


def require_at(actor: Actor, permission: str, place: Placed) -> None:
    """Raise Denied("not_permitted") unless the actor holds the permission for the place."""
    if actor.kind is not ActorKind.SYSTEM and not may(actor.user, permission, place):
        raise Denied("not_permitted", _("Your role does not allow this here. Ask the system administrator."))


def find_person(actor: Actor, person_id: int, *, permission: str, lock: bool = False) -> Person:
    """Return the person as they are now; raises Missing("person_missing") or Denied("not_permitted")."""
    found: Person = _find(actor, Person, person_id, "person_missing", lock=lock)
    require_at(actor, permission, found)
    return found


def find_household(actor: Actor, household_id: int, *, permission: str, lock: bool = False) -> Household:
    """Return the household as it is now; raises Missing("household_missing") or Denied("not_permitted")."""
    found: Household = _find(actor, Household, household_id, "household_missing", lock=lock)
    require_at(actor, permission, found)
    return found


def find_dwelling(actor: Actor, dwelling_id: int, *, permission: str, lock: bool = False) -> Dwelling:
    """Return the dwelling as it is now; raises Missing("dwelling_missing") or Denied("not_permitted")."""
    found: Dwelling = _find(actor, Dwelling, dwelling_id, "dwelling_missing", lock=lock)
    require_at(actor, permission, found)
    return found


def find_need(actor: Actor, need_id: int, *, permission: str, lock: bool = False) -> Need:
    """Return what a family said, as it is now; raises Missing("need_missing") or Denied("not_permitted")."""
    found: Need = _find(actor, Need, need_id, "need_missing", lock=lock)
    require_at(actor, permission, found.household)
    return found


def find_people(
    actor: Actor, person_ids: Sequence[int], *, permission: str, lock: bool = False
) -> dict[int, Person]:
    """Return the people by id, locked in that order if wanted; raises as `find_person`. One query."""
    found: dict[int, Person] = _find_all(actor, Person, person_ids, "person_missing", permission, lock=lock)
    return found


def find_households(
    actor: Actor, household_ids: Sequence[int], *, permission: str, lock: bool = False
) -> dict[int, Household]:
    """Return the households by id, as `find_people` does. One query."""
    found: dict[int, Household] = _find_all(
        actor, Household, household_ids, "household_missing", permission, lock=lock
    )
    return found


def _rows(actor: Actor, model: Any, *, lock: bool) -> Any:
    rows = model.objects.all()
    if actor.kind is not ActorKind.SYSTEM:
        rows = rows.visible_to(actor.user) if actor.user else rows.none()
    return rows.select_for_update(of=("self",), no_key=True) if lock else rows


def _find(actor: Actor, model: Any, pk: int, code: str, *, lock: bool) -> Any:
    found = _rows(actor, model, lock=lock).filter(pk=pk).first()
    if found is None:
        raise Missing(code, NOT_YOURS)
    return found


def _find_all(
    actor: Actor, model: Any, pks: Sequence[int], code: str, permission: str, *, lock: bool
) -> dict[int, Any]:
    if not pks:
        return {}
    found = {row.pk: row for row in _rows(actor, model, lock=lock).filter(pk__in=pks).order_by("pk")}
    if len(found) != len(set(pks)):
        raise Missing(code, NOT_YOURS)
    for row in found.values():
        require_at(actor, permission, row)
    return found
