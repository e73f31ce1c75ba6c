"""Fills the database of a fault drill; run as a process of its own, with the drill's environment."""

import django
from django.core.management import call_command

INCIDENTS = 2_400

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    from tests.benchmarks.city import Size, load_city

    load_city(Size(0.02, all_incidents=INCIDENTS, open_incidents=INCIDENTS))

    from incidents.models import UnitCalendar, WorkShift

    # Everybody always at work: who is told must not depend on the hour at which the drill happens to run.
    UnitCalendar.objects.update_or_create(organization=None, defaults={"weekdays": list(range(7))})
    WorkShift.objects.all().delete()
    WorkShift.objects.bulk_create(
        WorkShift(weekday=weekday, starts_at="00:00", ends_at="23:59:59.999999") for weekday in range(7)
    )
