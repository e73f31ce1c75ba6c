"""Signing in, being locked out, the password, and the inbox."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import notifications
from core.models import Notification
from organizations.choices import Role
from tests.factories.organizations import make_city, make_street, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "Gridgov-2026"


@pytest.fixture
def user():
    return make_user(Role.STREET_STAFF, make_street(make_city()), username="chen", password=PASSWORD)


@pytest.fixture
def kind(monkeypatch):
    monkeypatch.setitem(notifications._renderers, "test", lambda params: f"消息 {params['n']}")
    return "test"


def write(user, kind, count):
    for number in range(count):
        notifications.notify(
            [user.pk], kind=kind, params={"n": number}, dedupe_key=str(number), url="/accounts/password/"
        )


def sign_in(client, password, **given):
    return client.post(reverse("login"), {"username": "chen", "password": password, **given})


def test_signing_in_leads_on_and_out_again(user, client):
    wrong = sign_in(client, "nonsense")
    assert wrong.status_code == 200
    assert "请输入一个正确的用户名和密码" in wrong.text
    inside = sign_in(client, PASSWORD, next="/inbox/")
    assert inside.headers["Location"] == "/inbox/"
    assert client.get("/inbox/").status_code == 200
    assert sign_in(client, PASSWORD, next="https://evil.example/").headers["Location"] == "/work/"
    client.post(reverse("logout"))
    assert client.get("/inbox/").headers["Location"].startswith("/accounts/login/")


def test_five_wrong_passwords_lock_the_door_and_say_so(user, client):
    answers = [sign_in(client, "nonsense") for _try in range(5)]
    assert answers[-1].status_code == 429
    assert "20 分钟" in answers[-1].text
    assert sign_in(client, PASSWORD).status_code == 429


def test_the_own_password_is_changed_under_the_rules(user, client):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("password_change")
    weak = {"old_password": PASSWORD, "new_password1": "12345678", "new_password2": "12345678"}
    assert client.post(address, weak).status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    strong = {"old_password": PASSWORD, "new_password1": "Other-2027", "new_password2": "Other-2027"}
    assert client.post(address, strong).status_code == 302
    user.refresh_from_db()
    assert user.check_password("Other-2027")


def test_the_inbox_pages_and_marks_as_read(user, client, kind):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "暂无消息" in client.get("/inbox/").text
    write(user, kind, 30)
    first = client.get("/inbox/")
    assert "消息 29" in first.text
    assert "消息 4<" not in first.text
    second = client.get("/inbox/" + first.context["older_url"])
    assert [row.text for row in second.context["messages_shown"]] == [f"消息 {n}" for n in (4, 3, 2, 1, 0)]
    up_to = first.context["newest_id"]
    notifications.notify([user.pk], kind=kind, params={"n": 99}, dedupe_key="late")
    client.post("/inbox/read/", {"up_to": up_to})
    assert notifications.unread_count(user.pk) == 1
    assert client.post("/inbox/read/", {"up_to": "9" * 30}).status_code == 302


def test_opening_a_message_leads_on_and_only_ones_own(user, client, kind):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    write(user, kind, 1)
    message = Notification.objects.get()
    assert client.get(f"/inbox/{message.pk}/").headers["Location"] == "/accounts/password/"
    message.refresh_from_db()
    assert message.read_at is not None
    Notification.objects.update(url="//evil.example/")
    assert client.get(f"/inbox/{message.pk}/").headers["Location"] == "/inbox/"
    client.force_login(make_user(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/inbox/{message.pk}/").status_code == 404


def test_the_inbox_costs_the_same_for_one_message_and_many(user, client, kind, django_assert_num_queries):
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    write(user, kind, 1)
    client.get("/inbox/")
    with CaptureQueriesContext(connection) as one:
        client.get("/inbox/")
    write(user, kind, 50)
    with django_assert_num_queries(len(one)):
        client.get("/inbox/")
