"""Fills the database of a fault drill; run as a process of its own, with the drill's environment."""

import django
from django.core.management import call_command

INCIDENTS = 2_400

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    from tests.benchmarks.city import Size, load_city

    load_city(Size(0.02, all_incidents=INCIDENTS, open_incidents=INCIDENTS))
