"""Four processes insert and move organisations at the same time; the tree stays sound."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.core.management import call_command
from django.db import connection

from core import tree
from organizations.models import Organization
from tests.factories.organizations import make_city, make_street

OPERATIONS = 100
PROCESSES = 4
WORKER = """
import random, sys
import django
django.setup()
from core.actor import SYSTEM
from organizations.models import Organization
from organizations.services import organization_create, organization_move

number, operations = int(sys.argv[1]), int(sys.argv[2])
choose = random.Random(number)
streets = list(Organization.objects.filter(kind="street").values_list("pk", flat=True))
mine = []
for step in range(operations):
    if step % 2 == 0 or not mine:
        made = organization_create(
            actor=SYSTEM, code=f"7{number}{step:010d}", name=f"{number}-{step}", kind="community",
            parent_id=choose.choice(streets),
        )
        mine.append(made.pk)
    else:
        organization_move(actor=SYSTEM, organization_id=choose.choice(mine), parent_id=choose.choice(streets))
"""


@pytest.mark.django_db(transaction=True)
def test_tree_stays_sound_under_four_writers():
    city = make_city()
    streets = [make_street(city) for _ in range(3)]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(number), str(OPERATIONS)],
            env=os.environ | {"DATABASE_URL": urlunsplit(address)},
            cwd=Path(__file__).resolve().parents[2],
            stderr=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    errors = [worker.communicate(timeout=60)[1].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * PROCESSES, errors
    assert Organization.objects.filter(kind="community").count() == PROCESSES * OPERATIONS // 2
    assert tree.find_damage(Organization) == []
    call_command("check_tree")
    before = bounds()
    tree.rebuild(Organization)
    assert bounds() == before
    assert {node.parent_id for node in Organization.objects.filter(kind="community")} <= {
        s.pk for s in streets
    }


def bounds():
    return list(Organization.objects.order_by("pk").values_list("pk", "tree_id", "lft", "rght", "level"))
