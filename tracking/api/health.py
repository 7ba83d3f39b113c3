"""GET /api/tracking/health, POST …/probes."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tracking import health, health_page
from tracking.health_serializers import HealthSerializer, WindowSerializer
from tracking.models import WebhookEndpoint
from tracking.probes import asking
from tracking.probes.serializers import ProbesSerializer, ProbeWishSerializer


class HealthView(APIView):
    """Widget Tracking Health."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="tracking_health", parameters=[WindowSerializer], responses=HealthSerializer)
    def get(self, request: ApiRequest) -> Response:
        """How webhooks fared in the last 15 minutes, 24 hours or 7 days. Tests don't count, replays do."""
        asked = WindowSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        tenant = request.auth.tenant
        measured = health.measure(tenant.pk, asked.validated_data["window"], timezone.now())
        lately = health.lately(tenant.pk, measured)
        warning = {"title": health.WARNING, "attempts": lately.attempts, "failures": lately.failures}
        shown = {
            "window": measured.window,
            "since": measured.start,
            "warning": warning if lately.is_high else None,
            "total": measured.whole,
            "event_types": measured.types,
            "endpoints": measured.endpoints,
            "recent_failures": health.recent_failures(tenant.pk, measured),
            "probes": health_page.probes(tenant, measured),
        }
        return Response(HealthSerializer(shown).data)


class ProbesView(APIView):
    """Looks at endpoints."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="probe_webhooks", request=ProbeWishSerializer, responses={202: ProbesSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Probe one endpoint or all: a rightly signed `webhook.test`, then a forged one. `GET` shows what was found.

        None begins of an endpoint that is being probed right now or was within 10 seconds. It counts in no statistics.
        """
        given = ProbeWishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        tenant = request.auth.tenant
        if endpoint_id := given.validated_data.get("endpoint_id"):
            endpoint = get_object_or_404(WebhookEndpoint.objects.for_tenant(tenant), pk=endpoint_id)
            begun = asking.ask(tenant.pk, [endpoint.pk], by=request.auth.place)
        else:
            begun = asking.ask_all(tenant.pk, by=request.auth.place)
        measured = health.measure(tenant.pk, "24h", timezone.now())
        shown = {"begun": begun, "probes": health_page.probes(tenant, measured)}
        return Response(ProbesSerializer(shown).data, status=status.HTTP_202_ACCEPTED)
