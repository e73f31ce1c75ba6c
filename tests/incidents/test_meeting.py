"""Batch entry from a gathering: good rows filed once, bad rows stay with their reasons."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from core import clock
from incidents.forms.meeting import MOST_ROWS, pasted_rows
from incidents.models import Incident
from incidents.rules.vocabulary import Level, State
from tests.factories.incidents import GARBAGE, SmallCity, client_of

pytestmark = pytest.mark.django_db


def matter(**values: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "description": "楼道堆了杂物", "category": GARBAGE, **values}


def sheet(*rows: dict[str, Any], **values: Any) -> dict[str, Any]:
    data = {
        "name": "居民会议日",
        "held_on": clock.today().isoformat(),
        "kind": "meeting",
        "form-TOTAL_FORMS": len(rows),
        "form-INITIAL_FORMS": 0,
        **values,
    }
    for place, row in enumerate(rows):
        data |= {f"form-{place}-{name}": value for name, value in row.items()}
    return data


def test_good_rows_are_filed_with_day_and_name_and_empty_ones_left_out(city: SmallCity) -> None:
    rows = [matter(), {"key": str(uuid4())}, matter(description="路灯不亮", raised_by="王大爷")]
    response = client_of(city, "community_staff").post(reverse("meeting"), sheet(*rows, file="1"))
    assert response.status_code == 200
    first, second = Incident.objects.order_by("pk")
    assert first.origin_note == second.origin_note == f"{clock.today():%Y-%m-%d} 居民会议日"
    assert (first.channel, first.community_id) == ("meeting", city.communities[0].pk)
    # Whoever is named gets a code; a matter that nobody is named for has its writer as reporter.
    assert [bool(each.code) for each in response.context["filed"]] == [False, True]
    assert bool(second.lookup_digest) is True


def test_bad_rows_stay_with_reasons_and_good_ones_are_filed_once(city: SmallCity) -> None:
    client = client_of(city, "community_staff")
    bad = matter(category="", category_words="没有这种事")
    worse = matter(phone="不知道")
    data = sheet(matter(), bad, worse, matter(description=""), file="1")
    response = client.post(reverse("meeting"), data)
    assert response.status_code == 422
    assert Incident.objects.count() == 1
    left = response.context["rows"].forms
    assert [sorted(form.errors) for form in left] == [["category_words"], ["phone"], ["description"]]
    assert left[0]["category_words"].value() == "没有这种事"
    client.post(reverse("meeting"), data)
    assert Incident.objects.count() == 1


def test_the_unit_that_holds_the_meeting_settles_on_the_spot(city: SmallCity) -> None:
    row = matter(settled_note="当场协调物业清理完毕")
    client_of(city, "community_staff").post(reverse("meeting"), sheet(row, file="1"))
    incident = Incident.objects.get()
    assert (incident.state, incident.owner_level) == (State.CLOSED, Level.COMMUNITY)
    assert incident.owner_organization == city.communities[0]


def test_another_community_settles_nothing_here(city: SmallCity) -> None:
    row = matter(settled_note="好了", place=f"grid:{city.grids[2].pk}")
    response = client_of(city, "community_staff").post(reverse("meeting"), sheet(row, file="1"))
    assert response.status_code == 422
    assert Incident.objects.count() == 0


def test_more_rows_keep_what_is_written(city: SmallCity) -> None:
    row = matter()
    response = client_of(city, "community_staff").post(reverse("meeting"), sheet(row, {"key": ""}, add="1"))
    forms = response.context["rows"].forms
    assert len(forms) == 6
    assert (str(forms[0]["key"].value()), forms[0]["description"].value()) == (row["key"], row["description"])
    assert Incident.objects.count() == 0


def test_cells_of_a_spreadsheet_become_rows(city: SmallCity) -> None:
    cells = '事项\t类别\n楼道堆物\t暴露垃圾\t\t王大爷\t13805930001\n"路灯\n不亮"\t照明\n'
    assert pasted_rows(cells)[-1] == {"description": "路灯\n不亮", "category_words": "照明"}
    data = sheet({"key": str(uuid4())}, paste="1", cells=cells)
    response = client_of(city, "community_staff").post(reverse("meeting"), data)
    forms = response.context["rows"].forms
    assert [form["raised_by"].value() for form in forms[-2:]] == ["王大爷", None]


def test_too_many_pasted_rows_are_said(city: SmallCity) -> None:
    data = sheet(paste="1", cells="一件事\n" * (MOST_ROWS + 5))
    response = client_of(city, "community_staff").post(reverse("meeting"), data)
    assert response.context["too_many"] is True
    assert len(response.context["rows"].forms) == MOST_ROWS


@pytest.mark.parametrize(
    ("values", "field"), [({"name": ""}, "name"), ({"held_on": "2999-01-01"}, "held_on"), ({}, "__all__")]
)
def test_the_gathering_itself_is_checked(city: SmallCity, values: dict[str, str], field: str) -> None:
    rows = [] if field == "__all__" else [matter()]
    response = client_of(city, "community_staff").post(reverse("meeting"), sheet(*rows, file="1", **values))
    assert (response.status_code, list(response.context["gathering"].errors)) == (422, [field])
    assert Incident.objects.count() == 0


def test_who_may_not_report_has_no_such_page(city: SmallCity) -> None:
    assert client_of(city, "auditor").get(reverse("meeting")).status_code == 403
