"""Starts real PostgreSQL and Redis where none is given, and runs the demo, tests and commands on them.

Owns processes and folders. Knows nothing of models: Django runs in child processes only, so that the servers
stand before the settings are read.
"""

from gridgov.launcher.services import Services, embedded_services

__all__ = ["Services", "embedded_services"]
