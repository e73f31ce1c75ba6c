"""The administration of residents: tables for reading; what changes, changes on the pages of the work."""

from residents.admin import visits

__all__ = ["visits"]
