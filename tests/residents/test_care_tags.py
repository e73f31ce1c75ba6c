"""Care tags: who gives and sees which, how they end, and that neither rows nor counts tell of somebody."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Conflict, Denied, DomainError, Invalid, Missing
from core.models import AccessLog, Notification
from organizations.choices import Role
from organizations.models import User
from residents.models import CareTagKind, Person, PersonTag, ResidentEvent
from residents.sealing import open_tag
from residents.services import (
    person_die,
    person_merge,
    person_unmerge,
    tag_end,
    tag_give,
    tag_review,
    tags_close,
    tags_show,
)
from residents.services.care_reminders import reviews_remind
from residents.services.reference import load_care_tags
from tests.factories.care import ORDINARY, SENSITIVE, kind_of, make_tag
from tests.factories.resident_town import Town, fresh, make_town
from tests.factories.residents import make_person

pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((Path(__file__).parents[1] / "query_counts.json").read_text())


@pytest.fixture
def town() -> Town:
    return make_town()


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_kinds_are_loaded_once_and_edited_ones_kept() -> None:
    make_town()
    assert load_care_tags(actor=SYSTEM) == 29
    assert set(CareTagKind.objects.filter(is_sensitive=True).values_list("group", flat=True)) == {
        "care",
        "youth",
    }
    CareTagKind.objects.filter(code=ORDINARY).update(name="独居", edited_locally=True)
    assert load_care_tags(actor=SYSTEM) == 29
    assert kind_of(ORDINARY).name == "独居"


def test_a_tag_is_given_sealed_reviewed_and_ended(town: Town) -> None:
    actor = town.actor(Role.GRID_WORKER)
    given = {"actor": actor, "person_id": town.head.pk, "kind_id": kind_of(ORDINARY).pk}
    tag = tag_give(**given, purpose="每周上门", note_text="耳背")
    assert open_tag(tag).purpose == "每周上门"
    assert "每周上门" not in tag.purpose_sealed
    with pytest.raises(Conflict, match="tag_there"):
        tag_give(**given)
    PersonTag.objects.filter(pk=tag.pk).update(review_on=clock.today(), expires_on=clock.today())
    reviewed = tag_review(actor=actor, tag_id=tag.pk)
    assert reviewed.review_on > clock.today()
    assert reviewed.reviewed_by == actor.user
    ended = tag_end(actor=actor, tag_id=tag.pk, reason="no_longer")
    assert (ended.ended_on, ended.ended_by) == (clock.today(), actor.user)
    with pytest.raises(Conflict, match="tag_ended"):
        tag_review(actor=actor, tag_id=tag.pk)
    verbs = list(ResidentEvent.objects.filter(person=town.head, verb__startswith="tag").values_list("verb"))
    assert verbs == [("tag_given",), ("tag_reviewed",), ("tag_ended",)]
    tag_give(**given)


@pytest.mark.parametrize(
    ("role", "code", "allowed"),
    [
        (Role.GRID_WORKER, ORDINARY, True),
        (Role.GRID_WORKER, SENSITIVE, False),
        (Role.COMMUNITY_STAFF, SENSITIVE, True),
        (Role.STREET_STAFF, SENSITIVE, False),
        (Role.STREET_STAFF, ORDINARY, True),
        (Role.BUILDING_HEAD, ORDINARY, False),
        (Role.AUDITOR, ORDINARY, False),
    ],
)
def test_who_gives_which_tag(town: Town, role: str, code: str, allowed: bool) -> None:
    given = {"person_id": town.head.pk, "kind_id": kind_of(code).pk}
    if allowed:
        tag_give(actor=town.actor(role), **given)
    else:
        with pytest.raises((Denied, Missing)):
            tag_give(actor=town.actor(role), **given)


def test_what_cannot_be_given(town: Town) -> None:
    kind = kind_of(ORDINARY)
    for until in (clock.today(), clock.today() + timedelta(days=366 * 3)):
        with pytest.raises(Invalid, match="until_range"):
            make_tag(town.head, until=until)
    with pytest.raises(Invalid, match="kind_missing"):
        tag_give(actor=SYSTEM, person_id=town.head.pk, kind_id=0)
    with pytest.raises(Missing):
        tag_give(actor=town.actor(there=True), person_id=town.head.pk, kind_id=kind.pk)
    person_die(actor=SYSTEM, person_id=town.head.pk, effective_on=clock.today())
    with pytest.raises(Invalid, match="person_gone"):
        make_tag(town.head)


MATRIX = [
    (Role.CITY_GRID_OFFICE, False, 2),
    (Role.AUDITOR, False, 1),
    (Role.STREET_STAFF, False, 1),
    (Role.COMMUNITY_STAFF, False, 2),
    (Role.COMMUNITY_STAFF, True, 0),
    (Role.GRID_WORKER, False, 1),
    (Role.GRID_WORKER, True, 0),
]


@pytest.mark.parametrize(("role", "there", "seen"), MATRIX)
def test_page_list_counts_and_queryset_agree_on_who_sees_what(
    town: Town, role: str, there: bool, seen: int
) -> None:
    make_tag(town.head, ORDINARY)
    make_tag(town.head, SENSITIVE)
    user = town.user(role, there=there)
    assert PersonTag.objects.visible_to(user).count() == seen
    client = client_of(user)
    page = client.get(reverse("residents:person", args=[town.head.pk]))
    assert page.status_code == (200 if seen else 404)
    if seen:
        care = page.context["care"]
        assert len(care.tags) + care.sensitive == seen
    names = [kind_of(code).name for code in (ORDINARY, SENSITIVE)]
    assert names[1] not in page.content.decode()
    listed = client.get(reverse("residents:care-reviews"), {"show": "all"})
    assert len(listed.context["rows"]) == seen
    assert names[1] not in listed.content.decode()
    counted = client.get(reverse("residents:care")).content.decode()
    assert (names[1] in counted) == (role in {Role.CITY_GRID_OFFICE, Role.COMMUNITY_STAFF})
    who = client.get(reverse("residents:care-kind", args=[ORDINARY]))
    assert len(who.context["rows"]) == (1 if seen else 0)


def test_nobody_without_a_post_sees_tags(town: Town) -> None:
    make_tag(town.head)
    stranger = User.objects.create_user("nobody", password="Tower-Bridge-1")
    assert not PersonTag.objects.visible_to(stranger).exists()
    assert client_of(stranger).get(reverse("residents:care")).status_code == 404


def test_a_look_at_sensitive_tags_is_logged_and_so_is_a_refused_one(town: Town) -> None:
    tag = make_tag(town.head, SENSITIVE)
    actor = town.actor()
    assert tags_show(actor=actor, person_id=town.head.pk, purpose="上门帮扶前了解") == [tag]
    with pytest.raises(Invalid, match="purpose_missing"):
        tags_show(actor=actor, person_id=town.head.pk, purpose=" ")
    with pytest.raises(Denied):
        tags_show(actor=town.actor(Role.GRID_WORKER), person_id=town.head.pk, purpose="想看看")
    with pytest.raises(Missing):
        tags_show(actor=town.actor(there=True), person_id=town.head.pk, purpose="想看看")
    logged = AccessLog.objects.filter(subject_id=town.head.pk, field="sensitive_tag").order_by("sequence")
    assert list(logged.values_list("refused", flat=True)) == [False, True, True]


def test_the_page_asks_for_a_purpose_before_it_shows_the_word(town: Town) -> None:
    make_tag(town.head, SENSITIVE, note_text="每月一次")
    address = reverse("residents:tags-show", args=[town.head.pk])
    client, name = client_of(town.user()), kind_of(SENSITIVE).name
    assert name not in client.get(address).content.decode()
    assert client.post(address, {"purpose": ""}).status_code == 422
    shown = client.post(address, {"purpose": "上门帮扶"}).content.decode()
    assert name in shown
    assert "每月一次" in shown
    assert client_of(town.user(Role.GRID_WORKER)).get(address).status_code == 403
    assert client_of(town.user(there=True)).get(address).status_code == 404


def test_a_sensitive_tag_leaves_no_trace_in_the_history(town: Town) -> None:
    make_tag(town.head, SENSITIVE)
    assert not ResidentEvent.objects.filter(person=town.head, verb__startswith="tag").exists()


def test_expired_tags_and_those_of_the_dead_end_by_themselves(town: Town) -> None:
    expired, gone, holds = make_tag(town.head), make_tag(town.spouse), make_tag(town.child)
    yesterday = clock.today() - timedelta(days=1)
    PersonTag.objects.filter(pk=expired.pk).update(valid_from=yesterday, expires_on=yesterday)
    PersonTag.objects.filter(pk=holds.pk).update(expires_on=clock.today())
    person_die(actor=SYSTEM, person_id=town.spouse.pk, effective_on=clock.today())
    assert tags_close(actor=SYSTEM) == 2
    assert tags_close(actor=SYSTEM) == 0
    reasons = [fresh(tag).end_reason for tag in (expired, gone, holds)]
    assert reasons == ["expired", "left", ""]


def test_reviews_that_are_due_are_told_once_a_day_without_names(town: Town) -> None:
    tag = make_tag(town.head)
    staff = town.user()
    assert reviews_remind() == 0
    PersonTag.objects.filter(pk=tag.pk).update(review_on=clock.today())
    assert (reviews_remind(), reviews_remind()) == (1, 1)
    message = Notification.objects.get(kind="care_reviews_due")
    assert (message.user, message.params) == (staff, {"count": 1})


def test_tags_follow_a_merged_file_and_come_back(town: Town) -> None:
    double = make_person(town.near, "林一", birth_date=date(1980, 5, 17))
    both, other = make_tag(double, ORDINARY), make_tag(double, "veteran")
    make_tag(town.head, ORDINARY)
    record = person_merge(actor=SYSTEM, kept_id=town.head.pk, gone_id=double.pk, reason="同一人")
    assert (fresh(both).person, fresh(other).person) == (double, town.head)
    person_unmerge(actor=SYSTEM, record_id=record.pk, reason="不是")
    assert fresh(other).person == double


def test_the_rows_of_tags_do_not_say_which(town: Town) -> None:
    make_tag(town.head, SENSITIVE, purpose="矫正帮扶", note_text="每月报到")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM residents_persontag t")
        row = cursor.fetchone()[0]
        cursor.execute(
            "SELECT coalesce(string_agg(to_jsonb(e)::text, ''), '') FROM residents_residentevent e"
        )
        row += cursor.fetchone()[0]
    kind = kind_of(SENSITIVE)
    for word in (kind.name, kind.code, "矫正帮扶", "每月报到"):
        assert word not in row
        assert json.dumps(word).strip('"') not in row


def test_small_counts_of_sensitive_tags_are_not_shown(town: Town) -> None:
    for number in range(6):
        make_tag(make_person(town.household, "周七", kinship="other_kin"), SENSITIVE)
        if number < 2:
            make_tag(make_person(town.far, "吴八", kinship="other_kin"), SENSITIVE)
    page = client_of(town.user(Role.CITY_GRID_OFFICE)).get(reverse("residents:care-kind", args=[SENSITIVE]))
    assert [count for _community, count in page.context["counts"]] == ["不公布", "少于 5"]
    assert page.context["number"] == "8"
    assert not page.context["rows"]


@pytest.mark.parametrize("step", ["give", "review", "end"])
def test_every_form_works_once_and_only_for_who_may(town: Town, step: str) -> None:
    kind = kind_of(ORDINARY)
    if step == "give":
        address, given = reverse("residents:tag-give", args=[town.head.pk]), {"kind": kind.pk}
    else:
        tag = make_tag(town.head)
        address, given = (
            reverse(f"residents:tag-{step}", args=[tag.pk]),
            {"reason": "no_longer", "version": 1},
        )
    assert client_of(town.user(there=True)).post(address, given).status_code == 404
    assert client_of(town.user(Role.AUDITOR)).post(address, given).status_code == 403
    client = client_of(town.user(Role.GRID_WORKER))
    assert client.get(address).status_code == 200
    answer = client.post(address, given)
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 200


def test_pages_of_care_cost_the_same_for_few_and_many(town: Town) -> None:
    user = town.user()
    few = _costs(town, user)
    for _time in range(30):
        make_tag(make_person(town.household, "周七", kinship="other_kin"))
    many = _costs(town, user)
    assert few == many
    assert many == {name: BUDGETS.get(name) for name in many}


def _costs(town: Town, user: User) -> dict[str, int]:
    make_tag(make_person(town.household, "郑九", kinship="other_kin"))
    addresses: dict[str, tuple[str, list[Any]]] = {
        "residents/care": ("care", []),
        "residents/care/kind": ("care-kind", [ORDINARY]),
        "residents/care/reviews": ("care-reviews", []),
    }
    found = {}
    for name, (view, args) in addresses.items():
        client = client_of(user)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"residents:{view}", args=args), {"show": "all"}).status_code == 200
        found[name] = len(queries)
    return found


def refusal(actor: Actor, person: Person, code: str) -> str:
    """Return the code with which the tag is refused; empty where it is given."""
    try:
        tag_give(actor=actor, person_id=person.pk, kind_id=kind_of(code).pk)
    except DomainError as error:
        return error.code
    return ""


def test_a_kind_that_becomes_sensitive_is_hidden_at_once(town: Town) -> None:
    make_tag(town.head, ORDINARY)
    worker = town.user(Role.GRID_WORKER)
    assert PersonTag.objects.visible_to(worker).count() == 1
    CareTagKind.objects.filter(code=ORDINARY).update(is_sensitive=True)
    assert PersonTag.objects.visible_to(worker).count() == 0
    assert refusal(Actor.of(worker), town.spouse, ORDINARY) == "not_permitted"
