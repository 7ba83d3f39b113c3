"""Widget Tracking Health as the dashboard API shows it (contract §6)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tracking.health import WINDOWS
from tracking.models import Attempt
from tracking.probes.serializers import NAME_HELP, ProbeSerializer


class WindowSerializer(serializers.Serializer[Any]):
    """How far back to look."""

    window = serializers.ChoiceField(choices=list(WINDOWS), default="24h")


class FiguresSerializer(serializers.Serializer[Any]):
    """How webhooks fared."""

    attempts = serializers.IntegerField()
    failures = serializers.IntegerField()
    failure_rate = serializers.FloatField(source="rate", help_text="In percent.")
    p50_ms = serializers.IntegerField(source="p50", help_text="Within 5 % in the long windows.")
    p95_ms = serializers.IntegerField(source="p95", help_text="Within 5 % in the long windows.")


class TypeFiguresSerializer(FiguresSerializer):
    """Of one event type."""

    event_type = serializers.CharField()


class EndpointFiguresSerializer(FiguresSerializer):
    """Of one endpoint."""

    endpoint_id = serializers.UUIDField(source="endpoint.pk")
    endpoint_host = serializers.CharField(source="endpoint.host")
    endpoint_name = serializers.CharField(source="endpoint.name", help_text=NAME_HELP)


class RecentFailureSerializer(serializers.ModelSerializer[Attempt]):
    """A try that failed."""

    time = serializers.DateTimeField(source="started_at")
    delivery_id = serializers.UUIDField()
    endpoint_host = serializers.CharField(source="endpoint.host")
    endpoint_name = serializers.CharField(source="endpoint.name", help_text=NAME_HELP)
    attempt = serializers.IntegerField(source="number")
    request_id = serializers.CharField()

    class Meta:
        model = Attempt
        fields = [
            "time", "delivery_id", "event_type", "endpoint_host", "endpoint_name", "status_code", "failure", "error",
            "attempt", "request_id",
        ]  # fmt: skip


class WarningSerializer(serializers.Serializer[Any]):
    """Shown when in the last 15 minutes attempts ≥ 10 and failures ≥ 10 %."""

    title = serializers.CharField()
    attempts = serializers.IntegerField()
    failures = serializers.IntegerField()


class HealthSerializer(serializers.Serializer[Any]):
    """Widget Tracking Health."""

    window = serializers.CharField()
    since = serializers.DateTimeField(help_text="The long windows begin with a whole hour, or quarter of a day (UTC).")
    warning = WarningSerializer(allow_null=True)
    total = FiguresSerializer()
    event_types = TypeFiguresSerializer(many=True)
    endpoints = EndpointFiguresSerializer(many=True)
    recent_failures = RecentFailureSerializer(many=True)
    probes = ProbeSerializer(many=True, help_text="What the last probe of each endpoint has found.")
