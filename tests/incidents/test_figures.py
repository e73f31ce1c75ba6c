"""The figures of a small city counted by hand, what is left out, the cases behind, and how they stood."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import SYSTEM
from core.errors import Conflict, Denied, Invalid
from incidents.models import (
    Category,
    CheckShare,
    Clock,
    FigureAppeal,
    FigureRow,
    FigureSnapshot,
    Incident,
    IncidentEvent,
    TimeLimit,
    VerdictRound,
)
from incidents.rules.rates import RULES, LeftOut, Of, Rate, Tally, percent, score, summed
from incidents.rules.vocabulary import State, Verb
from incidents.selectors.figure_lines import cases_behind
from incidents.selectors.figures import By, Wanted, tallies_for
from incidents.services.figures import figures_keep, figures_keep_month
from tests.factories.incidents import BENEFITS, SmallCity, client_of, do, make_incident, small_city, whistled

pytestmark = pytest.mark.django_db
PHONE = {"reporter_phone": "13900001111"}


@pytest.fixture
def city() -> SmallCity:
    made = small_city()
    for colour in ("red", "orange", "yellow", "blue"):
        TimeLimit.objects.update_or_create(
            colour=colour, clock_kind="contact", defaults={"limit": "2h", "edited_locally": True}
        )
    return made


def today(**changes: Any) -> Wanted:
    return Wanted(**{"first": clock.today(), "last": clock.today(), **changes})


def finished(city: SmallCity, *, contact: bool = False, **values: Any) -> Incident:
    incident = make_incident(city, **{**PHONE, **values})
    do(city, "grid_worker", incident, Verb.SIGN)
    if contact:
        do(city, "grid_worker", incident, Verb.CONTACT, note="已电话联系")
    return do(city, "grid_worker", incident, Verb.FINISH, note="已清理")


def judged(city: SmallCity, verb: Verb, **given: Any) -> Incident:
    return do(city, "resident", finished(city), verb, **given)


def the(city: SmallCity, who: str = "city_grid_office", **changes: Any) -> dict[Rate, Tally]:
    return summed(tallies_for(city[who], today(**changes)).values())


def pair(tallies: dict[Rate, Tally], rate: Rate) -> tuple[int, int]:
    return tallies[rate].numerator, tallies[rate].denominator


def left(tallies: dict[Rate, Tally], rate: Rate) -> dict[str, int]:
    return {reason.value: number for reason, number in tallies[rate].left_out.items() if number}


# Pure rules


def test_a_share_without_denominator_is_a_dash() -> None:
    assert Tally(Rate.RESPONSE).percent == "—"
    assert Tally(Rate.RESPONSE, 2, 3).percent == "66.7%"
    assert percent(1.0) == "100.0%"


def test_the_score_weighs_the_three_rates_and_leaves_out_those_without_denominator() -> None:
    weights = {Rate.RESPONSE: 20, Rate.RESOLUTION: 40, Rate.SATISFACTION: 40}
    tallies = {
        Rate.RESPONSE: Tally(Rate.RESPONSE, 1, 1),
        Rate.RESOLUTION: Tally(Rate.RESOLUTION, 1, 2),
        Rate.SATISFACTION: Tally(Rate.SATISFACTION, 0, 2),
    }
    assert score(tallies, weights) == pytest.approx(0.4)
    assert score({**tallies, Rate.RESPONSE: Tally(Rate.RESPONSE)}, weights) == pytest.approx(0.25)
    assert score({}, weights) is None


def test_every_figure_has_one_definition() -> None:
    assert set(RULES) == set(Rate)
    assert all(len(set(rule.left_out)) == len(rule.left_out) for rule in RULES.values())


# Counted by hand


def test_response_counts_contact_within_the_first_limit(city: SmallCity) -> None:
    finished(city, contact=True)
    finished(city)
    late = make_incident(city, **PHONE)
    Clock.objects.filter(incident=late, kind="contact").update(
        started_at=clock.now() - timedelta(hours=3),
        warn_at=clock.now() - timedelta(hours=2),
        due_at=clock.now() - timedelta(hours=1),
    )
    do(city, "grid_worker", late, Verb.CONTACT, note="迟了")
    make_incident(city, **PHONE)
    make_incident(city)
    tallies = the(city)
    assert pair(tallies, Rate.RESPONSE) == (1, 3)
    assert left(tallies, Rate.RESPONSE) == {"contact_runs": 1, "no_contact_limit": 1}


def test_verdicts_make_resolution_and_satisfaction(city: SmallCity) -> None:
    judged(city, Verb.JUDGE_SATISFIED)
    judged(city, Verb.JUDGE_BASICALLY)
    judged(city, Verb.JUDGE_DISSATISFIED, reason="太慢", reason_codes=["too_slow"])
    judged(city, Verb.JUDGE_DISSATISFIED, reason="没解决", reason_codes=["too_slow", "not_solved"])
    judged(city, Verb.JUDGE_DISSATISFIED, reason="不满意")
    finished(city)
    silent = finished(city)
    VerdictRound.objects.filter(incident=silent).update(closed_at=clock.now(), call_after=None)
    tallies = the(city)
    assert pair(tallies, Rate.RESOLUTION) == (3, 5)
    assert pair(tallies, Rate.SATISFACTION) == (2, 5)
    assert left(tallies, Rate.SATISFACTION) == {"waiting": 1, "unanswered": 1}


def test_whoever_could_not_be_asked_is_told_beside(city: SmallCity) -> None:
    own = make_incident(city)
    Incident.objects.filter(pk=own.pk).update(lookup_digest="")
    do(city, "grid_worker", own, Verb.SIGN)
    do(city, "grid_worker", own, Verb.FINISH, note="已清理")
    tallies = the(city)
    assert tallies[Rate.SATISFACTION].percent == "—"
    assert left(tallies, Rate.SATISFACTION) == {"nobody_to_ask": 1}


def test_on_time_is_told_by_the_first_limit_and_by_the_extended_one(city: SmallCity) -> None:
    finished(city)
    hour = timedelta(hours=1)
    extended = finished(city)
    Incident.objects.filter(pk=extended.pk).update(first_due_at=clock.now() - hour)
    late = make_incident(city)
    Incident.objects.filter(pk=late.pk).update(first_due_at=clock.now() - hour)
    Clock.objects.filter(incident=late, kind="resolve").update(
        started_at=clock.now() - 3 * hour, warn_at=clock.now() - 2 * hour, due_at=clock.now() - hour
    )
    make_incident(city)
    tallies = the(city)
    assert pair(tallies, Rate.ON_TIME_FIRST) == (1, 3)
    assert pair(tallies, Rate.ON_TIME_EXTENDED) == (2, 3)
    assert left(tallies, Rate.ON_TIME_FIRST) == {"runs_first": 1}
    assert pair(tallies, Rate.COMPLETION) == (2, 4)


def test_merged_and_refused_cases_are_left_out_and_counted_as_such(city: SmallCity) -> None:
    main, double = make_incident(city), make_incident(city)
    do(city, "grid_worker", double, Verb.MERGE, main=main.number)
    rejected = make_incident(city, category_code="1202")
    do(city, "community_staff", rejected, Verb.REJECT, reason="不属于受理范围")
    tallies = the(city)
    assert tallies[Rate.COMPLETION].denominator == 1
    assert left(tallies, Rate.COMPLETION) == {"merged": 1, "not_accepted": 1}


def test_whistles_and_returns(city: SmallCity) -> None:
    whistled(city)
    make_incident(city)
    tallies = the(city)
    assert pair(tallies, Rate.WHISTLE) == (1, 2)
    assert pair(tallies, Rate.RETURN) == (0, 2)
    Incident.objects.filter(is_whistled=False).update(return_count=1)
    assert pair(the(city), Rate.RETURN) == (1, 2)


# Who sees what, and the cases behind


def test_every_number_opens_exactly_its_cases(city: SmallCity) -> None:
    finished(city, contact=True)
    judged(city, Verb.JUDGE_SATISFIED)
    judged(city, Verb.JUDGE_DISSATISFIED, reason="不满意")
    make_incident(city)
    whistled(city)
    double = make_incident(city)
    do(city, "grid_worker", double, Verb.MERGE, main=make_incident(city).number)
    for by in By:
        wanted = today(by=by)
        for tally in summed(tallies_for(city["city_grid_office"], wanted).values()).values():
            parts = {"counted": tally.numerator, "assessed": tally.denominator}
            parts |= {reason.value: number for reason, number in tally.left_out.items()}
            for name, number in parts.items():
                _cases, rows = cases_behind(city["city_grid_office"], wanted, tally.rate, name, "")
                assert rows.count() == number, (by, tally.rate, name)


def test_people_see_the_figures_of_what_they_answer_for(city: SmallCity) -> None:
    finished(city)
    Category.objects.filter(code=BENEFITS).update(is_secret=True, secret_roles=["city_grid_office"])
    make_incident(city, category_code=BENEFITS)
    assert pair(the(city), Rate.WHISTLE) == (0, 2)
    assert pair(the(city, "street_staff"), Rate.WHISTLE) == (0, 1)
    assert pair(the(city, "street_staff"), Rate.COMPLETION) == (1, 1)
    assert pair(the(city, "community_staff"), Rate.COMPLETION) == (1, 1)
    assert pair(the(city, "outsider_street"), Rate.COMPLETION) == (0, 0)
    for who in ("grid_worker", "building_head", "nobody", "system_administrator"):
        for name in ("figures", "figure-cases", "figure-appeals", "api-figures"):
            assert client_of(city, who).get(reverse(name)).status_code == 404


def test_what_the_street_may_not_see_is_in_none_of_its_figures(city: SmallCity) -> None:
    hidden = make_incident(city)
    Incident.objects.filter(pk=hidden.pk).update(accused_organization=city.streets[0])
    shown = make_incident(city)
    assert the(city, "street_staff")[Rate.WHISTLE].denominator == 1
    cases, _rows = cases_behind(city["street_staff"], today(), Rate.WHISTLE, "assessed", "")
    assert [case.pk for case in cases] == [shown.pk]
    assert the(city, "city_grid_office")[Rate.WHISTLE].denominator == 2


# Appeals


def test_a_granted_appeal_leaves_the_case_out(city: SmallCity) -> None:
    incident = judged(city, Verb.JUDGE_SATISFIED)
    do(city, "grid_worker", incident, Verb.APPEAL, about="case", reason="不可抗力")
    with pytest.raises(Denied):
        do(city, "grid_worker", incident, Verb.APPEAL, about="verdict", reason="再次申诉")
    assert pair(the(city), Rate.COMPLETION) == (1, 1)
    with pytest.raises(Denied):
        do(city, "street_leader", incident, Verb.GRANT_APPEAL, reason="同意")
    do(city, "city_grid_office", incident, Verb.GRANT_APPEAL, reason="情况属实")
    tallies = the(city)
    assert pair(tallies, Rate.COMPLETION) == (0, 0)
    assert left(tallies, Rate.COMPLETION) == {"appealed": 1}
    assert left(tallies, Rate.SATISFACTION) == {"appealed": 1}
    with pytest.raises(Conflict):
        do(city, "grid_worker", incident, Verb.APPEAL, about="verdict", reason="再次申诉")
    verbs = set(IncidentEvent.objects.filter(incident=incident).values_list("verb", flat=True))
    assert {Verb.APPEAL, Verb.GRANT_APPEAL} <= verbs
    page = client_of(city, "street_staff").get(reverse("incident", args=[incident.number]))
    assert "不可抗力" in page.content.decode()
    assert "情况属实" in page.content.decode()


def test_an_appeal_against_a_verdict_leaves_the_case_itself_in(city: SmallCity) -> None:
    incident = judged(city, Verb.JUDGE_DISSATISFIED, reason="不满意")
    do(city, "grid_worker", incident, Verb.APPEAL, about="verdict", reason="诉求不合理")
    listed = client_of(city, "city_grid_office").get(reverse("figure-appeals"))
    assert [row.incident_id for row in listed.context["rows"]] == [incident.pk]
    do(city, "city_grid_office", incident, Verb.GRANT_APPEAL, reason="情况属实")
    tallies = the(city)
    assert pair(tallies, Rate.SATISFACTION) == (0, 0)
    assert tallies[Rate.COMPLETION].denominator == 1


def test_a_refused_appeal_changes_nothing_and_another_may_follow(city: SmallCity) -> None:
    incident = judged(city, Verb.JUDGE_SATISFIED)
    do(city, "grid_worker", incident, Verb.APPEAL, about="case", reason="不可抗力")
    do(city, "city_grid_office", incident, Verb.REFUSE_APPEAL, reason="理由不足")
    assert pair(the(city), Rate.COMPLETION) == (1, 1)
    with pytest.raises(Conflict):
        do(city, "city_grid_office", incident, Verb.GRANT_APPEAL, reason="同意")
    with pytest.raises(Invalid):
        do(city, "grid_worker", incident, Verb.APPEAL, about="other", reason="不可抗力")
    do(city, "grid_worker", incident, Verb.APPEAL, about="case", reason="补充材料")
    assert FigureAppeal.objects.filter(incident=incident).count() == 2


# As they stood


def test_figures_as_they_stood_do_not_change(city: SmallCity) -> None:
    finished(city)
    day = clock.today()
    taken = figures_keep(actor=city.actor("city_grid_office"), first=day, last=day)
    assert figures_keep(actor=city.actor("city_grid_office"), first=day, last=day) == taken
    row = FigureRow.objects.get(
        snapshot=taken, organization=city.streets[0], rate=Rate.COMPLETION, category__code="0101"
    )
    assert (row.numerator, row.denominator) == (1, 1)
    make_incident(city)
    client = client_of(city, "city_grid_office")
    page = client.get(reverse("figures"), {"stood": taken.pk})
    completion = list(Rate).index(Rate.COMPLETION)
    cell = page.context["total"]["cells"][completion]
    assert (cell["numerator"], cell["denominator"], cell["stood"].denominator) == (1, 2, 1)
    with pytest.raises(ProgrammingError):
        FigureRow.objects.filter(pk=row.pk).update(numerator=0)


def test_withheld_cases_are_in_no_row(city: SmallCity) -> None:
    hidden = make_incident(city)
    Incident.objects.filter(pk=hidden.pk).update(accused_organization=city.streets[1])
    day = clock.today()
    figures_keep(actor=SYSTEM, first=day, last=day)
    assert not FigureRow.objects.exists()


def test_rows_are_seen_by_those_who_answer_for_the_unit(city: SmallCity) -> None:
    finished(city)
    day = clock.today()
    figures_keep(actor=SYSTEM, first=day, last=day)
    seen = set(FigureRow.objects.visible_to(city["community_staff"]).values_list("organization", flat=True))
    assert seen == {city.communities[0].pk}
    assert not FigureRow.objects.visible_to(city["outsider_street"]).exists()
    assert FigureRow.objects.visible_to(city["auditor"]).count() == FigureRow.objects.count()


def test_only_the_grid_office_writes_figures_down_and_not_for_days_to_come(city: SmallCity) -> None:
    day = clock.today()
    with pytest.raises(Denied):
        figures_keep(actor=city.actor("street_leader"), first=day, last=day)
    with pytest.raises(Invalid):
        figures_keep(actor=SYSTEM, first=day, last=day + timedelta(days=1))
    client = client_of(city, "city_grid_office")
    answer = client.post(reverse("figures-keep"), {"first": day.isoformat(), "last": day.isoformat()})
    assert answer.status_code == 302
    assert FigureSnapshot.objects.get().taken_by == city["city_grid_office"]


def test_the_month_that_is_over_is_written_down_once(city: SmallCity) -> None:
    assert city.streets
    taken = figures_keep_month()
    assert taken is not None
    assert (taken.first.day, taken.last + timedelta(days=1)) == (1, clock.today().replace(day=1))
    assert figures_keep_month() is None


# Pages


def test_the_page_leads_to_the_cases_and_costs_the_same_for_many(city: SmallCity) -> None:
    client = client_of(city, "city_grid_office")
    finished(city)
    for by in By:
        page = client.get(reverse("figures"), {"by": by.value})
        assert page.status_code == 200
    page = client.get(reverse("figures"))
    completion = page.context["rows"][0]["cells"][list(Rate).index(Rate.COMPLETION)]
    listed = client.get(completion["counted"])
    assert len(listed.context["rows"]) == 1

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    few = [cost(reverse("figures")), cost(completion["counted"])]
    for _each in range(5):
        finished(city)
    judged(city, Verb.JUDGE_SATISFIED)
    assert [cost(reverse("figures")), cost(completion["counted"])] == few
    assert few[0] <= 16
    assert few[1] <= 16


def test_the_api_says_the_same(city: SmallCity) -> None:
    finished(city)
    client = client_of(city, "city_grid_office")
    content = client.get(reverse("api-figures")).json()
    assert [line["key"] for line in content["results"]] == [street.code for street in city.streets]
    figures = {each["rate"]: each for each in content["total"]["figures"]}
    completion, satisfaction = figures["completion"], figures["satisfaction"]
    assert (completion["numerator"], completion["share"]) == (1, 1.0)
    assert (satisfaction["share"], satisfaction["left_out"]["waiting"]) == (None, 1)
    counted = {"rate": "completion", "part": "counted"}
    assert len(client.get(reverse("api-figure-cases"), counted).json()["results"]) == 1
    for wrong in ({"rate": "best"}, {"part": "waiting"}, {"by": "month", "key": "9999999999-01"}):
        assert client.get(reverse("api-figure-cases"), counted | wrong).status_code == 422
        assert client.get(reverse("figure-cases"), counted | wrong).status_code == 404
    for wrong in ({"by": "person"}, {"first": "2026-02-01", "last": "2026-01-01"}, {"unit": "1"}):
        assert client.get(reverse("api-figures"), wrong).status_code == 422
        assert client.get(reverse("figures"), wrong).status_code == 422


def test_kinds_of_rows_and_reasons_are_those_of_the_rules() -> None:
    assert {rule.of for rule in RULES.values()} == set(Of)
    assert {each for rule in RULES.values() for each in (*rule.left_out, *rule.beside)} == set(LeftOut)


def test_nothing_is_checked_in_these_tests(city: SmallCity) -> None:
    assert not CheckShare.objects.filter(percent__gt=0).exists()
    assert finished(city).state == State.CALLBACK
