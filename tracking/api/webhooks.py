"""GET and POST /api/webhooks; GET, PATCH and DELETE /api/webhooks/{id}; POST …/rotate, …/test, …/replay."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.paging import PageSerializer, page, page_of
from tenants.api.preconditions import IF_MATCH, PreconditionFailed, etag_of, is_conditional
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tracking import pinging, webhooks
from tracking.models import WebhookEndpoint
from tracking.models.webhook import WebhookEndpointQuerySet
from tracking.webhook_serializers import (
    EndpointSerializer,
    ExchangeSerializer,
    NewEndpointSerializer,
    ReplayedSerializer,
    SecretSerializer,
    SinceSerializer,
    replayed,
)


class EndpointsView(APIView):
    """Where the tenant's own servers are told."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_webhooks", parameters=[PageSerializer], responses=page_of("webhooks", EndpointSerializer)
    )
    def get(self, request: ApiRequest) -> Response:
        """List the endpoints; their secrets are in none."""
        return Response(page(request, "webhooks", _endpoints(request).in_order(), EndpointSerializer))

    @extend_schema(operation_id="add_webhook", request=EndpointSerializer, responses={201: NewEndpointSerializer})
    def post(self, request: ApiRequest) -> Response:
        """Make an endpoint. The answer has its secret, this once."""
        given = EndpointSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            endpoint, secret = webhooks.create_endpoint(tenant=request.auth.tenant, **given.validated_data)
        except ValidationError as refused:
            raise serializers.ValidationError({"url": refused.messages}) from None
        return _answer(endpoint, secret=secret)


class EndpointView(APIView):
    """One endpoint."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_webhook", responses=EndpointSerializer)
    def get(self, request: ApiRequest, endpoint_id: uuid.UUID) -> Response:
        """Show an endpoint."""
        return _answer(_endpoint(request, endpoint_id))

    @extend_schema(
        operation_id="change_webhook",
        parameters=[IF_MATCH],
        request=EndpointSerializer,
        responses=EndpointSerializer,
    )
    def patch(self, request: ApiRequest, endpoint_id: uuid.UUID) -> Response:
        """Change address, events or description; `status` pauses it or lets it go on."""
        endpoint = _endpoint(request, endpoint_id)
        instead_of = _seen(request, endpoint)
        given = EndpointSerializer(endpoint, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        try:
            webhooks.change_endpoint(endpoint, instead_of=instead_of, **given.validated_data)
        except webhooks.ChangedMeanwhile:
            raise PreconditionFailed from None
        return _answer(endpoint)

    @extend_schema(operation_id="delete_webhook", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: ApiRequest, endpoint_id: uuid.UUID) -> Response:
        """Delete an endpoint with its deliveries and their log."""
        endpoint = _endpoint(request, endpoint_id)
        try:
            webhooks.delete_endpoint(endpoint, instead_of=_seen(request, endpoint))
        except webhooks.ChangedMeanwhile:
            raise PreconditionFailed from None
        return Response(status=status.HTTP_204_NO_CONTENT)


class RotationView(APIView):
    """A new secret."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="rotate_webhook_secret", request=None, responses=SecretSerializer)
    def post(self, request: ApiRequest, endpoint_id: uuid.UUID) -> Response:
        """Replace the secret. For 24 hours the old one signs beside it."""
        endpoint = _endpoint(request, endpoint_id)
        secret = webhooks.rotate_secret(endpoint)
        return Response(SecretSerializer({"secret": secret, "both_secrets_until": endpoint.previous_until}).data)


class PingView(APIView):
    """A test."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="test_webhook", request=None, responses=ExchangeSerializer)
    def post(self, request: ApiRequest, endpoint_id: uuid.UUID) -> Response:
        """Send `webhook.test` now and show the exchange. It counts in no statistics. 429 within 10 s of the last."""
        try:
            exchange = pinging.ping(_endpoint(request, endpoint_id))
        except pinging.TestedLately:
            raise Throttled(pinging.PAUSE.total_seconds(), "A test was sent a moment ago.") from None
        return Response(ExchangeSerializer(exchange).data)


class ReplaySinceView(APIView):
    """Everything again."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="replay_webhooks_since", request=SinceSerializer, responses=ReplayedSerializer)
    def post(self, request: ApiRequest, endpoint_id: uuid.UUID) -> Response:
        """Send all of an endpoint's deliveries since a time again, each with the `webhook-id` it had."""
        endpoint = _endpoint(request, endpoint_id)
        given = SinceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(replayed(webhooks.replay_since(endpoint, given.validated_data["since"]), endpoint))


def _endpoints(request: ApiRequest) -> WebhookEndpointQuerySet:
    return WebhookEndpoint.objects.for_tenant(request.auth.tenant)


def _endpoint(request: ApiRequest, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    return get_object_or_404(_endpoints(request), pk=endpoint_id)


def _answer(endpoint: WebhookEndpoint, secret: str = "") -> Response:
    """The endpoint with its version; with its secret where it is new."""
    body, headers = EndpointSerializer(endpoint).data, {"ETag": etag_of(_version(endpoint))}
    if not secret:
        return Response(body, headers=headers)
    return Response(body | {"secret": secret}, status=status.HTTP_201_CREATED, headers=headers)


def _version(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What can be changed, by whomever: an endpoint that was disabled is another one, one that fails is the same."""
    return {name: getattr(endpoint, name) for name in ("url", "events", "description", "status")}


def _seen(request: ApiRequest, endpoint: WebhookEndpoint) -> dict[str, Any] | None:
    """What the endpoint must still be. Raises PreconditionFailed where it isn't now."""
    version = _version(endpoint)
    return version if is_conditional(request, etag_of(version)) else None
