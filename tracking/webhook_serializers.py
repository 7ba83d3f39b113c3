"""Webhooks and their deliveries as the dashboard API shows and takes them (contract §4)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers

from tracking.models import Attempt, Delivery, WebhookEndpoint
from tracking.webhooks import EVENTS, check_address


def _address(url: str) -> None:
    try:
        check_address(url)
    except ValidationError as refused:
        raise serializers.ValidationError(refused.messages) from None


class EndpointSerializer(serializers.ModelSerializer[WebhookEndpoint]):
    """An endpoint. Its secret is shown when it is made and when it is rotated, and never again."""

    url = serializers.CharField(max_length=2048, validators=[_address])
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=[name for name, _ in EVENTS]),
        allow_empty=False,
        max_length=len(EVENTS),
        error_messages={"empty": "Choose at least one event."},
    )
    status = serializers.ChoiceField(
        choices=WebhookEndpoint.Status.choices, required=False, help_text="You can set `active` and `paused`."
    )
    disabled_reason = serializers.ChoiceField(
        choices=[("", "It isn’t disabled"), *WebhookEndpoint.Reason.choices], read_only=True
    )
    both_secrets_until = serializers.SerializerMethodField(help_text="How long the secret before this one signs too.")

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id", "url", "events", "description", "status", "created_at", "failing_since", "disabled_at",
            "disabled_reason", "both_secrets_until",
        ]  # fmt: skip
        read_only_fields = ["created_at", "failing_since", "disabled_at", "disabled_reason"]

    def get_both_secrets_until(self, endpoint: WebhookEndpoint) -> str | None:
        """Only while it is to come."""
        until = endpoint.overlaps_until
        return serializers.DateTimeField().to_representation(until) if until else None

    def validate_url(self, url: str) -> str:
        """In the one spelling that is called."""
        return check_address(url)

    def validate_status(self, status: str) -> str:
        """Nobody disables an endpoint but its own failures."""
        if status == WebhookEndpoint.Status.DISABLED and getattr(self.instance, "status", "") != status:
            raise serializers.ValidationError("Use `paused`: endpoints are disabled by their own failures.")
        return status


class NewEndpointSerializer(EndpointSerializer):
    """An endpoint with its secret, this once."""

    secret = serializers.CharField(read_only=True, help_text="Shown this once. Keep it where your server finds it.")

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]


class SecretSerializer(serializers.Serializer[Any]):
    """The new secret of an endpoint."""

    secret = serializers.CharField(help_text="Shown this once.")
    both_secrets_until = serializers.DateTimeField(help_text="Until then both secrets sign.")


class StepSerializer(serializers.Serializer[Any]):
    """A step of an exchange."""

    name = serializers.CharField()
    milliseconds = serializers.IntegerField(help_text="Since the beginning.")


class ExchangeSerializer(serializers.Serializer[Any]):
    """What went out, what came back, and how long it took."""

    arrived = serializers.BooleanField(source="answer.is_good")
    event_id = serializers.UUIDField()
    status_code = serializers.IntegerField(source="answer.status", allow_null=True)
    failure = serializers.CharField(source="answer.failure", help_text="Empty when it arrived.")
    error = serializers.CharField(source="answer.error")
    to_do = serializers.CharField(help_text="What the answer asks for; empty where it says that itself.")
    milliseconds = serializers.IntegerField()
    steps = serializers.SerializerMethodField()
    certificate_until = serializers.DateTimeField(allow_null=True, help_text="When the server's certificate ends.")
    request_headers = serializers.DictField(child=serializers.CharField())
    request_body = serializers.CharField()
    response_headers = serializers.DictField(child=serializers.CharField())
    response_body = serializers.CharField(help_text="Its first kilobyte, redacted.")

    def get_steps(self, exchange: Any) -> list[dict[str, Any]]:
        """Named, in order."""
        return [{"name": name, "milliseconds": milliseconds} for name, milliseconds in exchange.steps]


class SinceSerializer(serializers.Serializer[Any]):
    """From when on to send everything again."""

    since = serializers.DateTimeField()


class ReplayedSerializer(serializers.Serializer[Any]):
    """How many deliveries it was."""

    replayed = serializers.IntegerField()
    waiting = serializers.IntegerField(
        help_text="How many of them wait, for the endpoint is paused or disabled; they are sent once it is active."
    )


def replayed(count: int, endpoint: WebhookEndpoint) -> dict[str, int]:
    """What is said of so many that were replayed to one endpoint."""
    return {"replayed": count, "waiting": 0 if endpoint.is_active else count}


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One try; error and response are redacted."""

    class Meta:
        model = Attempt
        fields = ["number", "started_at", "duration_ms", "status_code", "failure", "error", "response"]


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One event for one endpoint."""

    webhook_id = serializers.UUIDField(source="event_id", help_text="The `webhook-id` header of every try.")
    endpoint_id = serializers.UUIDField()
    endpoint_host = serializers.CharField(source="endpoint.host")
    next_try_at = serializers.SerializerMethodField()
    request_id = serializers.CharField(source="event.request_id", help_text="Of the request that caused the event.")
    log = AttemptSerializer(many=True)

    class Meta:
        model = Delivery
        fields = [
            "id", "webhook_id", "event_type", "is_test", "endpoint_id", "endpoint_host", "state", "attempts",
            "next_try_at", "created_at", "finished_at", "request_id", "log",
        ]  # fmt: skip

    def get_next_try_at(self, delivery: Delivery) -> str | None:
        """Only while there is one to come."""
        waits = delivery.state == Delivery.State.PENDING
        return serializers.DateTimeField().to_representation(delivery.due_at) if waits else None


class DeliveryFilterSerializer(serializers.Serializer[Any]):
    """Which deliveries are asked for."""

    endpoint_id = serializers.UUIDField(required=False)
    event_type = serializers.CharField(max_length=64, required=False)
    state = serializers.ChoiceField(choices=Delivery.State.choices, required=False)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
