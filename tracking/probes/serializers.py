"""Probes as the dashboard API shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from tracking.probes.reports import Report

NAME_HELP = "Its description or host; its address where another is called the same."


class ProbeVerdictSerializer(serializers.Serializer[Any]):
    """One thing that can be wrong with an endpoint."""

    state = serializers.ChoiceField(source="state_name", choices=["good", "warn", "bad", "unknown"])
    title = serializers.CharField()
    why = serializers.CharField(help_text="What was found.")
    to_do = serializers.CharField(help_text="What to do; empty when there is nothing.")


class ProbeSerializer(serializers.Serializer[Any]):
    """What the last probe of an endpoint has found."""

    endpoint_id = serializers.UUIDField(source="endpoint.pk")
    endpoint_host = serializers.CharField(source="endpoint.host")
    endpoint_name = serializers.CharField(source="endpoint.name", help_text=NAME_HELP)
    running = serializers.BooleanField(source="is_running", help_text="A result is still to come.")
    asked_by = serializers.SerializerMethodField(
        help_text="`person`, `token` or `warning`; null where none was asked for."
    )
    checked_at = serializers.DateTimeField(source="probe.checked_at", allow_null=True, default=None)
    outdated = serializers.BooleanField(source="is_outdated", help_text="Address or secret have changed since.")
    reachability = ProbeVerdictSerializer(allow_null=True, help_text="Is it reached?")
    signature = ProbeVerdictSerializer(allow_null=True, help_text="Does it tell our signature from a forged one?")
    response_time = ProbeVerdictSerializer(allow_null=True, help_text="Does it answer in time?")

    def get_asked_by(self, report: Report) -> str | None:
        """Who has asked for it."""
        if report.probe is None:
            return None
        if report.probe.by_warning:
            return "warning"
        return "token" if report.probe.asked_by_token else "person"


class ProbesSerializer(serializers.Serializer[Any]):
    """Of every endpoint, the worst first."""

    begun = serializers.IntegerField(help_text="How many begin now.")
    probes = ProbeSerializer(many=True)


class ProbeWishSerializer(serializers.Serializer[Any]):
    """Which endpoint to probe."""

    endpoint_id = serializers.UUIDField(required=False, allow_null=True, help_text="All of them when it is left out.")
