"""What waits for somebody's decision: applications, cases given back, what the grid office decides.

Conditions for lists and counts; who may really decide is judged again by the services.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from incidents.models import Application, ApprovalStep, FigureAppeal, Incident, ReturnSlip
from incidents.rules.permissions import APPROVE, DISPATCH
from incidents.rules.vocabulary import ApplicationState, State
from incidents.selectors.named_parts import Show
from organizations.choices import Role
from organizations.scopes import AnyUser, Scope, scope_of

APPEALS = "to_appeal"
_STEPS = Prefetch(
    "steps", queryset=ApprovalStep.objects.select_related("organization", "decided_by").order_by("position")
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case that waits, with what is asked for: an application, the slip of its return, or an appeal."""

    incident: Incident
    application: Application | None = None
    slip: ReturnSlip | None = None
    appeal: FigureAppeal | None = None


def deciding_shows(user: AnyUser) -> list[Show]:
    """Return the parts of the list that wait for this person's decision; no query beyond the scope."""
    scope = scope_of(user)
    shows = []
    if APPROVE in scope.permissions:
        shows.append(Show("to_decide", _("Applications to decide"), Q(pk__in=_applications(user, scope))))
    units = _posts_with(DISPATCH, scope)
    if units:
        given_back = Q(state=State.RETURNED, arbitration_due=False, owner_organization_id__in=units)
        shows.append(Show("to_redispatch", _("Given back, to hand on"), given_back))
    if Role.CITY_GRID_OFFICE in scope.roles:
        bounced = Q(state=State.RETURNED, arbitration_due=True)
        shows.append(Show("to_arbitrate", _("To be decided for good"), bounced))
    return shows


def appeals_show(user: AnyUser) -> Show | None:
    """Return the cases whose appeal waits for this person, closed ones too; None where none ever does.

    No query beyond the scope.
    """
    if Role.CITY_GRID_OFFICE not in scope_of(user).roles:
        return None
    pending = FigureAppeal.objects.filter(state=ApplicationState.PENDING)
    return Show(APPEALS, _("Appeals"), Q(pk__in=pending.values("incident_id")))


def appeal_rows(incidents: Iterable[Incident]) -> list[Waiting]:
    """Return the cases with the appeals that wait; two queries whatever their number."""
    rows = list(incidents)
    pending = FigureAppeal.objects.filter(
        incident_id__in=[row.pk for row in rows], state=ApplicationState.PENDING
    )
    found = {row.incident_id: row for row in pending.select_related("asked_by", "unit")}
    return [Waiting(row, appeal=found.get(row.pk)) for row in rows]


def waiting_rows(incidents: Iterable[Incident]) -> list[Waiting]:
    """Return the cases with their applications and slips; three queries whatever their number."""
    rows = list(incidents)
    ids = [row.pk for row in rows]
    applications = {
        row.incident_id: row
        for row in Application.objects.filter(incident_id__in=ids, state=ApplicationState.PENDING)
        .select_related("asked_by", "unit")
        .prefetch_related(_STEPS)
    }
    slips = {
        row.incident_id: row
        for row in ReturnSlip.objects.filter(incident_id__in=ids, decided_at=None).select_related(
            "unit", "by", "suggested_unit"
        )
    }
    return [Waiting(row, applications.get(row.pk), slips.get(row.pk)) for row in rows]


def applications_of(incident: Incident) -> list[Application]:
    """Return what was ever applied for, newest first; two queries, and one more for the steps' people."""
    rows = Application.objects.filter(incident_id=incident.pk).select_related("asked_by", "unit")
    return list(rows.prefetch_related(_STEPS).order_by("-asked_at", "-id"))


def slips_of(incident: Incident) -> list[ReturnSlip]:
    """Return how often it was given back, newest first; no query where it never was."""
    if not incident.return_count:
        return []
    rows = ReturnSlip.objects.filter(incident_id=incident.pk)
    return list(rows.select_related("unit", "by", "suggested_unit", "to_unit").order_by("-at", "-id"))


def appeals_of(incident: Incident) -> list[FigureAppeal]:
    """Return the appeals against counting it, newest first; one query."""
    rows = FigureAppeal.objects.filter(incident_id=incident.pk)
    return list(rows.select_related("unit", "asked_by", "decided_by").order_by("-asked_at", "-id"))


def _applications(user: AnyUser, scope: Scope) -> object:
    earlier = ApprovalStep.objects.filter(
        application=OuterRef("application"), decision="", position__lt=OuterRef("position")
    )
    rows = ApprovalStep.objects.filter(
        ~Exists(earlier),
        decision="",
        application__state=ApplicationState.PENDING,
        organization_id__in=_posts_with(APPROVE, scope),
    )
    return rows.exclude(application__asked_by_id=user.pk).values("application__incident_id")


def _posts_with(permission: str, scope: Scope) -> frozenset[int]:
    return frozenset(post.organization_id for post in scope.posts if permission in post.permissions)
