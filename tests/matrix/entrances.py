"""Every entrance through which an incident might be seen; each answers with the names of those it shows."""

from collections.abc import Callable, Iterable
from typing import Any

from django.test import Client
from django.urls import reverse

from incidents.models import Incident
from incidents.rules.rates import RULES
from tests.matrix.world import World

Entrance = Callable[[World, Client], set[str]]
API = "/api/incidents/"
WORD = "垃圾"  # in every description of the world's incidents


def api_list(world: World, client: Client) -> set[str]:
    """Return what the API lists, open and closed, following its pages."""
    return _named(
        world, [*_api_numbers(client, f"{API}?page_size=3"), *_api_numbers(client, f"{API}?closed=true")]
    )


def api_detail(world: World, client: Client) -> set[str]:
    """Return what the API shows one by one."""
    return _found(world, client, lambda incident: f"{API}{incident.number}/")


def api_search(world: World, client: Client) -> set[str]:
    """Return what the API finds by a word that stands in every report, open and closed."""
    return _named(world, _api_numbers(client, f"{API}?q={WORD}"))


def board_list(world: World, client: Client) -> set[str]:
    """Return what the board lists, open and closed."""
    return _rows(world, client, [reverse("board"), f"{reverse('board')}?closed=1"])


def board_search(world: World, client: Client) -> set[str]:
    """Return what the board finds by that word."""
    return _rows(world, client, [f"{reverse('board')}?q={WORD}"])


def page_detail(world: World, client: Client) -> set[str]:
    """Return what has a page."""
    return _found(world, client, lambda incident: reverse("incident", args=[incident.number]))


def thumbnails(world: World, client: Client) -> set[str]:
    """Return whose small photos are served."""
    return _found(world, client, lambda incident: _photo_address(incident, "thumb"))


def photos(world: World, client: Client) -> set[str]:
    """Return whose photos are served in full."""
    return _found(world, client, lambda incident: _photo_address(incident, "full"))


def admin_list(world: World, client: Client) -> set[str]:
    """Return what the administration lists."""
    response = client.get(reverse("admin:incidents_incident_changelist"))
    return _named(world, _admin_numbers(response))


def admin_search(world: World, client: Client) -> set[str]:
    """Return what the administration finds by that word."""
    url = reverse("admin:incidents_incident_changelist")
    return _named(world, _admin_numbers(client.get(f"{url}?q={WORD}")))


def admin_detail(world: World, client: Client) -> set[str]:
    """Return what the administration shows one by one."""
    return _found(
        world, client, lambda incident: reverse("admin:incidents_incident_change", args=[incident.pk])
    )


def admin_history(world: World, client: Client) -> set[str]:
    """Return of what the administration shows who changed it there."""
    return _found(
        world, client, lambda incident: reverse("admin:incidents_incident_history", args=[incident.pk])
    )


def explained(world: World, client: Client) -> set[str]:
    """Return what is explained on a page of its own."""
    return _found(world, client, lambda incident: reverse("incident-why", args=[incident.number]))


def api_explained(world: World, client: Client) -> set[str]:
    """Return what the API explains."""
    return _found(world, client, lambda incident: f"{API}{incident.number}/explanation/")


def steps(world: World, client: Client) -> set[str]:
    """Return of what the API admits that it exists when a step is tried; an unknown step changes nothing."""
    shown = set()
    for what, incident in world.incidents.items():
        url = f"{API}{incident.number}/actions/close_unanswered/"
        if client.post(url, {}, content_type="application/json").json()["code"] not in _HIDDEN:
            shown.add(what)
    return shown


# Where every visible incident must stand, and nothing else.
EXACT: dict[str, Entrance] = {
    "API list": api_list,
    "API detail": api_detail,
    "API search": api_search,
    "API step": steps,
    "board": board_list,
    "board search": board_search,
    "page": page_detail,
    "thumbnail": thumbnails,
    "photo": photos,
    "why": explained,
    "API why": api_explained,
}
# The same, for those who may enter the administration and hold the permission; for the others, nothing.
ADMINISTRATION: dict[str, Entrance] = {
    "admin list": admin_list,
    "admin search": admin_search,
    "admin detail": admin_detail,
    "admin history": admin_history,
}


def work_lists(world: World, client: Client) -> set[str]:
    """Return what any other list shows, of the work or of figures; parts of what is visible."""
    home = client.get(reverse("work"))
    if home.status_code != 200:
        return set()
    parts = [chip.url for chip in home.context["chips"]]
    found = _rows(world, client, [reverse("work") + part for part in parts])
    for name in ("approvals", "ledger", "supervised", "forecast", "callbacks", "repeats", "figure-appeals"):
        found |= _of_rows(world, client, reverse(name))
    cases = reverse("figure-cases")
    found |= _rows(world, client, [f"{cases}?rate={rate}&part=assessed" for rate in RULES])
    for incident in world.incidents.values():
        for name in ("queue-panel", "callback"):
            found |= _of_rows(world, client, reverse(name, args=[incident.number]))
    if home.context["has_queue"]:
        found |= _rows(world, client, [reverse("queue") + part for part in parts])
    return found


def counted(client: Client) -> dict[str, int]:
    """Return how many incidents each entrance counts, open and closed together; 0 where it refuses."""
    totals = {"API count": 0, "API counts": 0, "board count": 0}
    for suffix in ("", "?closed=true"):
        page, figures = client.get(f"{API}{suffix}"), client.get(f"{API}counts/{suffix}")
        totals["API count"] += page.json()["count"] if page.status_code == 200 else 0
        totals["API counts"] += figures.json()["total"] if figures.status_code == 200 else 0
        board = client.get(f"{reverse('board')}{suffix}")
        totals["board count"] += board.context["total"].number if board.status_code == 200 else 0
    return totals


def screen_agrees(world: World, client: Client, visible: set[str]) -> bool:
    """Return whether the wall screen, where it opens at all, counts and names nothing but what is visible."""
    response = client.get(reverse("screen"))
    if response.status_code != 200:
        return True
    overview = response.context["overview"]
    named = [clock.incident.number for clock in overview.clocks]
    named += [event.incident.number for event, _colour in overview.events]
    open_ones = {what for what in visible if world.incidents[what].is_open}
    return overview.open.value == len(open_ones) and _named(world, named) <= visible


_HIDDEN = frozenset({"incident_missing", "not_authenticated"})


def _named(world: World, numbers: Iterable[str]) -> set[str]:
    names = {incident.number: what for what, incident in world.incidents.items()}
    return {names[number] for number in numbers}


def _api_numbers(client: Client, url: str | None) -> list[str]:
    found: list[str] = []
    while url:
        response = client.get(url)
        if response.status_code != 200:
            return []
        body = response.json()
        found += [row["number"] for row in body["results"]]
        url = body["next"]
    return found


def _rows(world: World, client: Client, addresses: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for address in addresses:
        response = client.get(address)
        if response.status_code == 200:
            found |= _named(world, [row.incident.number for row in response.context["rows"]])
    return found


def _of_rows(world: World, client: Client, address: str) -> set[str]:
    response = client.get(address)
    if response.status_code != 200:
        return set()
    numbers = {incident.number: what for what, incident in world.incidents.items()}
    page = response.content.decode()
    return {what for number, what in numbers.items() if number in page}


def _admin_numbers(response: Any) -> list[str]:
    return [row.number for row in response.context["cl"].queryset] if response.status_code == 200 else []


def _found(world: World, client: Client, address: Callable[[Incident], str]) -> set[str]:
    return {
        what for what, incident in world.incidents.items() if client.get(address(incident)).status_code == 200
    }


def _photo_address(incident: Incident, size: str) -> str:
    return reverse("photo", args=[incident.photos.get(purpose="report").pk, size])
