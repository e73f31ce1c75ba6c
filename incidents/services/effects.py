"""What each verb does beyond its state and clocks: one function per verb, none missing."""

from collections.abc import Callable, Mapping

from incidents.recipients import owner_ids
from incidents.rules.vocabulary import Verb
from incidents.services import (
    appeals,
    applications,
    closing,
    extensions,
    handling,
    handovers,
    merging,
    returns,
    sessions,
    supervision,
    suspensions,
    verdicts,
    whistle_changes,
    whistle_refusals,
    whistles,
)
from incidents.services.move import Move

Effect = Callable[[Move], None]
LONGEST = 2000


def _note(move: Move) -> None:
    """Keep what was said, and do nothing besides. Source: R-117, R-118."""
    move.story.note = move.text("note", longest=LONGEST)


def _comment(move: Move) -> None:
    move.story.note = move.text("text", longest=LONGEST)
    incident = move.incident
    people = set(owner_ids(incident))
    if incident.reporter_id is not None:
        people.add(incident.reporter_id)
    mark = f"{move.at.isoformat()}:{move.actor.user_id or 0}"
    move.tell("incident_commented", people, mark=mark, note=move.story.note)


EFFECTS: Mapping[Verb, Effect] = {
    Verb.SELF_HANDLE: verdicts.self_handle,
    Verb.ACCEPT: _note,
    Verb.REGISTER: handling.register,
    Verb.DISPATCH: handovers.dispatch,
    Verb.SIGN: _note,
    Verb.CONTACT: _note,
    Verb.ARRIVE: _note,
    Verb.PROGRESS: handling.progress,
    Verb.START: _note,
    Verb.FINISH: verdicts.finish,
    Verb.ESCALATE: handovers.escalate,
    Verb.REASSIGN: handovers.reassign,
    Verb.REJECT: verdicts.reject,
    Verb.RETURN: returns.give_back,
    Verb.ARBITRATE: returns.arbitrate,
    Verb.REQUEST_EXTENSION: extensions.request_extension,
    Verb.GRANT_EXTENSION: extensions.grant_extension,
    Verb.REFUSE_EXTENSION: applications.refuse,
    Verb.REQUEST_SUSPENSION: suspensions.request_suspension,
    Verb.GRANT_SUSPENSION: suspensions.grant_suspension,
    Verb.REFUSE_SUSPENSION: applications.refuse,
    Verb.ENDORSE: applications.endorse,
    Verb.WITHDRAW: applications.withdraw,
    Verb.REVIEW_SUSPENSION: suspensions.review_suspension,
    Verb.RESUME: suspensions.resume,
    Verb.WHISTLE: whistles.blow,
    Verb.WHISTLE_SIGN: whistles.answer_sign,
    Verb.WHISTLE_REPORT_IN: whistles.answer_report_in,
    Verb.WHISTLE_REPORT_DONE: whistles.answer_done,
    Verb.WHISTLE_CHANGE: whistle_changes.change_called,
    Verb.WHISTLE_UPGRADE: whistle_changes.upgrade,
    Verb.WHISTLE_REFUSE: whistle_refusals.refuse,
    Verb.WHISTLE_RELEASE: whistle_refusals.release,
    Verb.WHISTLE_UPHOLD: whistle_refusals.uphold,
    Verb.WHISTLE_ARBITRATE: whistle_refusals.arbitrate,
    Verb.HOLD_SESSION: sessions.hold_session,
    Verb.FINISH_TASK: sessions.finish_task,
    Verb.DRAW_CHECK: closing.draw_check,
    Verb.CLOSE: closing.close,
    Verb.CONFIRM_CHECK: closing.confirm_check,
    Verb.FAIL_CHECK: closing.fail_check,
    Verb.CALL_BACK: closing.call_back,
    Verb.ARCHIVE: _note,
    Verb.ASK_RESIDENT: verdicts.ask_resident,
    Verb.JUDGE_SATISFIED: verdicts.judge_good,
    Verb.JUDGE_BASICALLY: verdicts.judge_good,
    Verb.JUDGE_DISSATISFIED: verdicts.judge_bad,
    Verb.CLOSE_UNANSWERED: verdicts.close_unanswered,
    Verb.REOPEN: verdicts.reopen,
    Verb.MERGE: merging.merge,
    Verb.UNMERGE: merging.unmerge,
    Verb.URGE: supervision.urge,
    Verb.SUPERVISE: supervision.order_supervision,
    Verb.REPLY_SUPERVISION: supervision.reply_supervision,
    Verb.LIFT_SUPERVISION: supervision.lift_supervision,
    Verb.APPEAL: appeals.appeal,
    Verb.GRANT_APPEAL: appeals.grant_appeal,
    Verb.REFUSE_APPEAL: appeals.refuse_appeal,
    Verb.WARN: _note,
    Verb.COMMENT: _comment,
}
