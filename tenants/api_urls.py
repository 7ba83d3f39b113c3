"""The dashboard API about people: signing in, colleagues, invitations, usage, switches."""

from __future__ import annotations

from django.urls import path

from tenants.api import audit, auth, grain, people, tokens, usage

app_name = "tenants_api"
urlpatterns = [
    path("auth/token", auth.TokenView.as_view(), name="token"),
    path("auth/refresh", auth.RefreshView.as_view(), name="refresh"),
    path("auth/session", auth.SessionView.as_view(), name="session"),
    path("users", people.UsersView.as_view(), name="users"),
    path("users/<uuid:user_id>", people.UserView.as_view(), name="user"),
    path("invitations", people.InvitationsView.as_view(), name="invitations"),
    path("invitations/<uuid:invitation_id>", people.InvitationView.as_view(), name="invitation"),
    path("tokens", tokens.ApiTokensView.as_view(), name="tokens"),
    path("tokens/<uuid:api_token_id>", tokens.ApiTokenView.as_view(), name="api-token"),
    path("usage", usage.UsageView.as_view(), name="usage"),
    path("audit", audit.AuditView.as_view(), name="audit"),
    path("grain", grain.GrainView.as_view(), name="grain"),
    path("grain/<str:key>", grain.GrainKeyView.as_view(), name="grain-key"),
]
