"""The administration of incidents: rules that staff edit, and incidents and whistles for reading."""

from incidents.admin import calendar, categories, incidents, limits, rules, verdicts, whistles

__all__ = ["calendar", "categories", "incidents", "limits", "rules", "verdicts", "whistles"]
