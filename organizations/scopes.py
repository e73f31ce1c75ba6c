"""What part of the city a person sees, and what they may do there; every visible_to and policy starts here.

A scope is drawn from the memberships valid today. It costs two queries and
is remembered on the user object, which lives as long as the request.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission

from core import clock
from organizations.choices import AREA_ROLES, ROLE_KINDS, OrganizationKind, Role

AnyUser = AbstractBaseUser | AnonymousUser
_ATTRIBUTE = "_gridgov_scope"


@dataclass(frozen=True, slots=True)
class Post:
    """One membership valid today, with the permissions of its role."""

    membership_id: int
    role: str
    organization_id: int
    organization_kind: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """The areas a person sees whole, and the posts they hold.

    `unit_line` are the person's own units and those above them, without the city: a report about one of them
    is none of theirs. `grid_membership_ids` are memberships narrowed to assigned grids; the grids app
    resolves them.
    """

    user_id: int | None
    day: date
    posts: tuple[Post, ...] = ()
    whole_city: bool = False
    administers: bool = False
    street_ids: frozenset[int] = frozenset()
    community_ids: frozenset[int] = frozenset()
    department_ids: frozenset[int] = frozenset()
    unit_line: frozenset[int] = frozenset()
    grid_membership_ids: frozenset[int] = field(default_factory=frozenset)

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles held today."""
        return frozenset(post.role for post in self.posts)

    @property
    def permissions(self) -> frozenset[str]:
        """Return every permission held anywhere, as app_label.codename."""
        return frozenset().union(*(post.permissions for post in self.posts))

    def holds(self, permission: str, organization_ids: Iterable[int | None]) -> bool:
        """Return whether a post at one of the organisations carries the permission."""
        wanted = {pk for pk in organization_ids if pk is not None}
        return any(post.organization_id in wanted and permission in post.permissions for post in self.posts)

    def holds_in_city(self, permission: str) -> bool:
        """Return whether a post at the city carries the permission."""
        return any(
            post.organization_kind == OrganizationKind.CITY and permission in post.permissions
            for post in self.posts
        )


def scope_of(user: AnyUser) -> Scope:
    """Return the person's scope today; empty for anonymous and inactive users."""
    today = clock.today()
    known: Scope | None = getattr(user, _ATTRIBUTE, None)
    if known is not None and known.day == today:
        return known
    scope = _draw(user, today) if user.is_authenticated and user.is_active else Scope(None, today)
    setattr(user, _ATTRIBUTE, scope)
    return scope


def forget_scope(user: AnyUser) -> None:
    """Let the next look draw the scope anew; services that change memberships call it."""
    if hasattr(user, _ATTRIBUTE):
        delattr(user, _ATTRIBUTE)


def _draw(user: AnyUser, today: date) -> Scope:
    posts, unit_line = _posts(user, today)
    area = [post for post in posts if post.role in AREA_ROLES]
    departments = _ids(area, {OrganizationKind.DEPARTMENT, OrganizationKind.UNIT})
    return Scope(
        user_id=user.pk,
        day=today,
        posts=posts,
        whole_city=bool(_ids(area, {OrganizationKind.CITY})),
        administers=any(
            post.role in {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR} for post in posts
        ),
        street_ids=_ids(area, {OrganizationKind.STREET}),
        community_ids=_ids(area, {OrganizationKind.COMMUNITY}),
        department_ids=departments,
        unit_line=unit_line,
        grid_membership_ids=frozenset(
            post.membership_id for post in posts if post.role in {Role.GRID_WORKER, Role.BUILDING_HEAD}
        ),
    )


# A post's unit with the two above it: no unit stands deeper than that below a city.
_LINE = tuple(f"organization__{'parent__' * above}" for above in range(3))


def _posts(user: AnyUser, today: date) -> tuple[tuple[Post, ...], frozenset[int]]:
    """Return the posts that count and their units with what stands above these, the city left out."""
    memberships = cast(
        "Any", user
    ).memberships  # the reverse relation: this module must not import the models
    rows = [
        row
        for row in memberships.valid_on(today).values_list(
            "pk", "role", *(f"{unit}{name}" for unit in _LINE for name in ("id", "kind"))
        )
        if row[3] in ROLE_KINDS[row[1]]
    ]
    permissions = _role_permissions({row[1] for row in rows})
    posts = tuple(
        Post(pk, role, org, kind, permissions.get(role, frozenset())) for pk, role, org, kind, *_above in rows
    )
    lines = [zip(row[2::2], row[3::2], strict=True) for row in rows]
    return posts, frozenset(
        pk for line in lines for pk, kind in line if pk is not None and kind != OrganizationKind.CITY
    )


def _role_permissions(roles: set[str]) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = {}
    if roles:
        for role, app, codename in Permission.objects.filter(group__name__in=roles).values_list(
            "group__name", "content_type__app_label", "codename"
        ):
            held.setdefault(role, set()).add(f"{app}.{codename}")
    return {role: frozenset(codes) for role, codes in held.items()}


def _ids(posts: Iterable[Post], kinds: set[OrganizationKind]) -> frozenset[int]:
    return frozenset(post.organization_id for post in posts if post.organization_kind in kinds)
