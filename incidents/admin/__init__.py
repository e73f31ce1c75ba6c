"""The administration of incidents: rules that staff edit, and incidents and whistles for reading."""

from incidents.admin import calendar, categories, incidents, limits, rule_sets, rules, whistles

__all__ = ["calendar", "categories", "incidents", "limits", "rule_sets", "rules", "whistles"]
