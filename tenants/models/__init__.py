"""Who owns what: people, tenants, their plan, their switches, and who changed them."""

from tenants.models.api_token import ApiToken
from tenants.models.audit import AuditEntry, Subject, Verb
from tenants.models.grain import Grain
from tenants.models.people import Invitation, Membership, Place, RefreshToken, Role, User
from tenants.models.tenant import Plan, Tenant, UsagePeriod

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Grain",
    "Invitation",
    "Membership",
    "Place",
    "Plan",
    "RefreshToken",
    "Role",
    "Subject",
    "Tenant",
    "UsagePeriod",
    "User",
    "Verb",
]
