"""The audit log: who changed what of a company's settings, when and from where. Rows are added, never changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Self

from django.db import models
from django.db.models.functions import Now

from tenants.ownership import TenantOwned, TenantOwnedQuerySet

KEPT: Final = timedelta(days=400)
"""How long an entry stays; a rule of the database (migration 0007) holds everybody to it."""


class Subject(models.TextChoices):
    """What can be changed; the first half of a verb."""

    COMPANY = "company", "Company"
    PLAN = "plan", "Plan and usage"
    MEMBER = "member", "People"
    INVITATION = "invitation", "Invitations"
    ACCOUNT = "account", "Accounts"
    ASSISTANT = "assistant", "Assistants"
    ROUTING = "routing_rule", "Routing"
    SAFETY = "safety", "Safety"
    TOOL = "tool", "Tools"
    KNOWLEDGE = "knowledge", "Knowledge"
    PROVIDER_KEY = "provider_key", "AI keys"
    BUDGET = "budget", "AI budget"
    WIDGET = "widget", "Chat widget"
    DOMAIN = "domain", "Allowed domains"
    WIDGET_TOKEN = "widget_token", "Widget tokens"
    MAPPING = "mapping", "Tracking"
    QUALIFICATION = "qualification", "Qualification"
    WEBHOOK = "webhook", "Webhooks"
    CONVERSATION = "conversation", "Conversations"
    CONTACT = "contact", "Contacts"
    GRAIN = "grain", "Grain"
    API_TOKEN = "api_token", "API tokens"
    AUDIT = "audit", "Audit log"


class Verb(models.TextChoices):
    """All that is recorded: `<subject>.<what happened to it>`."""

    COMPANY_FOUNDED = "company.founded", "Company founded"
    COMPANY_CHANGED = "company.changed", "Company changed"
    PLAN_CHANGED = "plan.changed", "Plan or overage changed"
    MEMBER_JOINED = "member.joined", "Member joined"
    MEMBER_ADDED = "member.added", "Member added by staff"
    MEMBER_ROLE_CHANGED = "member.role_changed", "Role changed"
    MEMBER_REMOVED = "member.removed", "Member removed"
    MEMBER_LEFT = "member.left", "Member left"
    INVITATION_SENT = "invitation.sent", "Invitation sent"
    INVITATION_RENEWED = "invitation.renewed", "Invitation sent again"
    INVITATION_WITHDRAWN = "invitation.withdrawn", "Invitation withdrawn"
    ACCOUNT_PASSWORD_CHANGED = "account.password_changed", "Password changed"
    ACCOUNT_PASSWORD_RESET = "account.password_reset", "Password reset by e-mail"
    ACCOUNT_EMAIL_CHANGED = "account.email_changed", "Sign-in address changed"
    ACCOUNT_CHANGED = "account.changed", "Account changed by staff"
    ASSISTANT_CREATED = "assistant.created", "Assistant created"
    ASSISTANT_PUBLISHED = "assistant.published", "Assistant published"
    ASSISTANT_ARCHIVED = "assistant.archived", "Assistant archived"
    ASSISTANT_RESTORED = "assistant.restored", "Assistant restored"
    ASSISTANT_DELETED = "assistant.deleted", "Assistant deleted"
    ASSISTANT_DEFAULT_SET = "assistant.default_set", "Assistant made a default"
    ASSISTANT_DEFAULT_UNSET = "assistant.default_unset", "Assistant no longer a default"
    ASSISTANT_HANDOFF_CHANGED = "assistant.handoff_changed", "Handoff changed"
    ASSISTANT_TOOLS_CHANGED = "assistant.tools_changed", "Assistant’s tools changed"
    ASSISTANT_GATE_CHANGED = "assistant.gate_changed", "Publishing gate changed"
    ROUTING_CREATED = "routing_rule.created", "Routing rule created"
    ROUTING_CHANGED = "routing_rule.changed", "Routing rule changed"
    ROUTING_DELETED = "routing_rule.deleted", "Routing rule deleted"
    SAFETY_CHANGED = "safety.changed", "Safety policy changed"
    TOOL_CREATED = "tool.created", "Tool created"
    TOOL_CHANGED = "tool.changed", "Tool changed"
    TOOL_DELETED = "tool.deleted", "Tool deleted"
    KNOWLEDGE_ADDED = "knowledge.added", "Knowledge added"
    KNOWLEDGE_CHANGED = "knowledge.changed", "Knowledge changed"
    KNOWLEDGE_REMOVED = "knowledge.removed", "Knowledge removed"
    PROVIDER_KEY_ADDED = "provider_key.added", "AI key added"
    PROVIDER_KEY_CHANGED = "provider_key.changed", "AI key changed"
    PROVIDER_KEY_ROTATED = "provider_key.rotated", "AI key rotated"
    PROVIDER_KEY_REMOVED = "provider_key.removed", "AI key removed"
    BUDGET_CHANGED = "budget.changed", "AI budget changed"
    WIDGET_CHANGED = "widget.changed", "Chat widget changed"
    DOMAIN_ADDED = "domain.added", "Domain allowed"
    DOMAIN_CHANGED = "domain.changed", "Allowed domain changed"
    DOMAIN_REMOVED = "domain.removed", "Domain no longer allowed"
    WIDGET_TOKEN_ISSUED = "widget_token.issued", "Widget token issued"
    WIDGET_TOKEN_RENAMED = "widget_token.renamed", "Widget token renamed"
    WIDGET_TOKEN_REVOKED = "widget_token.revoked", "Widget token revoked"
    MAPPING_CHANGED = "mapping.changed", "Outcome mapping changed"
    QUALIFICATION_CHANGED = "qualification.changed", "Qualification changed"
    WEBHOOK_CREATED = "webhook.created", "Webhook endpoint created"
    WEBHOOK_CHANGED = "webhook.changed", "Webhook endpoint changed"
    WEBHOOK_PAUSED = "webhook.paused", "Webhook endpoint paused"
    WEBHOOK_RESUMED = "webhook.resumed", "Webhook endpoint resumed"
    WEBHOOK_DISABLED = "webhook.disabled", "Webhook endpoint disabled"
    WEBHOOK_ROTATED = "webhook.secret_rotated", "Webhook secret rotated"
    WEBHOOK_REPLAYED = "webhook.replayed", "Deliveries replayed"
    WEBHOOK_DELETED = "webhook.deleted", "Webhook endpoint deleted"
    CONVERSATION_EXPORTED = "conversation.exported", "Conversations exported"
    CONTACT_CREATED = "contact.created", "Contact added"
    CONTACT_CHANGED = "contact.changed", "Contact changed"
    CONTACT_MERGED = "contact.merged", "Contacts merged"
    CONTACT_RELEASED = "contact.address_released", "Contact’s other address released"
    CONTACT_DELETED = "contact.deleted", "Contact deleted"
    CONTACT_EXPORTED = "contact.exported", "Contacts exported"
    GRAIN_SET = "grain.set", "Grain set"
    GRAIN_REMOVED = "grain.removed", "Grain removed"
    API_TOKEN_ISSUED = "api_token.issued", "API token issued"
    API_TOKEN_RENAMED = "api_token.renamed", "API token renamed"
    API_TOKEN_REVOKED = "api_token.revoked", "API token revoked"
    AUDIT_EXPORTED = "audit.exported", "Audit log exported"

    @property
    def subject(self) -> Subject:
        return Subject(self.partition(".")[0])


def subjects() -> list[tuple[str, str]]:
    """The subjects as choices; named in the migration, so that another one needs none."""
    return Subject.choices


def verbs() -> list[tuple[str, str]]:
    """The verbs as choices, likewise."""
    return Verb.choices


class AuditEntryQuerySet(TenantOwnedQuerySet["AuditEntry"]):
    """The words that lists of entries are made of."""

    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")


class AuditEntry(TenantOwned):
    """One act. The database refuses to change it, and to delete it before its 400 days are over.

    Names are as they were then, because people, keys and endpoints go and what was done to them stays. What refers to
    others therefore carries no constraint; only with its company an entry goes.
    """

    class ActorKind(models.TextChoices):
        PERSON = "person", "Person"
        API = "api", "API token"
        STAFF = "staff", "Platform staff"
        SYSTEM = "system", "autochat"

    tenant = models.ForeignKey(  # type: ignore[assignment]  # a company's, or nobody's
        "tenants.Tenant",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        editable=False,
        help_text="Empty: it concerns the platform as a whole, and its staff alone see it.",
    )
    at = models.DateTimeField(db_default=Now())
    verb = models.CharField(max_length=48, choices=verbs)
    actor_kind = models.CharField(max_length=8, choices=ActorKind)
    actor = models.ForeignKey(
        "tenants.User", on_delete=models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    actor_token = models.ForeignKey(
        "tenants.ApiToken",
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,  # the one below serves
        related_name="+",
        help_text="The API token that acted, where no person did.",
    )
    actor_name = models.CharField(max_length=100)
    actor_email = models.CharField(max_length=254, blank=True)
    target_kind = models.CharField(max_length=24, choices=subjects)
    target_id = models.CharField(max_length=80, blank=True)
    target_name = models.CharField(max_length=100, blank=True)
    details = models.JSONField(
        default=dict, help_text="`changes`: old and new value by field, or none where they are nobody's business."
    )
    ip_address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=128, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="audit_entry_within_tenant")]
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="audit_entry_newest"),
            models.Index(fields=["tenant", "actor", "-at", "-id"], name="audit_entry_newest_of_actor"),
            models.Index(
                fields=["tenant", "actor_token", "-at", "-id"],
                name="audit_entry_newest_of_token",
                condition=models.Q(actor_token__isnull=False),
            ),
            models.Index(fields=["at"], name="audit_entry_age"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb}"
