"""Conditions of single rows of the workflow table: facts in, None or the reason of a refusal out."""

from incidents.rules.reasons import Reason, reason
from incidents.rules.vocabulary import Level, Party, Pending, Refused
from incidents.rules.workflow_types import Facts


def only_community_or_above(facts: Facts) -> Reason | None:
    """Refuse to a grid worker what needs the community or a level above it."""
    if Party.DISPATCHER in facts.parties:
        return None
    return reason("level_too_low") if facts.owner_level in (None, Level.GRID) else None


def only_at_street(facts: Facts) -> Reason | None:
    """Refuse what only makes sense while the street owns the incident."""
    return None if facts.owner_level is Level.STREET else reason("not_at_street")


def no_running_whistle(facts: Facts) -> Reason | None:
    """Refuse what would take a whistled incident out of the hands of the street."""
    return reason("under_whistle") if facts.whistled else None


def running_whistle(facts: Facts) -> Reason | None:
    """Refuse an answer to a whistle that nobody has blown."""
    return None if facts.whistled else reason("no_whistle")


def lead_is_done(facts: Facts) -> Reason | None:
    """Refuse to ask the resident before the lead department has reported done."""
    return None if facts.lead_reported_done else reason("lead_not_done")


def a_level_above(facts: Facts) -> Reason | None:
    """Refuse to raise an incident that is at the top."""
    return None if facts.can_rise else reason("nothing_above")


def verdict_ran_out(facts: Facts) -> Reason | None:
    """Refuse to close for silence while the resident may still answer."""
    return None if facts.verdict_ran_out else reason("verdict_still_running")


def reopen_in_time(facts: Facts) -> Reason | None:
    """Refuse to reopen after the time for it."""
    return None if facts.reopen_in_time else reason("reopen_too_late")


def can_be_asked(facts: Facts) -> Reason | None:
    """Refuse to ask or ring somebody whom nobody can reach."""
    return None if facts.can_be_asked else reason("nobody_to_ask")


def can_be_rung(facts: Facts) -> Reason | None:
    """Refuse to note a call to somebody who left no number."""
    return None if facts.can_be_rung else reason("nobody_to_ask")


def not_own_work(facts: Facts) -> Reason | None:
    """Refuse to let people check what they did themselves. Source: R-116."""
    return None if not facts.own_work else reason("own_work")


def archive_due(facts: Facts) -> Reason | None:
    """Refuse to file away what may still be reopened."""
    return None if facts.archive_due else reason("archive_too_early")


def return_in_time(facts: Facts) -> Reason | None:
    """Refuse to give work back after the time for it."""
    return None if facts.return_in_time else reason("return_too_late")


def not_arbitrated(facts: Facts) -> Reason | None:
    """Refuse to give back what the grid office has decided."""
    return None if not facts.arbitrated else reason("already_arbitrated")


def no_arbitration_due(facts: Facts) -> Reason | None:
    """Refuse to hand on what has bounced too often before the grid office has decided."""
    return None if not facts.arbitration_due else reason("arbitration_due")


def arbitration_is_due(facts: Facts) -> Reason | None:
    """Refuse the grid office's final word on what has not bounced often enough. Source: R-122."""
    return None if facts.arbitration_due else reason("no_arbitration")


def names_a_unit_again(facts: Facts) -> Reason | None:
    """Refuse to hand on what was given back without saying to whom and why. Source: R-121."""
    if not facts.given_back:
        return None
    missing = [name for name in ("target_unit", "reason") if name not in facts.given]
    return reason("fields_missing", fields=",".join(missing)) if missing else None


def under_supervision(facts: Facts) -> Reason | None:
    """Refuse to answer or lift a supervision that nobody has ordered. Source: R-128."""
    return None if facts.supervised else reason("not_supervised")


def appeal_waits(facts: Facts) -> Reason | None:
    """Refuse to decide on an appeal that nobody has made. Source: R-155."""
    return None if facts.appeal_waits else reason("no_appeal")


def no_appeal_waits(facts: Facts) -> Reason | None:
    """Refuse a second appeal before the first is decided. Source: R-155."""
    return None if not facts.appeal_waits else reason("appeal_waits")


def something_pending(facts: Facts) -> Reason | None:
    """Refuse to withdraw what nobody has asked for."""
    return None if facts.pending is not None else reason("no_application")


def nothing_pending(facts: Facts) -> Reason | None:
    """Refuse to change hands, or apply again, while an application waits."""
    return None if facts.pending is None else reason("application_pending")


def extension_pending(facts: Facts) -> Reason | None:
    """Refuse to decide on an extension that nobody has asked for."""
    return None if facts.pending is Pending.EXTENSION else reason("no_application")


def suspension_pending(facts: Facts) -> Reason | None:
    """Refuse to decide on a suspension that nobody has asked for."""
    return None if facts.pending is Pending.SUSPENSION else reason("no_application")


def last_approval(facts: Facts) -> Reason | None:
    """Refuse the final yes to whoever is not the last to decide."""
    return None if facts.approvals_left == 0 else reason("not_last_approval")


def before_limit(facts: Facts) -> Reason | None:
    """Refuse to ask for more time once the time is over."""
    return None if facts.before_limit else reason("limit_is_over")


def extensions_left(facts: Facts) -> Reason | None:
    """Refuse one extension too many."""
    return None if facts.extensions_left > 0 else reason("no_extension_left")


def on_the_whistle_list(facts: Facts) -> Reason | None:
    """Refuse to whistle for what the list does not have. Source: R-57."""
    return None if facts.may_whistle else reason("not_on_whistle_list")


def can_upgrade(facts: Facts) -> Reason | None:
    """Refuse to raise a whistle that is the highest already."""
    return None if facts.can_upgrade else reason("whistle_at_top")


def unrefused(facts: Facts) -> Reason | None:
    """Refuse a second refusal of the same call."""
    return None if facts.refusal is Refused.NOT else reason("already_refused")


def refusal_stated(facts: Facts) -> Reason | None:
    """Refuse to answer a refusal that nobody has stated."""
    return None if facts.refusal is Refused.STATED else reason("no_refusal")


def refusal_contested(facts: Facts) -> Reason | None:
    """Refuse to arbitrate what the street has not contested."""
    return None if facts.refusal is Refused.CONTESTED else reason("no_contest")


def no_children(facts: Facts) -> Reason | None:
    """Refuse to merge what others have been merged into."""
    return None if not facts.has_children else reason("has_children")


def main_one_is_done(facts: Facts) -> Reason | None:
    """Refuse to close, or to ask about, what is still being worked on under another number. Source: R-143."""
    return reason("main_one_open") if facts.work_goes_on else None


def more_approvals(facts: Facts) -> Reason | None:
    """Refuse to pass on what nobody has asked for, or what this person alone decides."""
    if facts.pending is None:
        return reason("no_application")
    return None if facts.approvals_left > 0 else reason("you_decide")


def evidence_given(facts: Facts) -> Reason | None:
    """Refuse to report done without a picture where the category asks for one. Source: R-115."""
    return reason("evidence_missing") if facts.evidence_needed and "photos" not in facts.given else None
