"""Two companies known by name, acme and globex, and the platform's own staff."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from assistants.models import Assistant
from conversations.models import Conversation
from tenants import credentials
from tenants.models import Membership, Role, Tenant, User
from tests import factories


@dataclass(frozen=True)
class Company:
    """A tenant with one person of each role, an assistant and a conversation."""

    tenant: Tenant
    owner: Membership
    admin: Membership
    manager: Membership
    agent: Membership
    assistant: Assistant
    conversation: Conversation

    def member(self, role: Role | str) -> Membership:
        """The person who has this role."""
        return {m.role: m for m in (self.owner, self.admin, self.manager, self.agent)}[Role(role)]


@dataclass(frozen=True)
class World:
    """Everything there is before a test begins."""

    acme: Company
    globex: Company
    staff: User


def make_company(name: str) -> Company:
    """A company whose people are called `<role>@<name>.example`."""
    tenant = factories.make_tenant(name.title())
    people = {
        role.value: factories.make_member(
            tenant, role, email=f"{role}@{name}.example", name=f"{role.label} of {name.title()}"
        )
        for role in Role
    }
    return Company(
        tenant=tenant,
        owner=people["owner"],
        admin=people["admin"],
        manager=people["manager"],
        agent=people["agent"],
        assistant=factories.make_assistant(tenant, f"{name.title()}’s assistant"),
        conversation=factories.make_conversation(tenant, said=f"Hello {name.title()}"),
    )


def make_world() -> World:
    """Both companies, and a platform admin who belongs to neither."""
    staff = factories.make_user("staff@platform.example", name="Platform staff", is_staff=True, is_superuser=True)
    return World(acme=make_company("acme"), globex=make_company("globex"), staff=staff)


def signed_in(who: Membership | User) -> Client:
    """A browser in which this person has signed in, looking at their tenant."""
    client = Client()
    user = who.user if isinstance(who, Membership) else who
    client.force_login(user)
    if isinstance(who, Membership):
        session = client.session
        session["tenant_id"] = str(who.tenant_id)
        session.save()
    return client


def bearer(who: Membership) -> dict[str, str]:
    """The header with which this member calls the dashboard API: `client.get(url, headers=bearer(acme.owner))`."""
    return {"Authorization": f"Bearer {credentials.issue_access(who)}"}
