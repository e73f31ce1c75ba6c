"""What families said: recorded on the visit, answered, told, or taken up again."""

from collections.abc import Iterable

import structlog
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.actor import Actor, ActorKind
from core.crypto import encrypt
from core.errors import Conflict, Invalid
from residents.choices import NeedKind, NeedState
from residents.models import Household, Need, NeedReopening, Visit
from residents.policies import ANSWER, find_need
from residents.rules.visits import LONGEST_ANSWER, NeedDraft
from residents.sealing import NEED_ANSWER_FIELD, NEED_REPLY_FIELD, NEED_TEXT_FIELD, open_need
from residents.services.problems import FoundProblem, problem_desk

logger = structlog.get_logger(__name__)


def need_answer(*, actor: Actor, need_id: int, answer: str) -> Need:
    """Answer a wish or an opinion; of a problem only the system, once its incident is closed. Source: R-234.

    Raises Missing, Denied, Invalid at "answer", Conflict("answered_already"). Locks the need. An answer that
    comes twice from the system changes nothing.
    """
    words = answer.strip()
    if not words:
        raise Invalid("answer_missing", gettext_lazy("Write down the answer."), field="answer")
    if len(words) > LONGEST_ANSWER and actor.kind is not ActorKind.SYSTEM:
        raise Invalid(
            "answer_long",
            gettext_lazy("The answer is too long: at most %(longest)s characters."),
            field="answer",
            params={"longest": LONGEST_ANSWER},
        )
    with transaction.atomic():
        need = find_need(actor, need_id, permission=ANSWER, lock=True)
        by_system = actor.kind is ActorKind.SYSTEM
        if need.kind == NeedKind.PROBLEM and not by_system:
            raise Invalid(
                "answered_by_incident",
                gettext_lazy("A problem is answered by closing its incident. Open the incident instead."),
                field="answer",
            )
        if need.state != NeedState.OPEN:
            if by_system:
                return need
            raise Conflict("answered_already", gettext_lazy("A colleague has answered this already."))
        need.state = NeedState.ANSWERED
        need.answer_sealed = encrypt(words, field=NEED_ANSWER_FIELD)
        need.answered_by_id = actor.user_id
        need.answered_at = clock.now()
        need.save(update_fields=["state", "answer_sealed", "answered_by", "answered_at"])
    logger.info("need answered", need_id=need.pk, kind=need.kind, actor_id=actor.user_id)
    return need


def need_record(*, actor: Actor, visit: Visit, draft: NeedDraft) -> Need:
    """Record a checked need of the visit being saved; a problem is filed as an incident. Source: R-232."""
    need = Need(
        visit=visit,
        household=visit.household,
        person_id=draft.person_id,
        kind=draft.kind,
        text_sealed=encrypt(draft.text.strip(), field=NEED_TEXT_FIELD),
        recorded_at=clock.now(),
    )
    if draft.kind == NeedKind.PROBLEM:
        need.category = draft.category
        _file(actor, need, draft.text.strip())
    need.save()
    return need


def feed_back(visit: Visit, needs: Iterable[Need]) -> None:
    """Note that the family was told on the visit; one query, none without needs. Source: R-233."""
    told = [need.pk for need in needs]
    if told:
        Need.objects.filter(pk__in=told).update(
            state=NeedState.FED_BACK, fed_back_visit=visit, fed_back_at=visit.at
        )


def need_reopen(*, actor: Actor, visit: Visit, need: Need, reply: str) -> None:
    """Take up again what the family does not accept; a problem is filed anew. Source: R-233.

    The answer and what they said against it are kept. The caller holds the lock.
    """
    words = reply.strip()
    NeedReopening.objects.create(
        need=need,
        visit=visit,
        at=visit.at,
        answer_sealed=need.answer_sealed,
        answered_by_id=need.answered_by_id,
        answered_at=need.answered_at or visit.at,
        reply_sealed=encrypt(words, field=NEED_REPLY_FIELD),
        incident_number=need.incident_number,
    )
    if need.kind == NeedKind.PROBLEM:
        again = _("%(problem)s\nNot settled by %(number)s, the family says: %(reply)s")
        _file(
            actor,
            need,
            again % {"problem": open_need(need), "number": need.incident_number, "reply": words},
        )
    need.state = NeedState.OPEN
    need.answer_sealed = ""
    need.answered_by = None
    need.answered_at = None
    need.save()


def needs_carry(household: Household, into: Household) -> None:
    """Let what has not been told yet be told where the family lives now; one query."""
    Need.objects.filter(household=household).exclude(state=NeedState.FED_BACK).update(household=into)


def _file(actor: Actor, need: Need, text: str) -> None:
    filed = problem_desk().file(actor=actor, problem=FoundProblem(need.household, need.category, text))
    need.incident_id, need.incident_number = filed.incident_id, filed.number
