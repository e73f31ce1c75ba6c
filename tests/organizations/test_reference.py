"""Reference data of organisations: complete, idempotent, local edits kept; and the first administrators."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from core.actor import SYSTEM
from organizations.choices import LEVEL_LABELS, Role
from organizations.models import Organization, TierRule, TierTemplate, User
from organizations.scopes import scope_of
from organizations.services import reference
from tests.factories.organizations import make_city

pytestmark = pytest.mark.django_db


def test_loading_twice_adds_nothing_and_keeps_local_edits():
    city = make_city()
    first = reference.load(actor=SYSTEM)
    assert first.departments == Organization.objects.filter(kind="department", parent=city).count() == 58
    Organization.objects.filter(code="D01").update(name="改过的名称")
    TierTemplate.objects.filter(code="xiapu-four").update(name="本市四级")
    again = reference.load(actor=SYSTEM)
    assert (again.templates, again.permissions, again.departments) == (0, 0, 0)
    assert Organization.objects.get(code="D01").name == "改过的名称"
    assert TierTemplate.objects.get(code="xiapu-four").name == "本市四级"


def test_a_second_city_gets_departments_of_its_own():
    make_city()
    reference.load(actor=SYSTEM)
    second = make_city(code="220781000000")
    assert reference.load(actor=SYSTEM, city=second).departments == 58
    assert Organization.objects.filter(parent=second, code="220781-D01").exists()
    assert reference.load(actor=SYSTEM, city=second).departments == 0


def test_every_role_has_a_group_and_every_rule_a_known_level():
    make_city()
    assert set(Group.objects.values_list("name", flat=True)) >= set(Role.values)
    assert TierTemplate.objects.count() >= 5
    kinds = {kind for pair in TierRule.objects.values_list("parent_kind", "child_kind") for kind in pair}
    assert kinds <= set(LEVEL_LABELS)


def test_the_first_administrator_is_made_from_the_command_line(monkeypatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "Gridgov-2026")
    with pytest.raises(CommandError):
        call_command("create_administrator", "chen")
    city = make_city()
    call_command("create_administrator", "chen", name="陈")
    user = User.objects.get(username="chen")
    assert user.is_staff
    assert scope_of(user).roles == {Role.SYSTEM_ADMINISTRATOR}
    assert scope_of(user).holds("organizations.add_user", [city.pk])
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", "weak")
    with pytest.raises(CommandError):
        call_command("create_administrator", "lin", role=Role.SECURITY_ADMINISTRATOR)
    assert not User.objects.filter(username="lin").exists()
