"""Signing in to the API: with a password, with a refresh token, or out of a signed-in page."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants import access, api_tokens, credentials
from tenants.api.refusals import TooManyTries
from tenants.authentication import FOR_PEOPLE, TokenRefused, bearer_of, refuse
from tenants.models import Membership, User
from tenants.tokens import TokenInvalid

TRIES, TRIES_SECONDS = 5, 300  # allauth's limit on failed tries for one address, said in our headers


class SignInSerializer(serializers.Serializer[Any]):
    """Who signs in, and to which company."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})
    otp = serializers.CharField(max_length=32, required=False, help_text="For accounts with a second factor.")
    tenant_id = serializers.UUIDField(required=False, help_text="Which company, for members of several.")


class RefreshSerializer(serializers.Serializer[Any]):
    """The refresh token of the last answer."""

    refresh = serializers.CharField(max_length=4096)


class AccessSerializer(serializers.Serializer[Any]):
    """An access token and what it is good for."""

    access = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    tenant_id = serializers.UUIDField()
    role = serializers.CharField()


class PairSerializer(AccessSerializer):
    """An access token, and the refresh token for the next one."""

    refresh = serializers.CharField()


def _about(membership: Membership) -> dict[str, Any]:
    return {
        "expires_in": int(settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
        "tenant_id": str(membership.tenant_id),
        "role": str(membership.role),
    }


class ForPeople(AllowAny):
    """Whoever signs in here: a token of the company's is used as it is, and gets no other."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if api_tokens.looks_like_one(bearer_of(request)):
            raise exceptions.PermissionDenied(FOR_PEOPLE)  # False would be 401 where nobody has signed in yet
        return True


class TokenView(APIView):
    """Sign in with e-mail address and password."""

    authentication_classes = ()
    permission_classes = (ForPeople,)

    @extend_schema(operation_id="sign_in", request=SignInSerializer, responses=PairSerializer)
    def post(self, request: Request) -> Response:
        """Exchange an e-mail address and a password for tokens."""
        given = SignInSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = _check_password(request, given.validated_data["email"], given.validated_data["password"])
        membership = _place(user, given.validated_data.get("tenant_id"))
        pair = credentials.issue_pair(membership)
        return Response({"access": pair.access, "refresh": pair.refresh, **_about(membership)})


class RefreshView(APIView):
    """Go on without a password."""

    authentication_classes = ()
    permission_classes = (ForPeople,)

    @extend_schema(operation_id="refresh", request=RefreshSerializer, responses=PairSerializer)
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for the next pair. Each works once; used twice, its whole family is revoked."""
        given = RefreshSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            pair = credentials.refresh(given.validated_data["refresh"])
        except TokenInvalid as problem:
            raise refuse(problem.code) from None
        return Response({"access": pair.access, "refresh": pair.refresh, **_about(pair.membership)})


class PageAuthentication(SessionAuthentication):
    """A signed-in page, with its CSRF token; anybody else gets a 401."""

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionView(APIView):
    """What a signed-in page calls the API and opens its socket with."""

    authentication_classes = (PageAuthentication,)
    permission_classes = (ForPeople,)

    @extend_schema(operation_id="session_token", request=None, responses=AccessSerializer)
    def post(self, request: Request) -> Response:
        """Exchange a signed-in page’s session cookie for a short-lived access token."""
        if not isinstance(request.user, User):
            raise refuse("token_missing")
        membership = access.find_membership(request.user, access.remembered_tenant(request))
        if membership is None:
            raise exceptions.PermissionDenied("You don't belong to any company.")
        return Response({"access": credentials.issue_access(membership), **_about(membership)})


def _check_password(request: Request, email: str, password: str) -> User:
    """The user, with the very limits on guessing that the sign-in page has."""
    try:
        user = get_adapter(request).authenticate(request, email=email.lower(), password=password)
    except ValidationError:
        raise TooManyTries(limit=TRIES, wait=TRIES_SECONDS) from None
    if not isinstance(user, User) or not user.is_active:
        raise TokenRefused("The e-mail address or the password is wrong.")
    return user


def _place(user: User, tenant_id: uuid.UUID | None) -> Membership:
    membership = access.find_membership(user, tenant_id)
    if membership is None and tenant_id is None and user.is_staff:
        raise exceptions.ValidationError({"tenant_id": ["Say which company: you belong to none yourself."]})
    if membership is None and tenant_id is None:
        raise exceptions.PermissionDenied("You don't belong to any company.")
    if membership is None or tenant_id not in (None, membership.tenant_id):
        raise exceptions.NotFound("You don't belong to a company with this id.")
    return membership
