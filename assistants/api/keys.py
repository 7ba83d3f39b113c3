"""GET and POST /api/provider-keys; GET, PATCH and DELETE /api/provider-keys/{id}; POST …/test."""

from __future__ import annotations

import uuid

from asgiref.sync import async_to_sync
from django.db import connection
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import APIView

from assistants import roster
from assistants.key_checks import check_key
from assistants.keys import add_key
from assistants.models import ProviderKey
from assistants.serializers import KeyCheckSerializer, KeyTestSerializer, ProviderKeySerializer
from tenants.api.paging import PageSerializer, page, page_of
from tenants.authentication import ApiRequest, HasRole
from tenants.models import Role
from tenants.ownership import TenantOwnedQuerySet


class ProviderKeysView(APIView):
    """The tenant's own keys."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(
        operation_id="list_provider_keys",
        parameters=[PageSerializer],
        responses=page_of("provider_keys", ProviderKeySerializer),
    )
    def get(self, request: ApiRequest) -> Response:
        """List the keys, each by its last four characters."""
        keys = _keys(request).order_by("label", "id")
        return Response(page(request, "provider_keys", keys, ProviderKeySerializer))

    @extend_schema(
        operation_id="add_provider_key", request=ProviderKeySerializer, responses={201: ProviderKeySerializer}
    )
    def post(self, request: ApiRequest) -> Response:
        """Store a key. It is encrypted and never shown again."""
        given = ProviderKeySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        secret = given.validated_data.pop("key")
        key = roster.new_key(tenant=request.auth.tenant, secret=secret, **given.validated_data)
        add_key(key)
        return Response(ProviderKeySerializer(key).data, status=status.HTTP_201_CREATED)


class ProviderKeyView(APIView):
    """One key."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="get_provider_key", responses=ProviderKeySerializer)
    def get(self, request: ApiRequest, key_id: uuid.UUID) -> Response:
        """Show what is known of a key."""
        return Response(ProviderKeySerializer(get_object_or_404(_keys(request), pk=key_id)).data)

    @extend_schema(operation_id="change_provider_key", request=ProviderKeySerializer, responses=ProviderKeySerializer)
    def patch(self, request: ApiRequest, key_id: uuid.UUID) -> Response:
        """Rename a key, or put a new one in its place; the assistants that use it go on with the new one."""
        key = get_object_or_404(_keys(request), pk=key_id)
        given = ProviderKeySerializer(key, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        secret = given.validated_data.pop("key", "")
        roster.change_key(key=key, secret=secret, **given.validated_data)
        return Response(ProviderKeySerializer(key).data)

    @extend_schema(operation_id="delete_provider_key", responses={204: None})
    def delete(self, request: ApiRequest, key_id: uuid.UUID) -> Response:
        """Forget a key; assistants that used it go on with the platform's key, if there is one."""
        roster.remove_key(key=get_object_or_404(_keys(request), pk=key_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProviderKeyTestView(APIView):
    """Whether a key works."""

    permission_classes = (HasRole(Role.ADMIN),)

    @extend_schema(operation_id="test_provider_key", request=KeyTestSerializer, responses=KeyCheckSerializer)
    def post(self, request: ApiRequest, key_id: uuid.UUID) -> Response:
        """Make one real, tiny call with a stored key, or with one that may take its place. Nothing is changed."""
        key = get_object_or_404(_keys(request), pk=key_id)
        given = KeyTestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        if secret := given.validated_data.get("key"):
            key = roster.candidate_key(key=key, secret=secret)
        connection.close()  # nobody else waits for it while the provider answers
        check = async_to_sync(check_key)(key, model=given.validated_data["model"].strip())
        return Response(KeyCheckSerializer(check).data)


def _keys(request: ApiRequest) -> TenantOwnedQuerySet[ProviderKey]:
    return ProviderKey.objects.for_tenant(request.auth.tenant)
