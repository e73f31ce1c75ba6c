"""Anonymising files whose time is over. What happened and where stays; who it was goes. Source: R-254."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, DateField, F, Q, QuerySet
from django.db.models.functions import Cast, TruncYear

from core import clock
from core.actor import SYSTEM, Actor
from core.locks import LockName, lock_for_transaction
from core.validation import check_fields
from organizations.policies import require_city
from residents.choices import LifeState, ResidentVerb
from residents.models import Need, Person, ResidentEvent, RetentionRule
from residents.rules.retention import months_before

logger = structlog.get_logger(__name__)
ANONYMOUS_NAME = "（已匿名）"
ADD, CHANGE = "residents.add_retentionrule", "residents.change_retentionrule"
BATCH = 500
_NOTHING_LEFT: dict[str, Any] = {
    "name": ANONYMOUS_NAME,
    "pinyin": "",
    "initials": "",
    "birth_date": Cast(TruncYear("birth_date"), DateField()),
    "document_sealed": "",
    "document_mark": None,
    "phone_sealed": "",
    "phone_mark": None,
    "phone_tail_mark": None,
    "registered_division": "",
    "registered_household": None,
    "building": None,
    "field_sources": {},
    "version": F("version") + 1,
}


@dataclass(frozen=True, slots=True)
class RetentionLine:
    """How many files of a community a rule would anonymise now."""

    rule: RetentionRule
    community: str
    people: int


def retention_plan() -> list[RetentionLine]:
    """Return what `retention_apply` would do now, by rule and community; one query a rule and one more."""
    return [
        RetentionLine(rule, row["community__name"], row["people"])
        for rule, due in _due()
        for row in due.order_by("community__name")
        .values("community_id", "community__name")
        .annotate(people=Count("pk"))
    ]


def retention_apply(*, progress: Callable[[int], None] | None = None) -> int:
    """Anonymise every file whose time is over; returns how many. May be stopped and run again.

    Batches of 500, one transaction each; a file that somebody holds is left for the next run.
    """
    count = 0
    for _rule, due in _due():
        while done := _anonymise_some(due):
            count += done
            if progress:
                progress(done)
    if count:
        logger.info("files anonymised", people=count)
    return count


def retention_rule_save(*, actor: Actor, rule: RetentionRule) -> RetentionRule:
    """Add or change a rule; the next night goes by it. Source: R-254."""
    with transaction.atomic():
        lock_for_transaction(LockName.REFERENCE_LOAD)
        require_city(actor, ADD if rule.pk is None else CHANGE)
        check_fields(rule)
        rule.edited_locally = True
        rule.save()
    return rule


def _due() -> Iterator[tuple[RetentionRule, QuerySet[Person]]]:
    today = clock.today()
    for rule in RetentionRule.objects.exclude(months=None):
        over = months_before(today, rule.months or 0)
        yield rule, Person.objects.filter(state=rule.kind, ended_on__lte=over)


def _anonymise_some(due: QuerySet[Person]) -> int:
    with transaction.atomic():
        held = due.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")
        ids = list(held.values_list("pk", flat=True)[:BATCH])
        if ids:
            anonymise(SYSTEM, ids)
    return len(ids)


def anonymise(actor: Actor, person_ids: list[int]) -> None:
    """Take away who these people were, merged files included; the caller holds the rows. Five statements."""
    rows = Person.objects.filter(Q(pk__in=person_ids) | Q(merged_into__in=person_ids))
    rows.update(**_NOTHING_LEFT)
    Person.objects.filter(pk__in=person_ids).update(state=LifeState.ANONYMISED)
    Need.objects.filter(person__in=person_ids).update(person=None)
    now, today = clock.now(), clock.today()
    ResidentEvent.objects.bulk_create(
        ResidentEvent(
            person_id=pk, verb=ResidentVerb.ANONYMISED, effective_on=today, at=now, actor_id=actor.user_id
        )
        for pk in person_ids
    )
