"""What the installation shows to strangers: metrics, the pages of the API, lock-outs, unsafe settings."""

import csv
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import AccessLog
from gridgov.checks import production_settings
from organizations.choices import Role
from organizations.divisions import Problem, Rejection
from organizations.management.commands.import_divisions import write_rejected
from organizations.models import User
from tests.factories.organizations import make_city, make_user


def test_metrics_in_production_need_the_token(settings: LazySettings) -> None:
    client = Client()
    settings.IS_PRODUCTION = True
    settings.METRICS_TOKEN = ""
    assert client.get(reverse("metrics")).status_code == 404
    assert client.get(reverse("metrics"), HTTP_AUTHORIZATION="Bearer ").status_code == 404
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get(reverse("metrics")).status_code == 404
    assert client.get(reverse("metrics"), HTTP_AUTHORIZATION="Bearer a-long-tokem").status_code == 404
    answer = client.get(reverse("metrics"), HTTP_AUTHORIZATION="Bearer a-long-token")
    assert (answer.status_code, b"python_info" in answer.content) == (200, True)


def test_api_documentation_has_no_script_that_the_policy_forbids() -> None:
    page = Client().get(reverse("api-docs"))
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    scripts = [part.split(">", 1) for part in page.content.decode().split("<script")[1:]]
    assert scripts
    for attributes, rest in scripts:
        assert "src=" in attributes or not rest.split("</script")[0].strip()


@pytest.mark.django_db
def test_wrong_guesses_behind_a_proxy_lock_out_the_guesser_and_nobody_else(settings: LazySettings) -> None:
    settings.BEHIND_PROXY = True
    settings.AXES_ENABLED = True
    user = User.objects.create_user("guess", password="Right-1234-right")
    client = Client()
    wrong = {"username": user.username, "password": "wrong"}
    for _attempt in range(6):
        answer = client.post(reverse("login"), wrong, HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.9")
    assert answer.status_code == 429
    right = {"username": user.username, "password": "Right-1234-right"}
    elsewhere = Client().post(reverse("login"), right, HTTP_X_FORWARDED_FOR="203.0.113.10")
    assert elsewhere.status_code == 302
    # What the guesser writes in front of the proxy's entry changes nothing.
    again = client.post(reverse("login"), right, HTTP_X_FORWARDED_FOR="9.9.9.9, 203.0.113.9")
    assert again.status_code == 429


def test_public_keys_and_weak_secrets_are_refused_in_production(settings: LazySettings) -> None:
    settings.IS_PRODUCTION = True
    settings.SECRET_KEY = "insecure-key-for-the-test-run-only-" + "0" * 32
    settings.FIELD_KEYS = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
    found = {message.id for message in production_settings(None)}
    assert {"gridgov.E001", "gridgov.E007"} <= found
    settings.FIELD_KEYS = "not a key"
    assert "gridgov.E007" in {message.id for message in production_settings(None)}


@pytest.mark.django_db
def test_auditor_reads_the_records_and_nobody_changes_them() -> None:
    city = make_city()
    auditor, administrator = make_user(Role.AUDITOR, city), make_user(Role.SYSTEM_ADMINISTRATOR, city)
    look = AccessLog.objects.create(
        user=administrator,
        subject_type="incident",
        subject_id=1,
        field="reporter",
        purpose="电话核实位置",
        at=clock.now(),
    )
    client = Client()
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    pages = ["/admin/core/accesslog/", f"/admin/core/accesslog/{look.pk}/change/", "/admin/admin/logentry/"]
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    assert "电话核实位置" in client.get(pages[0]).content.decode()
    assert client.post(pages[1], {"purpose": "别的"}).status_code == 403
    assert client.post(f"/admin/core/accesslog/{look.pk}/delete/", {"post": "yes"}).status_code == 403
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    assert {client.get(page).status_code for page in pages} == {403}


@pytest.mark.django_db
def test_json_nested_without_end_is_the_callers_error() -> None:
    client = Client()
    client.force_login(
        make_user(Role.CITY_GRID_OFFICE, make_city()), backend="django.contrib.auth.backends.ModelBackend"
    )
    answer = client.post("/api/incidents/", data='{"a":' * 50_000, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_refused_row_is_never_a_formula(own_data_dir: Path) -> None:
    target = own_data_dir / "rejected.csv"
    write_rejected(target, [Rejection(line=2, problem=next(iter(Problem)), text='=cmd|"/C calc"!A1,x')])
    assert "\n2," in target.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][2].startswith("'=")
