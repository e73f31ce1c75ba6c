"""Unusual looking is told to the security administrator: once for each person, day and kind."""

from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from core import clock
from core.looks import log_looks
from core.models import Notification
from core.notifications import render
from organizations.choices import Role
from organizations.services.looks import access_log_check, looks_watch
from tests.core.test_access_log import fill, tamper
from tests.factories.organizations import make_city, make_user

pytestmark = pytest.mark.django_db
NOON = localtime().replace(hour=12, minute=0)


@pytest.fixture
def guard(settings):
    settings.UNUSUAL_LOOKS = {"many": 5, "denied": 2, "night": 3}
    return make_user(Role.SECURITY_ADMINISTRATOR, make_city())


def looks(user, count, **more):
    values = {"subject_type": "person", "fields": ["phone", "document"], "purpose": "核对"} | more
    log_looks(user.pk, subject_ids=range(count), **values)


def kinds():
    return sorted(Notification.objects.values_list("kind", flat=True))


def test_many_people_in_a_day_are_told_once(guard):
    curious, usual = make_user(full_name="好奇"), make_user()
    with clock.frozen_at(NOON):
        looks(curious, 6)
        looks(usual, 5)
        assert (looks_watch(), looks_watch()) == (1, 1)
    told = Notification.objects.get()
    assert (told.user, told.kind) == (guard, "looks_many")
    assert "好奇" in render(told)
    with clock.frozen_at(NOON + timedelta(days=1)):
        looks_watch()
        assert kinds() == ["looks_many"]
        looks(curious, 6)
        looks_watch()
    assert kinds() == ["looks_many"] * 2


@pytest.mark.parametrize("hour", [22, 23, 0, 5])
def test_looks_at_night_are_told(guard, hour):
    user = make_user()
    with clock.frozen_at(NOON.replace(hour=hour)):
        looks(user, 4)
        looks(user, 9, fields=["caller"])
        looks_watch()
    assert kinds() == ["looks_night"]


def test_refused_looks_are_told(guard):
    user = make_user()
    with clock.frozen_at(NOON):
        looks(user, 3, fields=["phone"], refused=True)
        looks_watch()
    assert kinds() == ["looks_denied"]


def test_a_broken_log_is_told(guard):
    fill(make_user())
    assert access_log_check().broken is None
    assert kinds() == []
    tamper("DELETE FROM core_accesslog WHERE sequence = 2")
    access_log_check()
    access_log_check()
    assert kinds() == ["access_log_broken"]
    assert "3" in render(Notification.objects.get())
