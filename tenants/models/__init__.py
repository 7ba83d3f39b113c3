"""Who owns what: people, tenants, their plan, their switches, and who changed them."""

from tenants.models.audit import AuditEntry, Subject, Verb
from tenants.models.grain import Grain
from tenants.models.people import Invitation, Membership, RefreshToken, Role, User
from tenants.models.tenant import Plan, Tenant, UsagePeriod

__all__ = [
    "AuditEntry",
    "Grain",
    "Invitation",
    "Membership",
    "Plan",
    "RefreshToken",
    "Role",
    "Subject",
    "Tenant",
    "UsagePeriod",
    "User",
    "Verb",
]
