"""The administration of residents: files for reading, limits for editing."""

from residents.admin import care, mismatches, people, retention, visits

__all__ = ["care", "mismatches", "people", "retention", "visits"]
