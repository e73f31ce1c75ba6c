"""The administration of residents: files for reading, limits for editing."""

from residents.admin import mismatches, people, retention, visits

__all__ = ["mismatches", "people", "retention", "visits"]
