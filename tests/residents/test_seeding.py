"""The invented population: exact numbers, the same people every time, and all of it good enough to import."""

import random
from datetime import date

import pytest
from django.db.models import Count
from django.test import override_settings

from core.errors import Conflict, Denied
from residents.models import Household, Person
from residents.rules.people import PersonDraft, read_person
from residents.sealing import open_document, open_phone
from residents.seeding.families import Families, sizes
from residents.seeding.loading import population_seed

TODAY = date(2026, 11, 21)


def silent(_what: str, _done: int, _total: int) -> None:
    """Take the progress and show nothing."""


def test_sizes_are_exact() -> None:
    found = sizes(107_926, 53_524, random.Random(1))
    assert (sum(found), len(found), min(found)) == (107_926, 53_524, 1)


def test_the_same_seed_gives_the_same_people() -> None:
    first, again, other = (
        [Families(random.Random(seed), "220781", TODAY).household(4) for _ in range(20)] for seed in (3, 3, 4)
    )
    assert first == again != other


def test_everybody_could_be_registered_at_the_door() -> None:
    families = Families(random.Random(3), "220781", date(2026, 10, 1))
    numbers: set[str] = set()
    for _ in range(1_500):
        for member in families.household(3):
            draft = PersonDraft(
                name=member.name,
                document_kind=member.document_kind,
                document_number=member.number,
                gender=member.gender,
                birth_date=member.born,
                phone=member.phone,
                registered_division=member.division,
            )
            clean, problems = read_person(draft, today=TODAY)
            assert not problems, (member, problems)
            assert clean.document.number not in numbers
            numbers |= {clean.document.number} - {""}


@pytest.mark.django_db
def test_a_city_is_seeded_with_exact_numbers() -> None:
    seeded = population_seed(code="220781", scale=0.004, seed=7, progress=silent)
    assert (seeded.people, seeded.households) == (432, 214)
    assert Person.objects.present().count() == 432
    assert Household.objects.annotate(living=Count("people")).filter(living=0).count() == 0
    somebody = Person.objects.exclude(document_mark=None).order_by("pk")[0]
    assert len(open_document(somebody)) == 18
    called = Person.objects.exclude(phone_mark=None).order_by("pk")[0]
    assert open_phone(called).startswith("142")
    with pytest.raises(Conflict):
        population_seed(code="220781", scale=0.004, seed=7, progress=silent)


@pytest.mark.django_db
def test_production_gets_no_invented_people() -> None:
    with override_settings(IS_PRODUCTION=True), pytest.raises(Denied):
        population_seed(code="220781", scale=0.004, seed=7, progress=silent)
