"""The administration of incidents: rules that staff edit, and incidents and whistles for reading."""

from incidents.admin import calendar, categories, incidents, limits, rules, watching, whistles

__all__ = ["calendar", "categories", "incidents", "limits", "rules", "watching", "whistles"]
