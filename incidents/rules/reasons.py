"""Reasons as (code, params) pairs, and the English sentence of each code for the user interface.

Params named in VOCABULARY_PARAMS hold vocabulary values (several joined by commas); the interface replaces
them by their translated labels before it formats the sentence. `department` holds a department's code, `flag`
the identifier of a tick box.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation without translating it, so that this module needs no Django."""
    return text


VOCABULARY_PARAMS: frozenset[str] = frozenset(
    {
        "channels",
        "clock",
        "colour",
        "colours",
        "fields",
        "from_level",
        "importance",
        "levels",
        "parties",
        "state",
        "to_level",
        "unit",
        "urgency",
    }
)

WORKFLOW_TEXTS: dict[str, str] = {
    "wrong_state": gettext_noop("This step is not possible while the incident is “%(state)s”."),
    "already_filed": gettext_noop("This incident has already been filed."),
    "not_filed": gettext_noop("This incident has not been filed yet."),
    "not_your_part": gettext_noop("This step is for: %(parties)s."),
    "permission_missing": gettext_noop("Your role does not include this step."),
    "fields_missing": gettext_noop("Please fill in: %(fields)s."),
    "level_too_low": gettext_noop("Only the community or a level above it may decline an incident."),
    "not_at_street": gettext_noop("Only an incident that the street is handling can be whistled."),
    "under_whistle": gettext_noop(
        "The street has blown the whistle on this incident; it stays with the street."
    ),
    "no_whistle": gettext_noop("No whistle is running on this incident."),
    "lead_not_done": gettext_noop("The lead department has not yet reported that it is done."),
    "verdict_still_running": gettext_noop("The resident still has time to answer."),
    "reopen_too_late": gettext_noop("The time in which this incident could be reopened is over."),
    "nothing_above": gettext_noop("There is no higher level to raise this incident to."),
    "nobody_to_ask": gettext_noop("The reporter left no way to be reached."),
    "own_work": gettext_noop("Nobody checks their own work; please leave it to a colleague of another unit."),
    "archive_too_early": gettext_noop("It can still be reopened and is not filed away yet."),
    "return_too_late": gettext_noop(
        "The time for giving it back is over. Please handle it, or escalate it with cause and difficulty."
    ),
    "already_arbitrated": gettext_noop(
        "The grid office has decided who handles it; it cannot be given back again."
    ),
    "arbitration_due": gettext_noop("It has been given back too often: the city grid office decides now."),
    "no_arbitration": gettext_noop(
        "It has not been given back so often that the grid office has to decide; please dispatch it."
    ),
    "not_supervised": gettext_noop("This incident is not supervised."),
    "application_pending": gettext_noop("An application is waiting for a decision."),
    "no_application": gettext_noop("There is no such application to decide on."),
    "not_last_approval": gettext_noop("Somebody else has to agree after you; please approve and pass it on."),
    "you_decide": gettext_noop("Nobody has to agree after you; please decide."),
    "limit_is_over": gettext_noop("The limit has passed; more time can only be asked for before."),
    "no_extension_left": gettext_noop("It cannot be extended any more."),
    "not_on_whistle_list": gettext_noop("This kind of matter is not on the list of what may be whistled."),
    "whistle_at_top": gettext_noop("There is no stronger kind of whistle."),
    "already_refused": gettext_noop("Your department has already refused; the decision is awaited or made."),
    "no_appeal": gettext_noop("No appeal waits for a decision."),
    "appeal_waits": gettext_noop("An appeal already waits for the city grid office."),
    "no_refusal": gettext_noop("No refusal of a department waits for an answer."),
    "no_contest": gettext_noop("No refusal waits for the grid office."),
    "has_children": gettext_noop(
        "Others have been merged into this incident. Separate them first; until then it stays the main one."
    ),
    "main_one_open": gettext_noop("The main incident is still being worked on; its end is this one's too."),
    "evidence_missing": gettext_noop("This category needs a photo of the result."),
}

APPROVAL_TEXTS: dict[str, str] = {
    "approval_first": gettext_noop("The first extension: the leader of the dispatching unit decides."),
    "approval_again": gettext_noop(
        "Extended before: the unit's own leader endorses it and the city grid office decides."
    ),
    "approval_works": gettext_noop(
        "Engineering works: the unit's own leader endorses it and the city grid office decides."
    ),
    "approval_suspension": gettext_noop("Setting aside: the leader of the dispatching unit decides."),
    "given_back_up": gettext_noop("Given back to %(to_level)s, which dispatches it anew."),
    "given_back_often": gettext_noop(
        "Given back %(times)s times: the city grid office decides who handles it, and that is final."
    ),
    "limit_moved": gettext_noop(
        "The limit moves from %(before)s to %(after)s; the first one stays on record."
    ),
    "review_due": gettext_noop("The review of the suspended case is due."),
}

LIMIT_TEXTS: dict[str, str] = {
    "limit_unreadable": gettext_noop(
        "“%(text)s” is not a time limit; write for example 30min, 2h, 4wh, 5wd or 7d."
    ),
    "limit_not_positive": gettext_noop("A time limit must be more than zero."),
    "limit_too_short": gettext_noop("A time limit must be at least one minute."),
    "limit_too_long": gettext_noop("A time limit may be at most %(most)s %(unit)s."),
    "limit_not_whole": gettext_noop("Days and minutes of a time limit must be whole numbers."),
}

GRADING_TEXTS: dict[str, str] = {
    "category_default": gettext_noop("The category “%(category)s” is %(colour)s."),
    "judged": gettext_noop("Judged as importance %(importance)s and urgency %(urgency)s: %(colour)s."),
    "raised_by_words": gettext_noop("The report mentions “%(word)s”: raised to %(colour)s."),
    "raised_by_casualties": gettext_noop("Somebody is hurt: raised to %(colour)s."),
    "raised_by_people": gettext_noop(
        "%(people)s people are concerned (%(least)s or more): raised to %(colour)s."
    ),
    "raised_by_flag": gettext_noop("Marked as “%(flag)s”: raised to %(colour)s."),
    "limit_of_category": gettext_noop("%(clock)s: %(limit)s, set for the category."),
    "limit_of_colour": gettext_noop("%(clock)s: %(limit)s, set for %(colour)s."),
}

ROUTING_TEXTS: dict[str, str] = {
    "rule_matched": gettext_noop("Rule “%(rule)s” applies."),
    "no_rule_matched": gettext_noop(
        "No rule applies, so the lowest level that has the place receives it first."
    ),
    "acceptance_needed": gettext_noop("A dispatcher accepts it before it is dispatched."),
    "level_absent": gettext_noop("There is no %(from_level)s here, so it goes to %(to_level)s."),
    "lead_of_category": gettext_noop("The category names the lead department."),
    "lead_of_rule": gettext_noop("The rule names the lead department."),
    "lead_promoted": gettext_noop("A supporting department leads instead of %(department)s."),
    "no_lead": gettext_noop("No department can lead; the first receiver coordinates."),
    "unit_avoided": gettext_noop("%(department)s is the subject of the report and does not handle it."),
    "secret_levels": gettext_noop(
        "“%(category)s” is secret: %(levels)s holds no role that may see it and is passed over."
    ),
    "rule_department_closed": gettext_noop(
        "Rule “%(rule)s” names the closed department %(department)s and was skipped."
    ),
    "category_department_closed": gettext_noop(
        "Category “%(category)s” names the closed department %(department)s."
    ),
    "rule_department_unknown": gettext_noop("Rule “%(rule)s” names the unknown department %(department)s."),
    "category_department_unknown": gettext_noop(
        "Category “%(category)s” names the unknown department %(department)s."
    ),
    "rule_category_unknown": gettext_noop("Rule “%(rule)s” names the unknown category %(category)s."),
    "rule_group_unknown": gettext_noop("Rule “%(rule)s” names the unknown category group %(group)s."),
    "rule_shadowed": gettext_noop("Rule “%(rule)s” can never apply: “%(other)s” comes first and covers it."),
    "rule_overlaps": gettext_noop(
        "Rules “%(rule)s” and “%(other)s” both apply to some incidents; the first one wins."
    ),
    "rule_expired": gettext_noop("Rule “%(rule)s” expired on %(date)s."),
    "rule_dates_reversed": gettext_noop("Rule “%(rule)s” ends before it begins."),
    "rule_order_shared": gettext_noop("Rules “%(rule)s” and “%(other)s” have the same position."),
    "no_catch_all": gettext_noop(
        "No rule applies to everything; what no rule covers goes to its first receiver."
    ),
    "calendar_unusable": gettext_noop(
        "The calendar of “%(calendar)s” makes no working day; the one above it holds."
    ),
    "rule_category_ended": gettext_noop(
        "Rule “%(rule)s” names the category %(category)s, which is no longer in use."
    ),
    "condition_category_ended": gettext_noop(
        "Raising condition “%(condition)s” names the category %(category)s, which is no longer in use."
    ),
    "condition_category_unknown": gettext_noop(
        "Raising condition “%(condition)s” names the unknown category %(category)s."
    ),
    "rule_group_ended": gettext_noop(
        "Rule “%(rule)s” names the category group %(group)s, which is no longer in use."
    ),
    "rule_area_closed": gettext_noop("Rule “%(rule)s” names %(area)s, which has been closed."),
    "rule_area_unknown": gettext_noop("Rule “%(rule)s” names the unknown area %(area)s."),
    "rule_level_missing": gettext_noop(
        "Rule “%(rule)s” sends “%(category)s” to a department, but no open department leads that category."
    ),
    "category_uncovered": gettext_noop("No rule covers “%(category)s” when it is %(colours)s."),
    "category_uncovered_for": gettext_noop(
        "No rule covers “%(category)s” when it is %(colours)s and comes by: %(channels)s."
    ),
    "category_limit_bad": gettext_noop("Category “%(category)s” has an unusable time limit: %(limit)s."),
}

EXPLAINING_TEXTS: dict[str, str] = {
    "miss_date": gettext_noop("It was not valid on that day."),
    "miss_category": gettext_noop("It is not for “%(category)s”."),
    "miss_colour": gettext_noop("It is for %(colours)s, and this is %(colour)s."),
    "miss_channel": gettext_noop("It is for what comes by %(channels)s, and this came by %(channel)s."),
    "miss_area": gettext_noop("It is for other streets or communities."),
    "miss_department": gettext_noop("It names %(department)s, which has been closed."),
    "if_not_judged": gettext_noop("Without a judgement of importance and urgency"),
    "if_judged": gettext_noop("Judged as importance %(importance)s and urgency %(urgency)s (%(colour)s)"),
    "if_people": gettext_noop("With %(least)s people concerned or more"),
    "if_flag": gettext_noop("If “%(flag)s” had been ticked"),
    "if_casualties": gettext_noop("If somebody had been hurt"),
    "if_words": gettext_noop("If the report mentioned “%(word)s”"),
    "if_not_flag": gettext_noop("If “%(flag)s” had not been ticked"),
    "if_not_casualties": gettext_noop("If nobody had been hurt"),
    "if_few_people": gettext_noop("If one person only were concerned"),
    "if_no_words": gettext_noop("Without the words of the report"),
    "if_channel": gettext_noop("If it had come by: %(channel)s"),
    "if_category": gettext_noop("If it were about “%(category)s”"),
}

ESCALATION_TEXTS: dict[str, str] = {
    "clock_warned": gettext_noop("%(percent)s %% of the %(clock)s limit at %(from_level)s level is used."),
    "clock_still_overdue": gettext_noop(
        "The %(clock)s limit at %(from_level)s level is still overdue: %(percent)s %% of it is used."
    ),
    "step_taken_late": gettext_noop("This was due at %(due)s and is made up for now."),
    "clock_ran_out": gettext_noop("The %(clock)s limit ran out at %(from_level)s level."),
    "raised_by_hand": gettext_noop("Raised by %(from_level)s because it cannot be settled there."),
    "raised_one_level": gettext_noop("Goes up from %(from_level)s to %(to_level)s."),
    "levels_skipped": gettext_noop("Skipped, because they do not exist for this incident: %(levels)s."),
    "top_reached": gettext_noop("%(from_level)s is the highest level; the incident is now supervised."),
    "whistle_keeps_owner": gettext_noop(
        "A whistle is running, so it stays with the street and is now supervised."
    ),
    "watched_overdue": gettext_noop("The work itself goes on; the incident is now supervised."),
    "answer_overdue": gettext_noop("A called department is late; the incident is now supervised."),
    "supervised_reassigned": gettext_noop("Handed on %(times)s times: supervised."),
    "supervised_check_failed": gettext_noop("Claimed done but found undone %(times)s times: supervised."),
    "supervised_dissatisfied": gettext_noop("Judged dissatisfied %(times)s times: supervised."),
}

LIKENESS_TEXTS: dict[str, str] = {
    "like_building": gettext_noop("In the same building."),
    "like_distance": gettext_noop("%(metres)s metres away."),
    "like_grid": gettext_noop("In the same grid."),
    "like_category": gettext_noop("The same kind of matter: %(category)s."),
    "like_group": gettext_noop("A related kind of matter: %(category)s."),
    "like_hours": gettext_noop("Reported within %(hours)s hours of each other."),
    "like_days": gettext_noop("Reported within %(days)s days of each other."),
    "like_text": gettext_noop("The words agree to %(percent)s %%."),
}

REASON_TEXTS: dict[str, str] = {
    **LIKENESS_TEXTS,
    **WORKFLOW_TEXTS,
    **APPROVAL_TEXTS,
    **LIMIT_TEXTS,
    **GRADING_TEXTS,
    **ROUTING_TEXTS,
    **EXPLAINING_TEXTS,
    **ESCALATION_TEXTS,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule decided as it did; an unknown code is a ValueError at once."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in REASON_TEXTS:
            raise ValueError(f"unknown reason code: {self.code}")

    def as_data(self) -> dict[str, object]:
        """Return the JSON form that is stored with a decision."""
        return {"code": self.code, "params": dict(self.params)}


def reason(code: str, **params: str | int) -> Reason:
    """Build a reason from its code and params."""
    return Reason(code, params)
