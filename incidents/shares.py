"""Incidents shown to a person by name, outside their area: django-guardian's object permissions."""

from typing import Any

from guardian.models import UserObjectPermission

from organizations.scopes import AnyUser

_ATTRIBUTE = "_gridgov_shared_incident_ids"
PERMISSION = "view_incident"


def shared_incident_ids(user: AnyUser) -> frozenset[int]:
    """Return the ids shared with this person; one query, remembered on the user object.

    Guardian stores object ids as text, so a join would cast every row; the list is short and read once.
    """
    known: frozenset[int] | None = getattr(user, _ATTRIBUTE, None)
    if known is not None:
        return known
    rows: Any = UserObjectPermission.objects.filter(
        user_id=user.pk,
        permission__codename=PERMISSION,
        content_type__app_label="incidents",
        content_type__model="incident",
    )
    ids = frozenset(int(pk) for pk in rows.values_list("object_pk", flat=True))
    setattr(user, _ATTRIBUTE, ids)
    return ids
