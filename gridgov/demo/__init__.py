"""The demo city: real divisions and published figures, invented people, incidents made by the services.

Nothing here is a rule of the system; it only calls what staff and residents call.
"""
