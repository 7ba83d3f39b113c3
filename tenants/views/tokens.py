"""Settings → API tokens: what the company's own programs call the API with."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from tenants import api_tokens
from tenants.access import MemberRequest, role_required
from tenants.forms import ApiTokenForm
from tenants.models import ApiToken, Role

SHOWN, REVOKED_SHOWN = 200, 20
_CALL = """\
curl "{address}/api/conversations?status=open&limit=10" \\
  -H "Authorization: Bearer $AUTOCHAT_TOKEN\""""
_SET = """\
curl "{address}/api/conversations/CONVERSATION_ID/outcomes" \\
  -H "Authorization: Bearer $AUTOCHAT_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{{"event_type": "autochat.quote_requested.v1"}}'"""


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMIN)
def page(request: MemberRequest) -> HttpResponse:
    """The list, two queries beside the frame’s. Posting issues a token, which is on that answer and nowhere else."""
    form = ApiTokenForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    try:
        row, token = api_tokens.issue(
            by=request.membership,
            label=form.cleaned_data["label"],
            role=Role(form.cleaned_data["role"]),
            lifetime=form.lifetime(),
        )
    except api_tokens.LabelTaken as problem:
        form.add_error("label", problem)
    except (ValidationError, PermissionDenied) as problem:
        form.add_error(None, str(problem) if isinstance(problem, PermissionDenied) else problem)
    else:
        return _page(request, ApiTokenForm(), issued=row, token=token)
    return _page(request, form, status=422)


@require_POST
@role_required(Role.ADMIN)
def revocation(request: MemberRequest, api_token_id: uuid.UUID) -> HttpResponse:
    """Shut the door for a token."""
    row = get_object_or_404(ApiToken.objects.for_tenant(request.tenant), pk=api_token_id)
    if api_tokens.revoke(row):
        messages.success(request, f"“{row.label}” is revoked. Its next call is refused.")
    else:
        messages.info(request, f"“{row.label}” was revoked before.")
    return redirect("tenants:tokens")


@sensitive_variables("token")
def _page(
    request: MemberRequest, form: ApiTokenForm, *, issued: ApiToken | None = None, token: str = "", status: int = 200
) -> HttpResponse:
    tokens = ApiToken.objects.for_tenant(request.tenant).with_issuer()
    kept = list(tokens.kept().newest_first()[:SHOWN])
    context: dict[str, Any] = {
        "form": form,
        "fresh": ApiTokenForm(auto_id="issue_%s"),  # in the dialog, beside one that has errors
        "tokens": kept,
        "is_cut": len(kept) == SHOWN,
        "revoked": tokens.exclude(revoked_at=None).order_by("-revoked_at", "-id")[:REVOKED_SHOWN],
        "left": [row for row in kept if row.issuer_problem and not row.has_expired],
        "expiring": _expiring(kept),
        "issued": issued,
        "token": token,
        "calls": api_tokens.CALLS,
        "call": _CALL.format(address=settings.PUBLIC_URL),
        "set_outcome": _SET.format(address=settings.PUBLIC_URL),
    }
    return render(request, "tenants/tokens.html", context, status=status)


def _expiring(kept: list[ApiToken]) -> ApiToken | None:
    """The token in use that ends first, if it ends soon."""
    soon = [(row.expires_at, row) for row in kept if row.expires_at and row.expires_soon and row.last_used_at]
    return min(soon, key=lambda pair: pair[0], default=(None, None))[1]
