"""What the dashboard API takes in about conversations (contract §4)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from conversations.forms import MAX_CLIENT_ID, clean_reply
from conversations.models import Conversation


class Text(serializers.CharField):
    """A JSON string; a number or a truth value isn't one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ReplyIn(serializers.Serializer[Any]):
    """A person's reply."""

    message = Text(trim_whitespace=False, allow_blank=True)
    client_id = Text(max_length=MAX_CLIENT_ID, required=False, allow_blank=True, default="")

    def validate_message(self, text: str) -> str:
        return clean_reply(text)


class ChangesIn(serializers.Serializer[Any]):
    """What of a conversation a person may change; what isn't named stays."""

    status = serializers.ChoiceField(choices=Conversation.Status.choices, required=False)
    assigned_to = serializers.UUIDField(required=False, allow_null=True)
    ai_paused = serializers.BooleanField(required=False)


class ContactOut(serializers.Serializer[Any]):
    """Who the visitor is, as far as they said."""

    name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    company = serializers.CharField()


class ConversationOut(serializers.Serializer[Any]):
    """The shape of `payloads.conversation_payload`, for the schema."""

    id = serializers.UUIDField()
    channel = serializers.CharField()
    status = serializers.CharField()
    contact_data = ContactOut()
    started_at = serializers.DateTimeField()
    last_message_at = serializers.DateTimeField()
    qualified = serializers.BooleanField()
    assigned_to = serializers.UUIDField(allow_null=True)
    needs_attention = serializers.BooleanField()
    unread = serializers.IntegerField()
    ai_paused = serializers.BooleanField()


class MessageOut(serializers.Serializer[Any]):
    """The shape of `payloads.message_payload`, for the schema."""

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    author = serializers.CharField()
    author_name = serializers.CharField()
    message = serializers.CharField()
    state = serializers.CharField()
    created_at = serializers.DateTimeField()
    metadata = serializers.DictField()


class ConversationPage(serializers.Serializer[Any]):
    """A part of the list of conversations."""

    conversations = ConversationOut(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class MessagePage(serializers.Serializer[Any]):
    """A part of a transcript."""

    messages = MessageOut(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class Posted(serializers.Serializer[Any]):
    """A reply that has been stored."""

    success = serializers.BooleanField()
    message_id = serializers.UUIDField()
