"""Who may decide on the application that waits, and who may take it back. Source: R-123."""

from incidents.models import Application, Incident
from incidents.rules.permissions import APPROVE, HANDLE
from incidents.rules.vocabulary import ApplicationState, Level
from organizations.choices import AREA_ROLES, OrganizationKind
from organizations.scopes import Post, Scope


def pending_application(incident: Incident) -> Application | None:
    """Return the application that waits with its steps; no query where the incident says there is none."""
    if not incident.pending_application:
        return None
    rows = Application.objects.filter(incident_id=incident.pk, state=ApplicationState.PENDING)
    found: Application | None = rows.select_related("unit").prefetch_related("steps__organization").first()
    return found


def approver_posts(scope: Scope, application: Application | None) -> list[Post]:
    """Return the posts at the unit whose turn it is; nobody decides on what they asked for themselves.

    Where that unit has been closed meanwhile, the city decides in its place.
    """
    step = application.current_step if application is not None else None
    if application is None or step is None or application.asked_by_id == scope.user_id:
        return []
    stranded = step.organization.is_closed
    return [
        post
        for post in scope.posts
        if APPROVE in post.permissions
        and (
            post.organization_id == step.organization_id
            or (stranded and post.organization_kind == OrganizationKind.CITY)
        )
    ]


def applicant_posts(scope: Scope, application: Application | None) -> list[Post]:
    """Return the posts with which the application may be withdrawn: the asker's, and those of their unit."""
    if application is None:
        return []
    own = application.asked_by_id == scope.user_id
    return [
        post for post in scope.posts if HANDLE in post.permissions and (own or _of_unit(post, application))
    ]


def _of_unit(post: Post, application: Application) -> bool:
    at_unit = post.organization_id == application.unit_id and post.role in AREA_ROLES
    return at_unit and application.level != Level.GRID
