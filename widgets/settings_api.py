"""The widget's part of the dashboard API: settings, sites, tokens (contract §4)."""

from __future__ import annotations

import uuid
from typing import cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.api.paging import PageSerializer, page, page_of
from tenants.authentication import Access, HasRole
from tenants.models import Role, Tenant, User
from widgets import sites, tokens
from widgets.models import AllowedDomain, WidgetSettings, WidgetToken
from widgets.settings_serializers import (
    DomainSerializer,
    DomainsSerializer,
    IssuedSerializer,
    IssueSerializer,
    LabelSerializer,
    TokenSerializer,
    WidgetSettingsSerializer,
)


class AdminView(APIView):
    """For admins of the tenant that the token names."""

    permission_classes = [HasRole(Role.ADMIN)]

    @property
    def tenant(self) -> Tenant:
        return cast("Access", self.request.auth).tenant


class SettingsView(AdminView):
    """How the widget looks and behaves."""

    @extend_schema(operation_id="widget_settings", responses=WidgetSettingsSerializer)
    def get(self, request: Request) -> Response:
        return Response(WidgetSettingsSerializer(WidgetSettings.of(self.tenant)).data)

    @extend_schema(
        operation_id="widget_settings_change", request=WidgetSettingsSerializer, responses=WidgetSettingsSerializer
    )
    def patch(self, request: Request) -> Response:
        serializer = WidgetSettingsSerializer(WidgetSettings.of(self.tenant), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data)


class DomainsView(AdminView):
    """The sites on which the widget may stand; an empty list allows every site."""

    @extend_schema(operation_id="widget_domains", responses=DomainsSerializer)
    def get(self, request: Request) -> Response:
        rows = AllowedDomain.objects.for_tenant(self.tenant).order_by("domain")
        return Response({"domains": DomainSerializer(rows, many=True).data, "total": len(rows)})

    @extend_schema(operation_id="widget_domain_allow", request=DomainSerializer, responses={201: DomainSerializer})
    def post(self, request: Request) -> Response:
        serializer = DomainSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            row = sites.allow_domain(tenant=self.tenant, domain=serializer.validated_data["domain"])
        except sites.AlreadyListed:
            raise ValidationError({"domain": [sites.LISTED]}) from None
        except sites.ListFull:
            raise ValidationError({"domain": [sites.FULL]}) from None
        return Response(DomainSerializer(row).data, status=201)


class DomainView(AdminView):
    """One site of the list."""

    def _row(self, pk: uuid.UUID) -> AllowedDomain:
        return get_object_or_404(AllowedDomain.objects.for_tenant(self.tenant), pk=pk)

    @extend_schema(operation_id="widget_domain", responses=DomainSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(DomainSerializer(self._row(pk)).data)

    @extend_schema(operation_id="widget_domain_change", request=DomainSerializer, responses=DomainSerializer)
    def patch(self, request: Request, pk: uuid.UUID) -> Response:
        row = self._row(pk)
        serializer = DomainSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            sites.change_domain(row=row, domain=serializer.validated_data["domain"])
        except sites.AlreadyListed:
            raise ValidationError({"domain": [sites.LISTED]}) from None
        return Response(DomainSerializer(row).data)

    @extend_schema(operation_id="widget_domain_remove", responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        sites.remove_domain(self._row(pk))
        return Response(status=204)


class TokensView(AdminView):
    """The keys to the widget's door."""

    @extend_schema(
        operation_id="widget_tokens", parameters=[PageSerializer], responses=page_of("tokens", TokenSerializer)
    )
    def get(self, request: Request) -> Response:
        rows = WidgetToken.objects.for_tenant(self.tenant).newest_first()
        return Response(page(request, "tokens", rows, TokenSerializer))

    @extend_schema(operation_id="widget_token_issue", request=IssueSerializer, responses={201: IssuedSerializer})
    def post(self, request: Request) -> Response:
        serializer = IssueSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        by = request.user if isinstance(request.user, User) else None
        row, token = tokens.issue(
            tenant=self.tenant, label=serializer.validated_data["label"], lifetime=serializer.lifetime(), by=by
        )
        row.token = token  # type: ignore[attr-defined]  # shown this once
        return Response(IssuedSerializer(row).data, status=201)


class TokenView(AdminView):
    """One token."""

    def _row(self, pk: uuid.UUID) -> WidgetToken:
        return get_object_or_404(WidgetToken.objects.for_tenant(self.tenant), pk=pk)

    @extend_schema(operation_id="widget_token", responses=TokenSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        return Response(TokenSerializer(self._row(pk)).data)

    @extend_schema(operation_id="widget_token_rename", request=LabelSerializer, responses=TokenSerializer)
    def patch(self, request: Request, pk: uuid.UUID) -> Response:
        row = self._row(pk)
        serializer = LabelSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        tokens.rename(row, serializer.validated_data["label"])
        return Response(TokenSerializer(row).data)

    @extend_schema(operation_id="widget_token_revoke", responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        tokens.revoke(self._row(pk))
        return Response(status=204)
