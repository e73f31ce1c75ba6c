"""The administration of residents: files for reading, limits for editing."""

from residents.admin import care, mismatches, people

__all__ = ["care", "mismatches", "people"]
