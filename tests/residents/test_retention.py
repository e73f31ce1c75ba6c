"""Files are anonymised when their time is over, not a day before; what happened stays."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection

from core import clock
from core.actor import SYSTEM
from core.errors import Denied
from organizations.choices import Role
from residents.models import Person, ResidentEvent, RetentionRule
from residents.rules.documents import DocumentKind
from residents.rules.retention import months_before
from residents.sealing import open_document
from residents.services import person_die, person_merge
from residents.services.reference import load
from residents.services.retention import ANONYMOUS_NAME, retention_apply, retention_plan, retention_rule_save
from tests.factories.resident_town import Town, fresh, make_town
from tests.factories.residents import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    town = make_town()
    load(actor=SYSTEM)
    RetentionRule.objects.filter(kind="deceased").update(months=12)
    return town


def dead(town: Town, name: str, day: date) -> Person:
    person = make_person(town.near, name, phone="13800001234", birth_date=date(1950, 5, 17))
    return person_die(actor=SYSTEM, person_id=person.pk, effective_on=day)


def test_only_what_is_over_is_anonymised(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    last = months_before(clock.today(), 12)
    over, younger = dead(town, "王旧", last), dead(town, "王新", date.fromordinal(last.toordinal() + 1))
    number = open_document(over)
    call_command("apply_retention", dry_run=True)
    assert str(town.community) in capsys.readouterr().out
    assert [(line.community, line.people) for line in retention_plan()] == [(town.community.name, 1)]
    assert fresh(over).name == "王旧"
    call_command("apply_retention")
    gone = fresh(over)
    assert (gone.name, gone.state, gone.birth_date) == (ANONYMOUS_NAME, "anonymised", date(1950, 1, 1))
    assert (gone.pinyin, gone.document_mark, gone.phone_mark, gone.building) == ("", None, None, None)
    assert (gone.community, gone.ended_on) == (town.community, last)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(p)::text FROM residents_person p WHERE id = %s", [gone.pk])
        text = cursor.fetchone()[0]
    assert not any(each in text for each in ("王旧", "wangjiu", number, over.document_sealed))
    assert list(ResidentEvent.objects.filter(person=gone).values_list("verb", flat=True)) == [
        "registered",
        "died",
        "anonymised",
    ]
    assert fresh(younger).name == "王新"
    assert retention_apply() == 0


def test_files_merged_into_it_go_with_it(town: Town) -> None:
    kept = make_person(town.near, "王旧", birth_date=date(1950, 5, 17))
    other = make_person(
        town.near, "王旧", kinship="not_kin", document_kind=DocumentKind.NONE, birth_date=date(1950, 5, 17)
    )
    person_merge(actor=SYSTEM, kept_id=kept.pk, gone_id=other.pk, reason="同一人")
    person_die(actor=SYSTEM, person_id=kept.pk, effective_on=months_before(clock.today(), 13))
    assert retention_apply() == 1
    assert {each.name for each in Person.objects.filter(pk__in=[kept.pk, other.pk])} == {ANONYMOUS_NAME}
    assert fresh(other).state == "merged"


def test_without_months_files_are_kept_for_ever(town: Town) -> None:
    dead(town, "王旧", date(2021, 1, 1))
    RetentionRule.objects.update(months=None)
    assert retention_apply() == 0


def test_rules_are_edited_by_the_city_and_stay_edited(town: Town) -> None:
    rule = RetentionRule.objects.get(kind="deceased")
    rule.months = 24
    with pytest.raises(Denied):
        retention_rule_save(actor=town.actor(), rule=rule)
    retention_rule_save(actor=town.actor(Role.CITY_GRID_OFFICE), rule=rule)
    load(actor=SYSTEM)
    assert RetentionRule.objects.get(kind="deceased").months == 24
