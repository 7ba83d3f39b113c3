"""Who owns what: people, tenants, their plan, their switches."""

from tenants.models.grain import Grain
from tenants.models.people import Invitation, Membership, RefreshToken, Role, User
from tenants.models.tenant import Plan, Tenant, UsagePeriod

__all__ = ["Grain", "Invitation", "Membership", "Plan", "RefreshToken", "Role", "Tenant", "UsagePeriod", "User"]
