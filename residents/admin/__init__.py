"""The administration of residents: files, visits and needs for reading, limits for editing."""

from residents.admin import care, mismatches, people, requests, retention, visits

__all__ = ["care", "mismatches", "people", "requests", "retention", "visits"]
