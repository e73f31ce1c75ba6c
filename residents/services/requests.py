"""Requests of people to see, correct or delete what is kept about them. Source: R-255."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.crypto import encrypt
from core.errors import Conflict, Denied, Invalid, Missing
from core.looks import LONGEST_PURPOSE, clean_purpose, log_looks
from core.text import clean_text
from core.validation import check_fields
from residents.choices import LifeState
from residents.models import RequestKind, RequestState, SubjectRequest
from residents.policies import DECIDE_REQUEST, REGISTER, find_person
from residents.sealing import REQUEST_FIELD
from residents.selectors.everything import everything_about
from residents.services.retention import anonymise

DAYS = 15
LONGEST_DETAILS = 500


def subject_request_record(
    *, actor: Actor, person_id: int, kind: str, details: str = "", received_on: date | None = None
) -> SubjectRequest:
    """Write down a request; it is due 15 days after it was received. Source: R-255.

    Raises Missing("person_missing"), Denied("not_permitted"), Invalid for a day ahead, an unknown kind, or
    where the same request waits already.
    """
    today = clock.today()
    received = received_on or today
    if received > today:
        raise Invalid("day_ahead", _("This day lies ahead."), field="received_on")
    text = clean_text(details, field="details", longest=LONGEST_DETAILS)
    with transaction.atomic():
        person = find_person(actor, person_id, permission=REGISTER, lock=True)
        request = SubjectRequest(
            person=person,
            kind=kind,
            details_sealed=encrypt(text, field=REQUEST_FIELD),
            received_on=received,
            due_on=received + timedelta(days=DAYS),
            recorded_by_id=actor.user_id,
        )
        check_fields(request)
        request.save()
    return request


def subject_request_decide(*, actor: Actor, request_id: int, granted: bool, grounds: str) -> SubjectRequest:
    """Grant or refuse a request with grounds; granting a deletion anonymises the file at once. Source: R-255.

    Raises Missing("request_missing"), Denied("not_permitted"), Invalid("purpose_missing"), and Conflict
    ("request_decided"|"person_present"): who still lives here is not deleted, the community has to know them.
    """
    why = clean_text(grounds, field="grounds", longest=LONGEST_PURPOSE)
    if not why:
        raise Invalid("grounds_missing", _("Please give the grounds."), field="grounds")
    with transaction.atomic():
        request = _find(actor, request_id, lock=True)
        if request.state != RequestState.OPEN:
            raise Conflict("request_decided", _("This request has been decided already."))
        person = find_person(actor, request.person_id, permission=DECIDE_REQUEST, lock=True)
        if granted and request.kind == RequestKind.DELETE:
            if person.state == LifeState.LIVING:
                raise Conflict(
                    "person_present",
                    _("This person still lives here. Note that they moved away first, or do not grant it."),
                )
            anonymise(actor, [person.pk])
        request.state = RequestState.GRANTED if granted else RequestState.REFUSED
        request.grounds, request.decided_at, request.decided_by_id = why, clock.now(), actor.user_id
        request.save()
    return request


def subject_request_file(*, actor: Actor, request_id: int) -> dict[str, Any]:
    """Return what is kept about the person of a granted request to see it; logs the look. Source: R-255.

    Numbers are in the clear: the file is for the person themselves. Raises Missing, Denied, Conflict.
    """
    with transaction.atomic():
        request = _find(actor, request_id)
        if request.kind != RequestKind.SEE or request.state != RequestState.GRANTED:
            raise Conflict("request_not_granted", _("Only a granted request to see the data has a file."))
        person = find_person(actor, request.person_id, permission=DECIDE_REQUEST)
        if actor.user_id is None:
            raise Denied("not_permitted", _("Only somebody with an account may see numbers."))
        purpose = clean_purpose(f"{request.get_kind_display()} #{request.pk}")
        log_looks(
            actor.user_id,
            subject_type="person",
            subject_ids=[person.pk],
            fields=["everything"],
            purpose=purpose,
        )
        return everything_about(person)


def _find(actor: Actor, request_id: int, *, lock: bool = False) -> SubjectRequest:
    rows = SubjectRequest.objects.visible_to(actor.user) if actor.user else SubjectRequest.objects.none()
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found: SubjectRequest | None = rows.filter(pk=request_id).first()
    if found is None:
        raise Missing("request_missing", _("There is no such request, or it is not yours to see."))
    return found
