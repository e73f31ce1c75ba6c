"""What the demo city has set for itself, as its staff would: a rule, what is secret, what is checked."""

from core import clock
from core.actor import SYSTEM
from gridgov.demo.cities import City
from incidents.models import Category, RoutingRule
from incidents.rules.vocabulary import Channel, Level
from incidents.services.rule_rows import rule_row_save
from incidents.services.rule_sets import ruleset_activate, ruleset_start
from incidents.services.rulebook import forget_rulebook
from organizations.choices import Role

SECRET = ("0705",)
SECRET_ROLES = (Role.CITY_GRID_OFFICE, Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_LEADER)
# The fire service asks for a second look at what blocks a stairway.
ALWAYS_CHECKED = ("0204",)


def settle(city: City) -> None:
    """Put the city's own rule into force as a second version, and edit some categories."""
    _own_rule(city)
    for category in Category.objects.filter(code__in=(*SECRET, *ALWAYS_CHECKED)):
        if category.code in SECRET:
            category.is_secret, category.secret_roles = True, [str(role) for role in SECRET_ROLES]
        else:
            category.check_percent = 100
        rule_row_save(actor=SYSTEM, row=category)
    # What follows is played in the same transaction and must go by these rules already.
    forget_rulebook()


def _own_rule(city: City) -> None:
    draft = ruleset_start(actor=SYSTEM, name="上级转办件先由社区受理")
    rule = RoutingRule(
        code="transferred-first",
        name="上级转办件由社区核实受理后再派单",
        order=15,
        channels=[str(Channel.TRANSFER)],
        owner_level=Level.GRID,
        needs_acceptance=True,
        valid_from=clock.today().replace(month=1, day=1),
    )
    rule_row_save(actor=SYSTEM, row=rule)
    note = f"{city.name}试行：转办件先核实、后派单，避免重复派单"
    ruleset_activate(actor=SYSTEM, rule_set_id=draft.pk, note=note, unsimulated=True)
