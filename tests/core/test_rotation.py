"""Keys and ciphers change under running work: nothing is lost, nothing stays under the old key."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.test import override_settings

from core.crypto import decrypt, encrypt
from core.rotation import rotate, values_left
from core.sealed import sealed_columns
from gridgov.checks import cipher_is_there
from residents.models import Person
from residents.sealing import open_document, open_phone, seal_phone
from tests.factories.grids import make_building, make_grid
from tests.factories.organizations import make_city, make_community, make_street
from tests.factories.residents import make_household, make_person

OLD = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NEW = "k2:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
BOTH = f"{NEW},{OLD}"
SM4 = {"FIELD_KEYS": BOTH, "FIELD_CIPHER": "sm4-gcm"}


def people(count: int) -> list[Person]:
    household = make_household(make_building(make_grid(make_community(make_street(make_city())))))
    return [make_person(household, phone=f"138{number:08d}", kinship="not_kin") for number in range(count)]


def test_every_sealed_column_of_the_project_is_registered():
    registered = {(model, each.column) for model, columns in sealed_columns() for each in columns}
    there = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name == "sealed" or field.name.endswith("_sealed")
    }
    assert registered == there


@pytest.mark.parametrize("text", ["1", "350921198005170018", "𠅤䶮·a"])
def test_both_ciphers_are_read_whatever_is_configured(text):
    with override_settings(FIELD_KEYS=OLD):
        aes = encrypt(text, field="f")
    with override_settings(**SM4):
        sm4 = encrypt(text, field="f")
        assert sm4.startswith("k2~sm4$")
        assert decrypt(aes, field="f") == decrypt(sm4, field="f") == text
        with pytest.raises(InvalidTag):
            decrypt(sm4, field="g")
        with pytest.raises(InvalidTag):
            decrypt(sm4[:-6] + "AAAA==", field="f")
    with override_settings(FIELD_KEYS=BOTH):
        assert decrypt(sm4, field="f") == text
        with pytest.raises(InvalidTag):
            decrypt(sm4.replace("~sm4", ""), field="f")


def test_an_unknown_cipher_is_a_system_check_error():
    with override_settings(FIELD_CIPHER="rot13"):
        assert [each.id for each in cipher_is_there(None)] == ["gridgov.E009"]
    with override_settings(FIELD_CIPHER="sm4-gcm"):
        assert cipher_is_there(None) == []


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", [{"FIELD_KEYS": BOTH}, SM4])
def test_everything_is_written_anew_and_the_old_key_can_go(wanted, capsys):
    with override_settings(FIELD_KEYS=OLD):
        before = [(each.pk, open_document(each), open_phone(each)) for each in people(5)]
        Person.objects.filter(pk=before[0][0]).update(phone_sealed="")
    with override_settings(**wanted):
        rotate(batch=2)
        call_command("rotate_keys")
        assert "0 rows" in capsys.readouterr().out
    with override_settings(**wanted | {"FIELD_KEYS": NEW}):
        after = [(each.pk, open_document(each), open_phone(each)) for each in Person.objects.order_by("pk")]
    assert after == [(*before[0][:2], ""), *before[1:]]


@pytest.mark.django_db
def test_a_lost_key_is_said():
    with override_settings(FIELD_KEYS=OLD):
        people(2)
    with override_settings(FIELD_KEYS=NEW), pytest.raises(CommandError, match="2 rows cannot be opened"):
        call_command("rotate_keys")


@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_go_on_while_keys_change():
    """One row is held by somebody else from before the run until its middle."""
    with override_settings(FIELD_KEYS=OLD):
        made = people(40)
    held, freed, over = threading.Event(), threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=made[0].pk)
            held.set()
            freed.wait(30)
        connections.close_all()

    def work(number: int) -> int:
        count = 0
        while not over.is_set():
            with transaction.atomic():
                person = Person.objects.select_for_update().get(pk=made[(number + count * 7) % 40].pk)
                assert open_phone(person) == f"138{made.index(person):08d}"
                person.phone_sealed = seal_phone(open_phone(person)).phone_sealed
                person.save(update_fields=["phone_sealed"])
            count += 1
        connections.close_all()
        return count

    with override_settings(FIELD_KEYS=BOTH), ThreadPoolExecutor(4) as pool:
        holder = pool.submit(hold)
        held.wait(30)
        workers = [pool.submit(work, number) for number in range(1, 3)]
        done = rotate(batch=5, progress=lambda _label, rows: freed.set() if rows else None)
        over.set()
        assert all(each.result() for each in workers)
        holder.result()
        left = sum(values_left(model, columns) for model, columns in sealed_columns())
    assert (done.unreadable, done.left, left) == (0, 0, 0)
    with override_settings(FIELD_KEYS=NEW):
        assert all(open_phone(each) and open_document(each) for each in Person.objects.all())
