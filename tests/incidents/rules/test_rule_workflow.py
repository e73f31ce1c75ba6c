"""Every state with every verb, and every condition of every row."""

import re
from itertools import product

import pytest

from incidents.rules.vocabulary import ClockKind, Level, Party, Pending, Refused, State, Verb
from incidents.rules.workflow import (
    CLOSED_STATES,
    OPEN_STATES,
    PERMISSIONS,
    TRANSITIONS,
    Facts,
    Refusal,
    Transition,
    allowed_state_pairs,
    allowed_verbs,
    birth_states,
    check_move,
    transition,
)
from incidents.rules.workflow_text import as_markdown, as_mermaid

S, V = State, Verb

# Written out by hand on purpose: the table in the code must agree with it, verb by verb.
OPEN = (S.REPORTED, S.ACCEPTED, S.REGISTERED, S.DISPATCHED, S.RETURNED, S.SIGNED, S.HANDLING, S.WHISTLED)
OPEN += (S.SUSPENDED, S.FEEDBACK, S.VERIFYING, S.RECTIFYING, S.CALLBACK)
IN_HAND = (S.SIGNED, S.HANDLING, S.RECTIFYING)
MOVABLE = (S.DISPATCHED, *IN_HAND)
UNDER_WHISTLE = (S.WHISTLED, S.RECTIFYING)


def stay(*states: State) -> dict[State | None, State]:
    return {state: state for state in states}


def become(target: State, *states: State) -> dict[State | None, State]:
    return dict.fromkeys(states, target)


EXPECTED: dict[Verb, dict[State | None, State]] = {
    V.FILE: {None: S.REPORTED},
    V.SELF_HANDLE: {S.REPORTED: S.FEEDBACK},
    V.ACCEPT: {S.REPORTED: S.ACCEPTED},
    V.REGISTER: {S.ACCEPTED: S.REGISTERED},
    V.DISPATCH: become(S.DISPATCHED, S.REPORTED, S.ACCEPTED, S.REGISTERED, S.RETURNED),
    V.REJECT: become(S.NOT_ACCEPTED, S.REPORTED, S.ACCEPTED, S.DISPATCHED, S.SIGNED),
    V.SIGN: {S.DISPATCHED: S.SIGNED},
    V.CONTACT: stay(S.DISPATCHED, S.SIGNED, S.HANDLING, S.WHISTLED, S.RECTIFYING),
    V.ARRIVE: stay(*IN_HAND),
    V.PROGRESS: stay(*IN_HAND),
    V.START: {S.SIGNED: S.HANDLING},
    V.FINISH: become(S.FEEDBACK, *IN_HAND),
    V.ESCALATE: become(S.DISPATCHED, *MOVABLE),
    V.REASSIGN: become(S.DISPATCHED, *MOVABLE),
    V.RETURN: {S.DISPATCHED: S.RETURNED},
    V.ARBITRATE: {S.RETURNED: S.DISPATCHED},
    V.REQUEST_EXTENSION: stay(*IN_HAND),
    V.GRANT_EXTENSION: stay(*MOVABLE),
    V.REFUSE_EXTENSION: stay(*MOVABLE),
    V.REQUEST_SUSPENSION: stay(*IN_HAND),
    V.GRANT_SUSPENSION: become(S.SUSPENDED, *IN_HAND),
    V.REFUSE_SUSPENSION: stay(*MOVABLE),
    V.ENDORSE: stay(*MOVABLE),
    V.WITHDRAW: stay(*MOVABLE),
    V.REVIEW_SUSPENSION: stay(S.SUSPENDED),
    V.RESUME: {S.SUSPENDED: S.HANDLING},
    V.WHISTLE: become(S.WHISTLED, *MOVABLE),
    V.WHISTLE_SIGN: stay(*UNDER_WHISTLE),
    V.WHISTLE_REPORT_IN: stay(*UNDER_WHISTLE),
    V.WHISTLE_REPORT_DONE: stay(*UNDER_WHISTLE),
    V.WHISTLE_CHANGE: stay(*UNDER_WHISTLE),
    V.WHISTLE_UPGRADE: stay(*UNDER_WHISTLE),
    V.WHISTLE_REFUSE: stay(*UNDER_WHISTLE),
    V.WHISTLE_RELEASE: stay(*UNDER_WHISTLE),
    V.WHISTLE_UPHOLD: stay(*UNDER_WHISTLE),
    V.WHISTLE_ARBITRATE: stay(*UNDER_WHISTLE),
    V.HOLD_SESSION: stay(S.DISPATCHED, S.SIGNED, S.HANDLING, S.WHISTLED, S.SUSPENDED, S.RECTIFYING),
    V.FINISH_TASK: stay(*OPEN),
    V.DRAW_CHECK: {S.FEEDBACK: S.VERIFYING},
    V.CLOSE: become(S.CLOSED, S.FEEDBACK, S.MERGED),
    V.CONFIRM_CHECK: {S.VERIFYING: S.CLOSED},
    V.FAIL_CHECK: {S.VERIFYING: S.RECTIFYING},
    V.CALL_BACK: become(S.CALLBACK, S.CLOSED, S.MERGED),
    V.ASK_RESIDENT: become(S.CALLBACK, *UNDER_WHISTLE),
    V.JUDGE_SATISFIED: {S.CALLBACK: S.EVALUATED},
    V.JUDGE_BASICALLY: {S.CALLBACK: S.EVALUATED},
    V.JUDGE_DISSATISFIED: {S.CALLBACK: S.RECTIFYING},
    V.CLOSE_UNANSWERED: {S.CALLBACK: S.CLOSED},
    V.REOPEN: become(S.RECTIFYING, S.CLOSED, S.EVALUATED),
    V.ARCHIVE: become(S.ARCHIVED, S.CLOSED, S.EVALUATED, S.NOT_ACCEPTED),
    V.MERGE: become(
        S.MERGED,
        S.REPORTED,
        S.ACCEPTED,
        S.REGISTERED,
        S.DISPATCHED,
        S.RETURNED,
        S.SIGNED,
        S.HANDLING,
    ),
    V.UNMERGE: {S.MERGED: S.DISPATCHED},
    V.URGE: stay(*OPEN, S.MERGED),
    V.SUPERVISE: stay(*OPEN),
    V.REPLY_SUPERVISION: stay(*OPEN),
    V.LIFT_SUPERVISION: stay(*OPEN),
    V.APPEAL: stay(*list(S)[5:-2]),
    V.WARN: stay(*OPEN),
    **dict.fromkeys((V.GRANT_APPEAL, V.REFUSE_APPEAL, V.COMMENT), stay(*S)),
}
WHISTLE_VERBS = {verb for verb in V if verb.value.startswith("whistle_")} | {V.ASK_RESIDENT}
# What has been applied for, and how far a refusal has gone, for the verbs that need it.
PENDING = dict.fromkeys((V.GRANT_EXTENSION, V.REFUSE_EXTENSION, V.ENDORSE, V.WITHDRAW), Pending.EXTENSION)
PENDING |= dict.fromkeys((V.GRANT_SUSPENSION, V.REFUSE_SUSPENSION), Pending.SUSPENSION)
REFUSALS = dict.fromkeys((V.WHISTLE_RELEASE, V.WHISTLE_UPHOLD), Refused.STATED)
REFUSALS |= {V.WHISTLE_ARBITRATE: Refused.CONTESTED}
ALL_FIELDS = frozenset(name for row in TRANSITIONS for right in row.rights for name in right.required)
ALL_FIELDS |= {"photos"}
OWNER = frozenset({Party.OWNER})


def able(verb, **changes):
    """Facts with which the verb succeeds from each of its states."""
    values = {
        "parties": frozenset(Party),
        "permissions": frozenset(PERMISSIONS),
        "given": ALL_FIELDS,
        "owner_level": Level.STREET,
        "whistled": verb in WHISTLE_VERBS,
        "lead_reported_done": True,
        "verdict_ran_out": True,
        "reopen_in_time": True,
        "archive_due": True,
        "pending": PENDING.get(verb),
        "arbitration_due": verb is V.ARBITRATE,
        "supervised": True,
        "appeal_waits": verb in (V.GRANT_APPEAL, V.REFUSE_APPEAL),
        "approvals_left": int(verb is V.ENDORSE),
        "refusal": REFUSALS.get(verb, Refused.NOT),
    }
    return Facts(**(values | changes))


@pytest.mark.parametrize(("state", "verb"), list(product([None, *State], Verb)))
def test_every_state_with_every_verb(state, verb):
    outcome = check_move(state, verb, able(verb))
    expected = EXPECTED[verb].get(state)
    assert (verb in allowed_verbs(state)) is (expected is not None)
    if expected is None:
        assert isinstance(outcome, Refusal)
        codes = {"not_filed"} if state is None else {"wrong_state", "already_filed"}
        assert outcome.code in codes
    else:
        assert isinstance(outcome, Transition)
        assert outcome.target_from(state) is expected


@pytest.mark.parametrize(("row", "party"), list(product(TRANSITIONS, Party)))
def test_every_verb_with_every_single_party(row, party):
    state = row.sources[0] if row.sources else None
    outcome = check_move(state, row.verb, able(row.verb, parties=frozenset({party})))
    if party in {right.party for right in row.rights}:
        assert outcome is row
    else:
        assert isinstance(outcome, Refusal)
        assert outcome.code == "not_your_part"


@pytest.mark.parametrize(
    ("row", "right"),
    [(row, right) for row in TRANSITIONS for right in row.rights],
    ids=lambda value: str(value.verb if hasattr(value, "verb") else value.party),
)
def test_every_right_needs_its_permission_and_each_of_its_fields(row, right):
    state = row.sources[0] if row.sources else None
    one_party = frozenset({right.party})

    without = check_move(state, row.verb, able(row.verb, parties=one_party, permissions=frozenset()))
    if right.permission:
        assert isinstance(without, Refusal)
        assert without.code == "permission_missing"
    else:
        assert without is row
        assert right.party in (Party.REPORTER, Party.SYSTEM)
    for name in right.required:
        refused = check_move(state, row.verb, able(row.verb, parties=one_party, given=ALL_FIELDS - {name}))
        assert refused == Refusal("fields_missing", {"fields": name})


@pytest.mark.parametrize(
    ("state", "verb", "changes", "code"),
    [
        (S.DISPATCHED, V.REJECT, {"owner_level": Level.GRID, "parties": OWNER}, "level_too_low"),
        (S.DISPATCHED, V.REJECT, {"owner_level": None, "parties": OWNER}, "level_too_low"),
        (S.DISPATCHED, V.RETURN, {"owner_level": Level.GRID, "parties": OWNER}, "level_too_low"),
        (S.DISPATCHED, V.RETURN, {"return_in_time": False}, "return_too_late"),
        (S.DISPATCHED, V.RETURN, {"arbitrated": True}, "already_arbitrated"),
        (S.DISPATCHED, V.RETURN, {"can_rise": False}, "nothing_above"),
        (S.RETURNED, V.DISPATCH, {"arbitration_due": True}, "arbitration_due"),
        *[
            (
                S.RETURNED,
                V.DISPATCH,
                {"given_back": True, "given": ALL_FIELDS - {name}},
                "fields_missing",
            )
            for name in ("target_unit", "reason")
        ],
        (S.RETURNED, V.ARBITRATE, {"arbitration_due": False}, "no_arbitration"),
        (S.HANDLING, V.REPLY_SUPERVISION, {"supervised": False}, "not_supervised"),
        (S.HANDLING, V.LIFT_SUPERVISION, {"supervised": False}, "not_supervised"),
        (S.CLOSED, V.APPEAL, {"appeal_waits": True}, "appeal_waits"),
        *[(S.CLOSED, v, {"appeal_waits": False}, "no_appeal") for v in (V.GRANT_APPEAL, V.REFUSE_APPEAL)],
        (S.SIGNED, V.CONTACT, {"can_be_rung": False}, "nobody_to_ask"),
        (S.CLOSED, V.CALL_BACK, {"can_be_asked": False}, "nobody_to_ask"),
        (
            S.HANDLING,
            V.FINISH,
            {"evidence_needed": True, "given": ALL_FIELDS - {"photos"}},
            "evidence_missing",
        ),
        (
            S.REPORTED,
            V.SELF_HANDLE,
            {"evidence_needed": True, "given": ALL_FIELDS - {"photos"}},
            "evidence_missing",
        ),
        (S.VERIFYING, V.CONFIRM_CHECK, {"own_work": True}, "own_work"),
        (S.VERIFYING, V.FAIL_CHECK, {"own_work": True}, "own_work"),
        (S.CLOSED, V.ARCHIVE, {"archive_due": False}, "archive_too_early"),
        *[
            (S.HANDLING, verb, {"pending": Pending.EXTENSION}, "application_pending")
            for verb in (V.REASSIGN, V.WHISTLE, V.MERGE, V.REQUEST_EXTENSION, V.REQUEST_SUSPENSION)
        ],
        (S.HANDLING, V.REQUEST_EXTENSION, {"before_limit": False}, "limit_is_over"),
        (S.HANDLING, V.REQUEST_EXTENSION, {"extensions_left": 0}, "no_extension_left"),
        *[(S.HANDLING, verb, {"pending": None}, "no_application") for verb in (*PENDING, V.ENDORSE)],
        (S.HANDLING, V.GRANT_EXTENSION, {"approvals_left": 1}, "not_last_approval"),
        (S.HANDLING, V.GRANT_SUSPENSION, {"approvals_left": 1}, "not_last_approval"),
        (S.HANDLING, V.ENDORSE, {"approvals_left": 0}, "you_decide"),
        (S.HANDLING, V.WHISTLE, {"may_whistle": False}, "not_on_whistle_list"),
        (S.WHISTLED, V.WHISTLE_UPGRADE, {"can_upgrade": False}, "whistle_at_top"),
        (S.WHISTLED, V.WHISTLE_REFUSE, {"refusal": Refused.SETTLED}, "already_refused"),
        (S.WHISTLED, V.WHISTLE_RELEASE, {"refusal": Refused.NOT}, "no_refusal"),
        (S.WHISTLED, V.WHISTLE_UPHOLD, {"refusal": Refused.CONTESTED}, "no_refusal"),
        (S.WHISTLED, V.WHISTLE_ARBITRATE, {"refusal": Refused.STATED}, "no_contest"),
        (S.SIGNED, V.MERGE, {"has_children": True}, "has_children"),
        (S.SIGNED, V.REJECT, {"has_children": True}, "has_children"),
        (S.MERGED, V.CALL_BACK, {"work_goes_on": True}, "main_one_open"),
        (S.MERGED, V.CLOSE, {"work_goes_on": True}, "main_one_open"),
        (S.CALLBACK, V.CLOSE_UNANSWERED, {"whistled": True}, "under_whistle"),
        *[
            (S.HANDLING, V.WHISTLE, {"owner_level": level}, "not_at_street")
            for level in (None, *Level)
            if level is not Level.STREET
        ],
        (S.RECTIFYING, V.WHISTLE, {"whistled": True}, "under_whistle"),
        (S.RECTIFYING, V.FINISH, {"whistled": True}, "under_whistle"),
        (S.RECTIFYING, V.ESCALATE, {"whistled": True}, "under_whistle"),
        (S.RECTIFYING, V.REASSIGN, {"whistled": True}, "under_whistle"),
        (S.HANDLING, V.ESCALATE, {"can_rise": False}, "nothing_above"),
        (S.RECTIFYING, V.WHISTLE_SIGN, {"whistled": False}, "no_whistle"),
        (S.RECTIFYING, V.WHISTLE_REPORT_IN, {"whistled": False}, "no_whistle"),
        (S.RECTIFYING, V.WHISTLE_REPORT_DONE, {"whistled": False}, "no_whistle"),
        (S.RECTIFYING, V.ASK_RESIDENT, {"whistled": False}, "no_whistle"),
        (S.WHISTLED, V.ASK_RESIDENT, {"lead_reported_done": False}, "lead_not_done"),
        (S.CALLBACK, V.CLOSE_UNANSWERED, {"verdict_ran_out": False}, "verdict_still_running"),
        (S.CLOSED, V.REOPEN, {"reopen_in_time": False}, "reopen_too_late"),
    ],
)
def test_a_guard_refuses_and_its_opposite_allows(state, verb, changes, code):
    assert check_move(state, verb, able(verb)) is transition(verb)
    refused = check_move(state, verb, able(verb, **changes))
    assert isinstance(refused, Refusal)
    assert refused.code == code


@pytest.mark.parametrize("level", [Level.COMMUNITY, Level.STREET, Level.DEPARTMENT, Level.CITY])
def test_community_and_above_may_reject(level):
    assert check_move(S.SIGNED, V.REJECT, able(V.REJECT, owner_level=level)) is transition(V.REJECT)


def test_state_is_refused_before_party_permission_and_fields():
    nothing = Facts(parties=frozenset())
    assert check_move(S.CLOSED, V.SIGN, nothing) == Refusal("wrong_state", {"state": "closed"})
    assert check_move(S.DISPATCHED, V.SIGN, nothing) == Refusal("not_your_part", {"parties": "owner"})


def test_staff_answering_for_the_reporter_name_the_channel_and_the_reporter_does_not():
    staff = able(V.JUDGE_SATISFIED, parties=frozenset({Party.DISPATCHER}), given=frozenset())
    assert check_move(S.CALLBACK, V.JUDGE_SATISFIED, staff) == Refusal(
        "fields_missing", {"fields": "channel"}
    )
    reporter = Facts(parties=frozenset({Party.REPORTER}))
    assert check_move(S.CALLBACK, V.JUDGE_SATISFIED, reporter) is transition(V.JUDGE_SATISFIED)


def test_escalation_by_hand_needs_cause_and_difficulty_and_by_time_does_not():
    hand = able(V.ESCALATE, parties=frozenset({Party.OWNER}), given=frozenset())
    assert check_move(S.SIGNED, V.ESCALATE, hand) == Refusal("fields_missing", {"fields": "cause,difficulty"})
    assert check_move(S.SIGNED, V.ESCALATE, Facts(parties=frozenset({Party.SYSTEM}))) is transition(
        V.ESCALATE
    )


def test_state_pairs_are_exactly_the_changes_of_the_expected_table():
    changes = {
        (before, after)
        for moves in EXPECTED.values()
        for before, after in moves.items()
        if before is not None and before is not after
    }
    assert allowed_state_pairs() == tuple(sorted(changes))
    assert birth_states() == (S.REPORTED,)


def test_open_and_closed_states_part_all_states():
    assert set(State) == OPEN_STATES | CLOSED_STATES
    assert not OPEN_STATES & CLOSED_STATES


def test_every_verb_has_one_row_and_every_state_but_the_first_can_be_reached():
    assert [row.verb for row in TRANSITIONS] == list(dict.fromkeys(row.verb for row in TRANSITIONS))
    assert {row.verb for row in TRANSITIONS} == set(Verb)
    assert {after for _, after in allowed_state_pairs()} | set(birth_states()) == set(State)


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_every_open_state_leads_to_an_end(state):
    reached = {state}
    for _ in State:
        reached |= {after for before, after in allowed_state_pairs() if before in reached}
    assert State.CLOSED in reached


def test_moves_that_close_stop_every_clock_and_start_none():
    for row in TRANSITIONS:
        if row.target in CLOSED_STATES and row.verb is not V.ARCHIVE:  # nothing runs any more by then
            assert row.clocks.stop == frozenset(ClockKind), row.verb
            assert not row.clocks.start, row.verb


@pytest.mark.parametrize(
    ("verb", "stopped", "started"),
    [
        (V.FILE, "", "sign"),
        (V.DISPATCH, "sign", "sign contact arrive report resolve"),
        (V.SIGN, "sign", ""),
        (V.START, "", ""),
        (V.CONTACT, "contact", ""),
        (V.ARRIVE, "arrive", ""),
        (V.PROGRESS, "report", ""),
        (V.FINISH, " ".join(ClockKind), ""),
        (V.RETURN, "sign", "sign"),
        (V.DRAW_CHECK, "", "verify"),
        (V.FAIL_CHECK, "verify", "rectify"),
        (V.CALL_BACK, "", "callback"),
        (V.GRANT_SUSPENSION, "", "review"),
        (V.RESUME, "review", ""),
        (V.ESCALATE, "sign rectify", "sign resolve"),
        (V.REASSIGN, "sign rectify", "sign resolve"),
        (V.WHISTLE, "sign arrive report rectify", "resolve"),
        (V.JUDGE_DISSATISFIED, "callback", "rectify"),
        (V.REOPEN, "", "rectify"),
        (V.COMMENT, "", ""),
        (V.SUPERVISE, "", ""),
    ],
)
def test_clock_effects(verb, stopped, started):
    row = transition(verb)
    assert row.clocks.stop == {ClockKind(name) for name in stopped.split()}
    assert row.clocks.start == {ClockKind(name) for name in started.split()}


def test_department_clocks_start_with_the_whistle_and_stop_one_by_one():
    kinds = ClockKind
    assert transition(V.WHISTLE).response_clocks.start == {kinds.SIGN, kinds.ARRIVE, kinds.REPORT}
    assert transition(V.WHISTLE_SIGN).response_clocks.stop == {kinds.SIGN}
    assert transition(V.WHISTLE_REPORT_IN).response_clocks.stop == {kinds.SIGN, kinds.ARRIVE}
    assert transition(V.WHISTLE_REPORT_DONE).response_clocks.stop == {kinds.SIGN, kinds.ARRIVE, kinds.REPORT}
    assert transition(V.ASK_RESIDENT).response_clocks.stop == set(kinds)


def test_a_row_without_target_needs_a_state_to_keep():
    with pytest.raises(ValueError, match="state to keep"):
        transition(V.COMMENT).target_from(None)


def test_mermaid_draws_every_change_of_state():
    drawn = set(re.findall(r"^    (\w+) --> (\w+): \w+$", as_mermaid(), re.MULTILINE))
    pairs = {(before.value, after.value) for before, after in allowed_state_pairs()}
    assert {pair for pair in drawn if pair[0] != pair[1]} == pairs
    assert "[*] --> reported: file" in as_mermaid()


def test_markdown_has_a_row_for_every_verb():
    rows = as_markdown().splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == [row.verb.value for row in TRANSITIONS]
