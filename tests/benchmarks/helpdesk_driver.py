"""django-helpdesk at work: run by peers.py in an environment of its own, where nothing of this project is.

Fills a database with tickets that read like our incidents, then times its own pages and its own command, and
prints one JSON object. Django's settings are given here, as its documentation asks.
"""

import argparse
import json
import random
import statistics
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.urls import include, path

from tests.benchmarks import words

QUEUES, STAFF, DUE, CREATED, ROUNDS = 52, 30, 300, 60, 12
SEED = 20260302
urlpatterns: list[Any] = []


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser()
    for name in ("--host", "--port", "--user", "--password", "--dbname", "--question"):
        parser.add_argument(name, default="")
    for name in ("--tickets", "--open"):
        parser.add_argument(name, type=int, required=True)
    options = parser.parse_args()
    _configure(options)
    person = _fill(options.tickets, options.open)
    print(json.dumps({"version": _version(), **_measure(person, options.question)}))


def _configure(options: argparse.Namespace) -> None:
    contrib = ("admin", "auth", "contenttypes", "sessions", "sites", "messages", "humanize", "staticfiles")
    middleware = (
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    )
    processors = (
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    )
    settings.configure(
        SECRET_KEY="only-for-measuring",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        SITE_ID=1,
        USE_TZ=True,
        STATIC_URL="/static/",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        INSTALLED_APPS=[*(f"django.contrib.{name}" for name in contrib), "rest_framework", "helpdesk"],
        MIDDLEWARE=list(middleware),
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": list(processors)},
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": options.dbname,
                "HOST": options.host,
                "PORT": options.port,
                "USER": options.user,
                "PASSWORD": options.password,
                "CONN_MAX_AGE": None,
            }
        },
    )
    django.setup()
    urlpatterns.append(path("helpdesk/", include("helpdesk.urls", namespace="helpdesk")))
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate", verbosity=0)


def _fill(tickets: int, still_open: int) -> Any:
    models, auth = import_module("helpdesk.models"), import_module("django.contrib.auth.models")
    now = import_module("django.utils.timezone").now()
    people = [auth.User.objects.create(username=f"person{one}", is_staff=True) for one in range(STAFF)]
    queues = [models.Queue.objects.create(title=f"第{one}局", slug=f"d{one}") for one in range(QUEUES)]
    chance = random.Random(SEED)

    def ticket(number: int) -> Any:
        description, address = words.told(chance, number)
        is_open = number > tickets - still_open
        age = timedelta(hours=chance.random() * 48) if is_open else timedelta(days=2 + chance.random() * 1093)
        return models.Ticket(
            title=address,
            description=description,
            queue=chance.choice(queues),
            created=now - age,
            modified=now - age,
            assigned_to=chance.choice(people),
            status=models.Ticket.OPEN_STATUS if is_open else models.Ticket.CLOSED_STATUS,
            priority=number % 4 + 2,
            due_date=now - age + timedelta(days=3),
        )

    connection = import_module("django.db").connection
    fields = [field for field in models.Ticket._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {models.Ticket._meta.db_table} ({names}) FROM STDIN") as copy:
            for number in range(1, tickets + 1):
                one = ticket(number)
                given = [(field, field.pre_save(one, add=True)) for field in fields]
                copy.write_row([field.get_db_prep_save(value, connection) for field, value in given])
        cursor.execute("VACUUM ANALYZE")
    return people[0]


def _measure(person: Any, question: str) -> dict[str, Any]:
    client = import_module("django.test").Client()
    client.force_login(person)
    urls = import_module("django.urls")
    listed = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "sortreverse": True}
    searched = {"search_string": question, "sorting": "created", "sortreverse": True}

    def table(query: dict[str, Any]) -> str:
        encoded = b64encode(json.dumps(query).encode()).decode()
        found: str = urls.reverse("helpdesk:datatables_ticket_list", args=[encoded])
        return f"{found}?draw=1&start=0&length=25"

    def pages(*addresses: str) -> float:
        return _median_ms(lambda: [_get(client, address) for address in addresses])

    page, dashboard = urls.reverse("helpdesk:list"), urls.reverse("helpdesk:dashboard")
    return {
        "list": pages(page, table(listed)),
        "search": pages(f"{page}?q=1", table(searched)),
        "dashboard": pages(dashboard),
        "create": _create(client, urls.reverse("helpdesk:submit")),
        "escalation": _escalate(),
    }


def _create(client: Any, address: str) -> float:
    """Return tickets per second through the create view, each by its own request."""
    models = import_module("helpdesk.models")
    queue = models.Queue.objects.first()
    form = {
        "queue": queue.pk,
        "title": "路灯不亮",
        "body": "路灯不亮，已三天，请尽快派人查看。",
        "priority": 3,
    }
    before = models.Ticket.objects.count()
    times = []
    for _number in range(CREATED):
        began = time.perf_counter()
        client.post(address, form)
        times.append(time.perf_counter() - began)
    if models.Ticket.objects.count() != before + CREATED:
        raise SystemExit("the create view did not create")
    return round(1 / statistics.median(times), 1)


def _escalate() -> float:
    """Return tickets per second through the escalation command, of so many that are due."""
    models = import_module("helpdesk.models")
    due = models.Queue.objects.create(title="到期", slug="due", escalate_days=1)
    long_ago = import_module("django.utils.timezone").now() - timedelta(days=9)
    chosen = list(models.Ticket.objects.filter(status=1).values_list("pk", flat=True)[:DUE])
    models.Ticket.objects.filter(pk__in=chosen).update(
        queue=due, created=long_ago, last_escalation=None, priority=3
    )
    began = time.perf_counter()
    call_command("escalate_tickets")
    taken = time.perf_counter() - began
    if models.Ticket.objects.filter(queue=due, last_escalation=None).exists():
        raise SystemExit("not all tickets were escalated")
    return round(len(chosen) / taken, 1)


def _median_ms(work: Callable[[], object]) -> float:
    times = []
    for _round in range(ROUNDS + 2):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(times[2:]), 1)


def _get(client: Any, address: str) -> None:
    response = client.get(address, follow=True)
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}")


def _version() -> str:
    found: str = import_module("importlib.metadata").version("django-helpdesk")
    return found


if __name__ == "__main__":
    main()
