"""Asks every incident that people or an import filed during a drill for what must hold of any incident.

Run as a process of its own, with the drill's environment; prints the broken promises as JSON.
"""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import connection

    from incidents.models import Incident
    from tests.lifecycle.invariants import problems_of

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM incidents_incident EXCEPT SELECT id FROM before_drill")
        filed = [row[0] for row in cursor.fetchall()]
    rows = Incident.objects.select_related("owner_organization", "category").filter(pk__in=filed)
    told = [f"{row.number}: {problem}" for row in rows.order_by("pk") for problem in problems_of(row)]
    sys.stdout.write(json.dumps({"asked": len(filed), "problems": told[:20]}))
