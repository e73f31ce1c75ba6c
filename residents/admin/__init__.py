"""The administration of residents: files, visits and needs for reading, limits for editing."""

from residents.admin import mismatches, people, requests, retention, visits

__all__ = ["mismatches", "people", "requests", "retention", "visits"]
