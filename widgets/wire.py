"""What visitors' widgets are told, in the widget API's camelCase (contract §3)."""

from __future__ import annotations

from typing import Any

from assistants.models import Assistant
from conversations.models import Message
from conversations.payloads import iso
from widgets.models import WidgetSettings


def message_payload(message: Message) -> dict[str, Any]:
    """One line of the transcript, known to the visitor's client by the id that it gave itself."""
    by_visitor = message.author == Message.Author.VISITOR
    payload: dict[str, Any] = {
        "messageId": (by_visitor and message.client_id) or str(message.pk),
        "author": message.author,
        "authorName": "" if by_visitor else message.author_name,
        "message": message.body,
        "createdAt": iso(message.created_at),
    }
    if message.sources:
        payload["sources"] = message.sources
    if message.metadata.get("stopped"):
        payload["stopped"] = True
    return payload


def config_payload(settings: WidgetSettings, assistant: Assistant | None, *, tracks: bool) -> dict[str, Any]:
    """All that a widget asks before it shows itself; `assistant` is the one that greets."""
    return {
        "name": settings.name or settings.tenant.name,
        "assistantId": str(assistant.pk) if assistant else None,
        "widget": {
            "primaryColor": settings.primary_color,
            "position": settings.position,
            "theme": settings.theme,
            "greetingMessage": settings.greeting_message or (assistant.greeting if assistant else ""),
            "avatarUrl": settings.avatar_url or None,
            "headerLogoUrl": settings.header_logo_url or None,
            "headerWordmarkUrl": settings.header_wordmark_url or None,
            "showBranding": settings.show_branding,
            "locale": settings.locale,
        },
        "prechat": {"required": settings.prechat_required},
        "proactive": [],
        "availability": {"online": True, "hours": None, "awayMessage": settings.away_message or None},
        "tracking": {"enabled": tracks},
    }
