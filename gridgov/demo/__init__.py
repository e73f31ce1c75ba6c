"""The demo city: real divisions and published figures, invented people, incidents played through the services.

Nothing here is a rule of the system; it only calls what staff and residents call.
"""
