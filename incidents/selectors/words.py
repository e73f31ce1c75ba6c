"""Names of things that have no model field of their own: parties, units of limits, fields of a move."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incidents.rules.vocabulary import Party, Unit

PARTY_NAMES: dict[str, Promise] = {
    Party.REPORTER: _("the reporter"),
    Party.OWNER: _("whoever is handling it"),
    Party.DISPATCHER: _("the dispatching unit"),
    Party.STREET_LEADER: _("the street's leader"),
    Party.STREET_STAFF: _("the street's staff"),
    Party.WHISTLED_DEPARTMENT: _("the called departments"),
    Party.CHECKER: _("somebody who checks and did not do the work"),
    Party.APPLICANT: _("whoever asked for it"),
    Party.APPROVER: _("the unit whose turn it is to decide"),
    Party.TASK_UNIT: _("units with an open task"),
    Party.ARBITRATOR: _("the city grid office"),
    Party.SYSTEM: _("the system"),
}
UNIT_NAMES: dict[str, Promise] = {
    Unit.HOURS: _("hours"),
    Unit.WORKING_HOURS: _("working hours"),
    Unit.WORKING_DAYS: _("working days"),
    Unit.CALENDAR_DAYS: _("days"),
}
FLAG_NAMES: dict[str, Promise] = {"danger": _("people are in danger here")}
FIELD_NAMES: dict[str, Promise] = {
    "category": _("category"),
    "place": _("place"),
    "channel": _("channel"),
    "note": _("note"),
    "reason": _("reason"),
    "cause": _("cause"),
    "difficulty": _("difficulty"),
    "target_unit": _("unit that takes over"),
    "kind": _("kind of whistle"),
    "grounds": _("grounds"),
    "lead_department": _("lead department"),
    "supporting_departments": _("supporting departments"),
    "response_limit": _("response limit"),
    "standard": _("handling standard"),
    "text": _("text"),
    "main": _("number of the main incident"),
    "reason_codes": _("reasons"),
    "basis": _("legal basis"),
    "suggested_unit": _("suggested owner"),
    "suggestion": _("suggestion in words"),
    "wanted_limit": _("new limit"),
    "suspension_kind": _("why set aside"),
    "review_on": _("next review"),
    "about": _("what should be left out"),
    "reply_until": _("answer until"),
    "task": _("task"),
    "mode": _("way of working"),
    "department": _("department"),
    "decision": _("decision"),
    "photos": _("photos"),
}
