"""`create_administrator USERNAME`: the first people of an installation, who let the others in."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import SYSTEM
from core.errors import DomainError
from organizations.choices import SEPARATED_ROLES, Role
from organizations.models import Organization
from organizations.services import membership_grant, user_create


class Command(BaseCommand):
    """Asks for the password, or reads it from ADMINISTRATOR_PASSWORD where nobody sits at the terminal."""

    help = "Open the account of a system administrator, security administrator or auditor of the city."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare who, and which of the three."""
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="full name")
        parser.add_argument("--role", choices=sorted(SEPARATED_ROLES), default=Role.SYSTEM_ADMINISTRATOR)
        parser.add_argument("--city", default="", metavar="CODE", help="needed only where there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account and its role, or neither."""
        roots = Organization.objects.filter(parent=None)
        cities = list(roots.filter(code=options["city"]) if options["city"] else roots[:2])
        if len(cities) != 1:
            raise CommandError(_("Import the city's divisions first, or name the city with --city CODE."))
        password = os.environ.get("ADMINISTRATOR_PASSWORD") or getpass(_("Password: "))
        try:
            with transaction.atomic():
                user = user_create(
                    actor=SYSTEM,
                    username=options["username"],
                    full_name=options["name"],
                    password=password,
                )
                membership_grant(actor=SYSTEM, user=user, organization=cities[0], role=options["role"])
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(_("%(name)s can sign in now.") % {"name": user.username})
