"""Keyset pages lose no row and show none twice, however close rows lie in time."""

from datetime import timedelta

import pytest

from core import clock
from core.keyset import paginate
from core.models import Notification
from tests.factories.organizations import make_user

ORDER = ("-created_at", "-id")


@pytest.mark.django_db
@pytest.mark.parametrize("step", [timedelta(0), timedelta(microseconds=1), timedelta(milliseconds=1)])
def test_walking_all_pages_shows_every_row_once_and_back_again(step):
    user, start = make_user(), clock.now()
    Notification.objects.bulk_create(
        Notification(user=user, kind="k", dedupe_key=str(number), created_at=start + number * step)
        for number in range(23)
    )
    expected = list(Notification.objects.order_by(*ORDER).values_list("pk", flat=True))
    page = paginate(Notification.objects.all(), order=ORDER, cursor="", size=5)
    seen = [row.pk for row in page.rows]
    while page.older:
        page = paginate(Notification.objects.all(), order=ORDER, cursor=page.older, size=5)
        seen += [row.pk for row in page.rows]
    assert seen == expected
    back = [row.pk for row in page.rows]
    while page.newer:
        page = paginate(Notification.objects.all(), order=ORDER, cursor=page.newer, size=5)
        back = [row.pk for row in page.rows] + back
    assert back == expected


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["nonsense", "WyJvbGRlciJd:1abc:xyz", "\x00"])
def test_a_forged_cursor_begins_at_the_beginning(cursor):
    assert paginate(Notification.objects.all(), order=ORDER, cursor=cursor).newer == ""
