"""Writing down the figures as they stand: every month by itself, and when the grid office asks."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import SYSTEM, Actor, ActorKind
from core.errors import Denied, Invalid
from core.locks import LockName, lock_for_transaction
from incidents.models import FigureRow, FigureSnapshot, Incident
from incidents.rules.rates import Of, Rate, Tally
from incidents.selectors.figure_lines import all_rows
from incidents.selectors.figures import By, Key, count_into, group_of, moments, of_kind
from incidents.services.persons import person_of
from organizations.scopes import scope_of

TAKE = "incidents.add_figuresnapshot"
BATCH = 2000
_UNITS = (By.STREET, By.COMMUNITY, By.DEPARTMENT)


def figures_keep(*, actor: Actor, first: date, last: date) -> FigureSnapshot:
    """Write down the figures of the cases reported in a period, for each unit, colour and category.

    Asked for again on the same day it returns what was written. Counts everything nothing is withheld of;
    ten statements beside the inserts. Raises Denied, or Invalid naming last. Source: R-156.
    """
    if actor.kind is not ActorKind.SYSTEM and not scope_of(person_of(actor)).holds_in_city(TAKE):
        raise Denied("permission_missing", _("Your role does not include this step."))
    today = clock.today()
    if last > today or last < first:
        raise Invalid("period_invalid", _("Please choose a period that is over or ends today."), field="last")
    with transaction.atomic():
        lock_for_transaction(LockName.FIGURES)
        known: FigureSnapshot | None = FigureSnapshot.objects.filter(
            first=first, last=last, taken_on=today
        ).first()
        if known is not None:
            return known
        taken: FigureSnapshot = FigureSnapshot.objects.create(
            first=first, last=last, taken_on=today, taken_at=clock.now(), taken_by_id=actor.user_id
        )
        FigureRow.objects.bulk_create(_rows(taken), batch_size=BATCH)
    return taken


def figures_keep_month() -> FigureSnapshot | None:
    """Write down the month that is over, once; None where that was done. Source: R-156."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    if FigureSnapshot.objects.filter(first=first, last=last, taken_by=None).exists():
        return None
    return figures_keep(actor=SYSTEM, first=first, last=last)


def _rows(taken: FigureSnapshot) -> list[FigureRow]:
    start, end = moments(taken.first, taken.last)
    incidents: Any = Incident.objects.filter(Q(reported_at__gte=start, reported_at__lt=end))
    rows = []
    for by in _UNITS:
        found: dict[Key, dict[Rate, Tally]] = {}
        for of in Of:
            prefix = "incident__" if of is Of.ROUNDS else ""
            groups = (group_of(by, of), F(f"{prefix}colour"), F(f"{prefix}category_id"))
            count_into(found, of_kind(all_rows(of, incidents), by, of), of, groups)
        rows += [_row(taken, key, tally) for key, each in found.items() for tally in each.values() if key[0]]
    return [row for row in rows if row.denominator or row.left_out]


def _row(taken: FigureSnapshot, key: Key, tally: Tally) -> FigureRow:
    unit, colour, category = key
    return FigureRow(
        snapshot=taken,
        organization_id=unit,
        colour=colour,
        category_id=category,
        rate=tally.rate,
        numerator=tally.numerator,
        denominator=tally.denominator,
        left_out={reason.value: number for reason, number in tally.left_out.items() if number},
    )
