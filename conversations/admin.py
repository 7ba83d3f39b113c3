"""What the platform's staff may look up about conversations. They change nothing here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from conversations.models import Contact, Conversation

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # generic for the type checker only


class ReadOnlyAdmin(ModelAdmin):
    """For looking, not for changing: what customers said stays as they said it."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnlyAdmin):
    """Which conversations there are and where they stand; not what was said in them."""

    list_display = ("id", "tenant", "status", "attention", "assigned_to", "started_at", "last_message_at")
    list_filter = ("status", "attention")
    list_select_related = ("tenant", "assigned_to")
    search_fields = ("=id", "=tenant__id", "=contact__email")
    ordering = ("-id",)
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
    ordering = ("-id",)
