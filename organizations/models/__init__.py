"""Users, the organisation tree, tier templates and dated memberships."""

from organizations.models.memberships import Membership
from organizations.models.organizations import Organization
from organizations.models.tiers import TierRule, TierTemplate
from organizations.models.users import User

__all__ = ["Membership", "Organization", "TierRule", "TierTemplate", "User"]
