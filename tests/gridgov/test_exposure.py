"""What the installation shows to strangers: metrics, the pages of the API, lock-outs, unsafe settings."""

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from gridgov.checks import production_settings
from organizations.models import User


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
