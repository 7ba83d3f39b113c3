"""What the platform's staff may look up about conversations. They change nothing here."""

from __future__ import annotations

from django.contrib import admin

from conversations.models import Contact, Conversation
from tenants.looking import ReadOnlyAdmin


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Which conversations there are and where they stand; not what was said in them."""

    list_display = ("id", "tenant", "status", "attention", "assigned_to", "started_at", "last_message_at")
    list_filter = ("status", "attention")
    list_select_related = ("tenant", "assigned_to")
    search_fields = ("=id", "=tenant__id", "=contact__email")
    fields = (
        ("id", "tenant", "contact", "channel", "status", "epoch", "ai_paused", "assistant_id", "assigned_to"),
        ("qualified", "attention", "attention_at", "unread", "page_url"),
        ("started_at", "last_message_at", "closed_at"),
    )


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Who wrote to whom."""

    list_display = ("id", "tenant", "name", "email", "created_at")
    list_select_related = ("tenant",)
    search_fields = ("=id", "=tenant__id", "=email")
