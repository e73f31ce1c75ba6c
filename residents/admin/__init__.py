"""The administration of residents: files for reading, limits for editing."""

from residents.admin import mismatches, people, visits

__all__ = ["mismatches", "people", "visits"]
