"""The administration of incidents: rules that staff edit, and incidents and whistles for reading."""

from incidents.admin import (
    calendar,
    categories,
    duty,
    figures,
    incidents,
    ladders,
    limits,
    rule_sets,
    rules,
    verdicts,
    watching,
    whistles,
)

__all__ = [
    "calendar",
    "categories",
    "duty",
    "figures",
    "incidents",
    "ladders",
    "limits",
    "rule_sets",
    "rules",
    "verdicts",
    "watching",
    "whistles",
]
