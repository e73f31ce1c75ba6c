"""Load the reference data of every app."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from core.actor import SYSTEM
from incidents.services import reference as incidents_reference
from organizations.services import reference as organizations_reference
from residents.services import reference as residents_reference


class Command(BaseCommand):
    """Load templates, roles, departments, categories, limits, rules and the calendar; harmless to repeat."""

    help = "Load reference data: adds what is missing and keeps what has been edited here."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load organisations first, since rules name departments."""
        units = organizations_reference.load(actor=SYSTEM)
        self.stdout.write(
            _("Tier templates: %(templates)d, permissions: %(permissions)d, departments: %(departments)d.")
            % {
                "templates": units.templates,
                "permissions": units.permissions,
                "departments": units.departments,
            }
        )
        rows = incidents_reference.load(actor=SYSTEM)
        self.stdout.write(
            _(
                "Categories: %(categories)d, limits: %(limits)d, raising conditions: %(conditions)d, "
                "routing rules: %(rules)d, calendar days: %(days)d."
            )
            % {
                "categories": rows.categories,
                "limits": rows.limits,
                "conditions": rows.conditions,
                "rules": rows.rules,
                "days": rows.calendar_days,
            }
        )
        limits = residents_reference.load(actor=SYSTEM)
        self.stdout.write(_("Occupancy limits: %(limits)d.") % {"limits": limits})
        kinds = residents_reference.load_care_tags(actor=SYSTEM)
        self.stdout.write(_("Kinds of care tags: %(kinds)d.") % {"kinds": kinds})
        if rows.draft_waits:
            self.stdout.write(
                _("A draft of the rules waits in the administration to be checked and put into force.")
            )
        for year in rows.years_unknown:
            self.stdout.write(
                _("The holidays of %(year)d are not announced yet; plain weeks hold until you enter them.")
                % {"year": year}
            )
