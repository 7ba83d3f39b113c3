"""GET /api/tracking/deliveries, POST …/{id}/replay."""

from __future__ import annotations

import uuid

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.paging import PageSerializer, page, page_of
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tracking import deliveries, webhooks
from tracking.models import Delivery
from tracking.webhook_serializers import DeliveryFilterSerializer, DeliverySerializer, ReplayedSerializer, replayed


class DeliveriesView(APIView):
    """What was to be told, and how that went."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_deliveries",
        parameters=[DeliveryFilterSerializer, PageSerializer],
        responses=page_of("deliveries", DeliverySerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List deliveries, the newest first, each with its tries."""
        asked = DeliveryFilterSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = deliveries.search(request.auth.tenant.pk, asked.validated_data)
        return Response(page(request, "deliveries", deliveries.with_log(found), DeliverySerializer))


class ReplayView(APIView):
    """One delivery again."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="replay_delivery", request=None, responses=ReplayedSerializer)
    def post(self, request: ApiRequest, delivery_id: uuid.UUID) -> Response:
        """Send a delivery again, with the `webhook-id` it had; 0 while it is being sent right now."""
        found = Delivery.objects.for_tenant(request.auth.tenant).select_related("endpoint")
        delivery = get_object_or_404(found, pk=delivery_id)
        return Response(replayed(int(webhooks.replay(delivery)), delivery.endpoint))
