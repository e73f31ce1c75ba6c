"""When a visit may be saved: every reason against it, one by one; and who is to be visited next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from residents.rules.rounds import (
    SEEN_WITHIN,
    RouteReason,
    Unseen,
    percent,
    route_reasons,
    unseen_between,
)
from residents.rules.visits import (
    LONGEST_NEED,
    LONGEST_NOTE,
    MOST_NEEDS,
    REGISTRATION_HOLDS,
    SENT_LATE_AT_MOST,
    NeedDraft,
    VisitDraft,
    VisitFacts,
    check_visit,
    registration_holds,
)

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PEOPLE = frozenset({1, 2})
FACTS = VisitFacts(now=NOW, today=TODAY, people=PEOPLE, registered_on=None)
GOOD = VisitDraft(outcome="met", confirmed=PEOPLE)
WISH = NeedDraft(kind="wish", text="想要一个晾衣架")


def codes(draft: VisitDraft, facts: VisitFacts = FACTS) -> list[str]:
    return [f"{each.field}_{each.code}" for each in check_visit(draft, facts)]


@pytest.mark.parametrize(
    "draft",
    [
        GOOD,
        replace(GOOD, needs=(WISH, NeedDraft(kind="opinion", text="多安几个充电桩", person_id=2))),
        replace(GOOD, needs=(NeedDraft(kind="problem", text="楼道灯坏了", category="0302"),)),
        replace(GOOD, at=NOW - SENT_LATE_AT_MOST),
        replace(GOOD, note="记" * LONGEST_NOTE, needs=(replace(WISH, text="想" * LONGEST_NEED),)),
        VisitDraft(outcome="absent", note="邻居说晚上在家"),
        VisitDraft(outcome="refused"),
    ],
)
def test_what_may_be_saved(draft: VisitDraft) -> None:
    assert codes(draft) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"confirmed": frozenset()}, "confirmed_missing"),
        ({"confirmed": frozenset({1})}, "confirmed_list_changed"),
        ({"confirmed": frozenset({1, 2, 3})}, "confirmed_list_changed"),
        ({"at": NOW + timedelta(minutes=6)}, "at_ahead"),
        ({"at": NOW - SENT_LATE_AT_MOST - timedelta(seconds=1)}, "at_late"),
        ({"note": "记" * (LONGEST_NOTE + 1)}, "note_long"),
        ({"needs": (WISH,) * (MOST_NEEDS + 1)}, "needs_many"),
        ({"needs": (NeedDraft(kind="", text="想要"),)}, "need_kind_missing"),
        ({"needs": (NeedDraft(kind="rumour", text="听说"),)}, "need_kind_missing"),
        ({"needs": (NeedDraft(kind="wish", text=" "),)}, "need_text_missing"),
        ({"needs": (NeedDraft(kind="wish", text="想" * (LONGEST_NEED + 1)),)}, "need_text_long"),
        ({"needs": (NeedDraft(kind="problem", text="灯坏了"),)}, "need_category_missing"),
        ({"needs": (NeedDraft(kind="wish", text="想要", person_id=9),)}, "need_person_stranger"),
        ({"outcome": "absent"}, "outcome_nobody_met"),
        ({"outcome": "refused", "confirmed": frozenset(), "needs": (WISH,)}, "outcome_nobody_met"),
    ],
)
def test_what_may_not_be_saved(changes: dict[str, Any], code: str) -> None:
    assert codes(replace(GOOD, **changes)) == [code]


def test_a_household_without_people_is_registered_first() -> None:
    assert codes(GOOD, replace(FACTS, people=frozenset())) == ["confirmed_nobody_listed"]


@pytest.mark.parametrize(
    ("registered_on", "holds"),
    [(None, False), (TODAY, True), (TODAY - REGISTRATION_HOLDS, True), (TODAY - timedelta(days=366), False)],
)
def test_a_registration_holds_for_a_year(registered_on: date | None, holds: bool) -> None:
    facts = replace(FACTS, registered_on=registered_on)
    assert registration_holds(registered_on, TODAY) is holds
    assert codes(replace(GOOD, confirmed=frozenset()), facts) == ([] if holds else ["confirmed_missing"])


@pytest.mark.parametrize(
    ("told", "reopened", "expected"),
    [
        ({7, 8}, {}, []),
        ({7}, {8: "还是没修好"}, []),
        ({7}, {}, ["feedback_missing"]),
        (set(), {}, ["feedback_missing"]),
        ({7, 8}, {8: "还是没修好"}, ["feedback_both"]),
        ({7}, {8: "  "}, ["feedback_unsaid"]),
        ({7}, {8: "说" * (LONGEST_NEED + 1)}, ["feedback_long"]),
        ({7, 8, 6}, {}, []),  # told twice is told
    ],
)
def test_every_answer_is_told_or_taken_up_again(
    told: set[int], reopened: dict[int, str], expected: list[str]
) -> None:
    facts = replace(FACTS, to_tell=frozenset({7, 8}))
    assert codes(replace(GOOD, told=frozenset(told), reopened=reopened), facts) == expected


def test_every_reason_is_given_at_once() -> None:
    draft = VisitDraft(outcome="met", at=NOW + timedelta(days=1), needs=(NeedDraft(kind="problem", text=""),))
    assert codes(draft, replace(FACTS, to_tell=frozenset({7}))) == [
        "at_ahead",
        "confirmed_missing",
        "feedback_missing",
        "need_text_missing",
        "need_category_missing",
    ]


@pytest.mark.parametrize(
    ("last_seen", "to_tell", "expected"),
    [
        (None, 0, [RouteReason("never")]),
        (None, 2, [RouteReason("to_tell", 2), RouteReason("never")]),
        (TODAY - SEEN_WITHIN, 0, []),
        (TODAY - SEEN_WITHIN - timedelta(days=1), 0, [RouteReason("long_ago", 91)]),
        (TODAY, 1, [RouteReason("to_tell", 1)]),
    ],
)
def test_why_a_household_is_on_the_route(
    last_seen: date | None, to_tell: int, expected: list[RouteReason]
) -> None:
    assert list(route_reasons(last_seen=last_seen, to_tell=to_tell, today=TODAY)) == expected


def test_a_mismatch_is_a_reason_of_its_own() -> None:
    found = route_reasons(last_seen=TODAY, to_tell=0, today=TODAY, mismatches=2)
    assert found == (RouteReason("mismatch", 2),)


def test_the_lengths_of_time_leave_no_day_out_and_overlap_on_none() -> None:
    for days in range(800):
        day = TODAY - timedelta(days=days)
        fitting = []
        for unseen in Unseen:
            if unseen is Unseen.NEVER:
                continue
            first, last = unseen_between(unseen, TODAY)
            if (first is None or day >= first) and (last is None or day <= last):
                fitting.append(unseen)
        expected = (
            Unseen.YEAR
            if days > 365
            else Unseen.HALF_YEAR
            if days > 180
            else Unseen.QUARTER
            if days > 90
            else Unseen.LATELY
        )
        assert fitting == [expected], days


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(0, 0, None), (95, 100, 95.0), (9496, 10000, 94.9), (3, 3, 100.0)]
)
def test_a_share_is_rounded_down(part: int, whole: int, expected: float | None) -> None:
    assert percent(part, whole) == expected
