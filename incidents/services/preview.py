"""What would become of a report filed now: colour, first owner, limits, and why; writes nothing."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Invalid
from incidents.models import Category, Incident
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import ClockKind, Colour, Level
from incidents.services.clocks import clock_span
from incidents.services.intake import Report
from incidents.services.judging import judge
from incidents.services.places import place_of
from incidents.services.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class Preview:
    """How the incident would start; `incident` is unsaved and knows only its place, colour and owner."""

    incident: Incident
    colour_reasons: tuple[Reason, ...]
    route_reasons: tuple[Reason, ...]
    rule_name: str
    sign_by: datetime
    done_by: datetime


def incident_preview(*, actor: Actor, report: Report) -> Preview:
    """Return what filing the report now would lead to; its text need not be complete yet.

    Raises Invalid as filing does for category and place. Source: R-11, R-21, R-97.
    """
    category = Category.objects.filter(code=report.category_code, is_active=True).first()
    if category is None:
        raise Invalid(
            "category_unknown", _("Please choose what it is about from the list."), field="category"
        )
    place = place_of(actor, report)
    book, now = rulebook(), clock.now()
    judged = judge(report, category, place, has_workers=bool(place.worker_ids), book=book, on=clock.today())
    colour = Colour(judged.grade.colour)
    incident = Incident(
        category=category,
        grid=place.grid,
        building=place.building,
        community=place.community,
        street=place.street,
        colour=colour,
        owner_level=Level(judged.level),
        owner_organization=judged.owner,
        lead_department=judged.lead,
    )
    sign_by, done_by = (
        clock_span(kind, colour, category, at=now, organization_id=judged.owner.pk, book=book).due_at
        for kind in (ClockKind.SIGN, ClockKind.RESOLVE)
    )
    return Preview(
        incident=incident,
        colour_reasons=tuple(judged.grade.reasons),
        route_reasons=tuple(judged.route.reasons),
        rule_name=judged.rule_name,
        sign_by=sign_by,
        done_by=done_by,
    )
