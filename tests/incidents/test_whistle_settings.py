"""What streets and the city set about whistles: a street's own list, and which rates are pointed out."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.errors import Denied
from incidents.models import ProcedureRule, WhistleItem
from incidents.selectors.whistle_rates import whistle_rates
from incidents.services.rule_rows import rule_row_save
from organizations.models import Organization
from tests.factories.incidents import SmallCity, client_of, whistled

pytestmark = pytest.mark.django_db


def item_of(street: Organization | None, name: str) -> WhistleItem:
    return WhistleItem.objects.create(street=street, name=name, valid_from=date(2026, 1, 1))


def test_a_street_leader_writes_the_list_of_their_own_street_only(city: SmallCity) -> None:
    own, other = item_of(city.streets[0], "占道堆物"), item_of(city.streets[1], "油烟扰民")
    everyone = item_of(None, "毁绿种菜")
    leader = client_of(city, "street_leader")
    listed = leader.get(reverse("admin:incidents_whistleitem_changelist")).content.decode()
    assert [row.name in listed for row in (own, everyone, other)] == [True, True, False]
    form = {"name": "占道堆物和摆摊", "street": own.street_id, "valid_from": "2026-01-01", "is_active": "on"}

    def change(item: WhistleItem, **values: Any) -> int:
        address = reverse("admin:incidents_whistleitem_change", args=[item.pk])
        return leader.post(address, form | values).status_code

    assert change(own) == 302
    assert change(own, street=city.streets[1].pk) == change(own, street="") == 200
    assert change(everyone) == 403
    assert change(other) == 302  # not theirs to see: the administration leads back
    add = reverse("admin:incidents_whistleitem_add")
    assert leader.post(add, form | {"street": city.streets[1].pk}).status_code == 200
    assert leader.post(add, form | {"name": "噪音"}).status_code == 302
    assert list(WhistleItem.objects.order_by("pk").values_list("name", "street_id")) == [
        ("占道堆物和摆摊", own.street_id),
        ("油烟扰民", other.street_id),
        ("毁绿种菜", None),
        ("噪音", own.street_id),
    ]


@pytest.mark.parametrize("who", ["outsider_leader", "street_staff"])
def test_the_service_keeps_a_streets_list_to_its_leader(city: SmallCity, who: str) -> None:
    own = item_of(city.streets[0], "占道堆物")
    for street in city.streets:
        own.street = street
        with pytest.raises(Denied):
            rule_row_save(actor=city.actor(who), row=own)
    own.refresh_from_db()
    assert (own.street_id, own.edited_locally) == (city.streets[0].pk, False)


def test_the_city_sets_which_rates_are_pointed_out(city: SmallCity) -> None:
    whistled(city)
    today = clock.today()

    def standing() -> str:
        return str(whistle_rates(city["city_grid_office"], today, today)[0].standing)

    assert standing() == "too_few_cases"
    row = ProcedureRule.objects.get(code="whistle_enough")
    address = reverse("admin:incidents_procedurerule_change", args=[row.pk])
    answer = client_of(city, "city_grid_office").post(address, {"limit": "", "number": "1"})
    assert answer.status_code == 302
    assert standing() == "very_many"
    ProcedureRule.objects.filter(code="whistle_many").update(number=100)
    assert standing() == "usual"
