"""Search finds exactly what a naive reading of every row would, for whoever asks."""

import unicodedata
from collections.abc import Iterable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from grids.models import Building
from incidents.filters import IncidentFilter
from incidents.models import Incident, IncidentText, Participation
from incidents.rules.vocabulary import State
from incidents.rules.workflow import allowed_state_pairs
from incidents.selectors import search as searching
from incidents.selectors.search import plain, search
from organizations.models import User
from tests.factories.staff_scene import Scene, file_case, make_scene, to_department, whistled

pytestmark = pytest.mark.django_db
TEXTS = (
    "路灯不亮，晚上看不清路",
    "ＡＢＣ超市门口　ａ３栋路灯坏了",
    "3号楼2单元 漏水\n已三天",
    "50% off_ 'x' \\ & | ! :* 小广告",
    "灯",
    "尾字是犬",
)
QUESTIONS = (
    "灯",
    "路灯",
    "犬",
    "a3栋",
    "Ａ３",
    "abc超市",
    "漏水 单元",
    "2单元漏水",
    "%",
    "_ 'x'",
    "\\",
    "& |",
    ":*",
)


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def found(user: User, text: str) -> set[int]:
    return set(Incident.objects.visible_to(user).filter(search(text, user).rows).values_list("pk", flat=True))


def naive(user: User, text: str) -> set[int]:
    """Every word stands in description, address or building, or begins the number."""
    words = _spelt(text).split(" ")
    return {
        incident.pk
        for incident in Incident.objects.visible_to(user).select_related("building")
        if all(word in _searched(incident) for word in words)
        or (len(words) == 1 and len(text.strip()) >= 6 and incident.number.startswith(words[0]))
    }


def _searched(incident: Incident) -> str:
    building = incident.building.name if incident.building else ""
    return _spelt(f"{incident.description} {incident.address} {building}")


def _spelt(text: str) -> str:
    lowered = "".join(one.lower() if one.isascii() else one for one in unicodedata.normalize("NFKC", text))
    return " ".join(lowered.split())


def filed(scene: Scene, texts: Iterable[str]) -> list[Incident]:
    incidents = []
    for text in texts:
        incident = file_case(scene)
        incident.description = text
        incident.save(update_fields=["description"])
        incidents.append(incident)
    return incidents


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("common", [False, True])
def test_finds_what_a_naive_reading_finds(
    scene: Scene, question: str, common: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(scene, TEXTS)
    if common:  # every question is read along the list
        monkeypatch.setattr(searching, "_sorted_at_most", lambda _rows: -1)
    for user in (scene.staff, scene.officer, scene.worker, scene.community_staff):
        assert found(user, question) == naive(user, question)


WORDS = st.text(alphabet="路灯坏了aA3Ａ　 '%\\&|:*！", min_size=1, max_size=7)
# Rows fetched at once, rows left to a subquery, rows read along the list.
WAYS = {"fetched": {}, "subquery": {"MOST_FETCHED": 0}, "along": {"_sorted_at_most": lambda _rows: -1}}


@pytest.mark.parametrize("way", WAYS)
@given(texts=st.lists(WORDS, min_size=1, max_size=4), question=WORDS, analysed=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_way_finds_what_a_plain_scan_finds(
    scene: Scene, way: str, texts: list[str], question: str, analysed: bool
) -> None:
    filed(scene, texts)
    if analysed:  # with statistics a few pairs are chosen
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE incidents_incidenttext")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in WAYS[way].items():
            patch.setattr(searching, name, value)
        for user in (scene.staff, scene.officer, scene.office) if plain(question) else ():
            expected = naive(user, question)
            assert found(user, question) == expected
            total = IncidentFilter({"q": question}, user).total(Incident.objects.visible_to(user))
            assert total == (min(len(expected), 100), len(expected) > 100)


def test_a_place_of_another_street_is_not_read_along_the_list(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = file_case(scene)
    monkeypatch.setattr(searching, "_sorted_at_most", lambda _rows: 0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_incidenttext")
    own = search("松城街道", scene.staff)
    assert "exists" in str(own.rows).lower()
    assert found(scene.staff, "松城街道") == {incident.pk}
    assert "exists" not in str(search("松港街道", scene.staff).rows).lower()
    assert found(scene.staff, "松港街道") == set()


def test_finds_places_by_name_and_what_lies_below_them(scene: Scene) -> None:
    incident = file_case(scene)
    other = file_case(scene)
    Incident.objects.filter(pk=other.pk).update(community=None, street=None)
    for name in ("松城街道", "龙首社区", "龙首", "第一网格", "龙首社区 垃圾"):
        assert incident.pk in found(scene.office, name)
    assert found(scene.office, "松城街道") == {incident.pk}
    assert found(scene.office, "松港街道") == set()


def test_a_name_that_too_many_bear_is_none(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    file_case(scene)
    assert found(scene.office, "街道")
    monkeypatch.setattr(searching, "MOST_PLACES", 1)
    assert not found(scene.office, "街道")


def test_finds_numbers_by_their_beginning(scene: Scene) -> None:
    incident = file_case(scene)
    for asked in (incident.number, incident.number[:8], f" {incident.number} "):
        assert incident.pk in found(scene.staff, asked)
    assert incident.pk in found(scene.staff, "".join(chr(ord(one) + 0xFEE0) for one in incident.number))
    assert found(scene.staff, incident.number[:5]) == set()
    assert found(scene.other_staff, incident.number) == set()


@pytest.mark.parametrize("common", [False, True])
def test_finds_the_whole_number_of_another_system(
    scene: Scene, common: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = file_case(scene)
    other = "12345-Ab 7"
    Incident.objects.filter(pk=incident.pk).update(external_system="hotline", external_number=other)
    if common:
        monkeypatch.setattr(searching, "_sorted_at_most", lambda _rows: -1)
    full_width = "".join(one if one == " " else chr(ord(one) + 0xFEE0) for one in other)
    for asked in (other, f" {other} ", full_width):
        assert found(scene.staff, asked) == {incident.pk}
        assert IncidentFilter({"q": asked}, scene.staff).total(Incident.objects.all()).number == 1
    assert found(scene.staff, "12345") == set()
    assert found(scene.other_staff, other) == set()


def test_a_department_finds_what_it_takes_part_in(scene: Scene) -> None:
    assert found(scene.helper_officer, "消防通道") == set()
    theirs = whistled(scene)
    assert found(scene.helper_officer, "消防通道") == {theirs.pk}
    assert f"org:{scene.helper_department.pk}" in IncidentText.objects.get(pk=theirs.pk).units


def test_words_follow_the_incident_and_its_building(scene: Scene) -> None:
    incident = file_case(scene)
    building = Building.objects.create(grid=scene.grid, code="B1", name="太康花园８号楼")
    Incident.objects.filter(pk=incident.pk).update(building=building)
    assert found(scene.staff, "花园8号楼") == {incident.pk}
    building.name = "幸福里"
    building.save()
    assert (found(scene.staff, "花园8号楼"), found(scene.staff, "幸福里")) == (set(), {incident.pk})
    Incident.objects.filter(pk=incident.pk).update(description="井盖缺失", address="")
    assert (found(scene.staff, "太康"), found(scene.staff, "井盖")) == (set(), {incident.pk})


def test_the_list_and_its_count_say_the_same(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    filed(scene, [*TEXTS, *TEXTS])
    for sorted_at_most in (5_000, -1):
        monkeypatch.setattr(searching, "_sorted_at_most", lambda _rows, most=sorted_at_most: most)
        filters = IncidentFilter({"q": "路灯"}, scene.staff)
        seen = Incident.objects.visible_to(scene.staff)
        assert filters.apply(seen).count() == 4
        assert filters.total(seen) == (4, False)
        monkeypatch.setattr("incidents.filters.FINDS_COUNTED", 3)
        assert IncidentFilter({"q": "路灯"}, scene.staff).total(seen) == (3, True)
        monkeypatch.setattr("incidents.filters.FINDS_COUNTED", 100)


def test_what_is_common_is_told_from_what_is_rare_by_statistics(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(scene, ["路灯不亮"] * 30 + ["井盖缺失"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incidents_incidenttext")
    monkeypatch.setattr(searching, "_sorted_at_most", lambda _rows: 5)
    walked, sorted_first = search("路灯不", scene.staff), search("井盖", scene.staff)
    assert "exists" in str(walked.rows).lower()
    assert "exists" not in str(sorted_first.rows).lower()
    assert len(found(scene.staff, "路灯不")) == 30


def test_search_puts_the_newest_first(scene: Scene) -> None:
    for category in ("0202", "0302"):
        file_case(scene, category)
    client = Client()
    client.force_login(scene.staff, backend="django.contrib.auth.backends.ModelBackend")
    rows = client.get(reverse("board"), {"q": "垃圾"}).context["rows"]
    moments = [row.incident.reported_at for row in rows]
    assert len(moments) == 2
    assert moments == sorted(moments, reverse=True)


def test_a_departments_open_work_is_what_it_sees_and_is_open(scene: Scene) -> None:
    done, reopened, waiting = to_department(scene), to_department(scene), to_department(scene)
    file_case(scene)
    for incident in (done, reopened):
        move(incident, State.DISPATCHED, State.CLOSED)
    assert not Participation.objects.filter(incident=done, is_open=True).exists()
    move(reopened, State.CLOSED, State.RECTIFYING)
    for user in scene.people().values():
        by_index = set(Incident.objects.open_to(user).values_list("pk", flat=True))
        assert by_index == set(Incident.objects.visible_to(user).open().values_list("pk", flat=True))
    theirs = Incident.objects.open_to(scene.officer)
    assert {reopened.pk, waiting.pk} <= set(theirs.values_list("pk", flat=True))
    assert done.pk not in theirs.values_list("pk", flat=True)


def move(incident: Incident, start: State, target: State) -> None:
    """Take the row by raw updates along moves that the database allows."""
    ways = {start: [start]}
    for here in ways_from(start, ways):
        for source, after in allowed_state_pairs():
            if source == here and after not in ways:
                ways[after] = [*ways[here], after]
    for state in ways[target][1:]:
        Incident.objects.filter(pk=incident.pk).update(state=state, closed_at=clock.now())


def ways_from(start: State, ways: dict[State, list[State]]) -> Iterator[State]:
    """Yield every state that is reached, the nearest first, while `ways` grows."""
    waiting = [start]
    while waiting:
        yield (here := waiting.pop(0))
        waiting += [state for state in ways if ways[state][-2:-1] == [here]]
