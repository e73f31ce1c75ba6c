"""A session lasts half an hour without a request, and is written once a minute, not with every page."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from tests.factories.staff_scene import make_scene

pytestmark = pytest.mark.django_db


def test_whoever_works_on_stays_signed_in_at_one_write_a_minute() -> None:
    client = Client()
    staff, start = make_scene().staff, clock.now()
    with clock.frozen_at(start):
        client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    written = []
    for second in (0, 1, 59, 60, 90, 121):
        with clock.frozen_at(start + timedelta(seconds=second)), CaptureQueriesContext(connection) as sent:
            response = client.get(reverse("work"))
        assert response.status_code == 200
        updates = [one for one in sent.captured_queries if one["sql"].startswith("UPDATE")]
        assert bool(updates) == (settings.SESSION_COOKIE_NAME in response.cookies)
        written.append(bool(updates))
    assert written == [False, False, False, True, False, True]
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE == 30 * 60


def test_a_visitor_without_a_session_gets_none() -> None:
    response = Client().get(reverse("home"))
    assert settings.SESSION_COOKIE_NAME not in response.cookies
