"""Fills the database of an import drill and starts an import nobody works on; run as a process of its own."""

import json
import sys
from pathlib import Path

import django
from django.core.management import call_command

ROWS = 12_000
CHUNK_ROWS = 500

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    folder = Path(sys.argv[1])

    from core.actor import Actor
    from organizations.choices import Role
    from organizations.models import Membership
    from residents.services import imports
    from tests.benchmarks.city import Size, load_city
    from tests.benchmarks.import_residents import load_buildings
    from tests.residents.tables import write_table

    load_city(Size(0.001))
    made = write_table(folder / "people.csv", load_buildings(400), ROWS)
    (folder / "bad.json").write_text(json.dumps(sorted(made.bad)))
    post = Membership.objects.select_related("user").filter(role=Role.CITY_GRID_OFFICE)[0]
    imports.CHUNK_ROWS = CHUNK_ROWS
    with (folder / "people.csv").open("rb") as stream:
        job = imports.import_take(actor=Actor.of(post.user), file_name="people.csv", stream=stream)
    imports.import_start(actor=Actor.of(post.user), job_id=job.pk, mapping=job.mapping)
