"""Pages about people, their company and the platform's switches."""

from __future__ import annotations

from django.urls import path

from tenants.views import audit, company, grain, invitation, people, profile, tokens, usage

app_name = "tenants"
urlpatterns = [
    path("switch", profile.switch, name="switch"),
    path("companies", profile.founding, name="founding"),
    path("settings/profile", profile.profile, name="profile"),
    path("settings/company", company.company, name="company"),
    path("settings/usage", usage.page, name="usage"),
    path("settings/usage/plan", usage.plan, name="plan"),
    path("settings/usage/overage", usage.overage, name="overage"),
    path("settings/people", people.people, name="people"),
    path("settings/people/<uuid:user_id>/role", people.role, name="role"),
    path("settings/people/<uuid:user_id>/removal", people.removal, name="removal"),
    path("settings/invitations/<uuid:invitation_id>/renewal", people.invitation_renewal, name="invitation-renewal"),
    path(
        "settings/invitations/<uuid:invitation_id>/withdrawal",
        people.invitation_withdrawal,
        name="invitation-withdrawal",
    ),
    path("settings/tokens", tokens.page, name="tokens"),
    path("settings/tokens/<uuid:api_token_id>/revocation", tokens.revocation, name="token-revocation"),
    path("settings/audit", audit.page, name="audit"),
    path("settings/audit/export.csv", audit.export, name="audit-export"),
    path("settings/grain", grain.page, name="grain"),
    path("settings/grain/<uuid:grain_id>/removal", grain.removal, name="grain-removal"),
    path("invitation/<uuid:invitation_id>/<str:secret>", invitation.invitation, name="invitation"),
]
