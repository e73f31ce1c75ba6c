"""Asks every incident that people or an import filed during a drill for what must hold of any incident.

Run as a process of its own, with the drill's environment; prints the broken promises as JSON.
"""

import json
import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import connection

    from tests.lifecycle.invariants import broken

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM incidents_incident EXCEPT SELECT id FROM before_drill")
        filed = [row[0] for row in cursor.fetchall()]
    sys.stdout.write(json.dumps({"asked": len(filed), "problems": broken(filed)[:20]}))
