"""Pages: where the tenant's own servers are told."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.access import MemberRequest, role_required
from tenants.models import Role
from tracking import examples, pinging, verifying, webhook_forms, webhooks
from tracking.deliveries import unfinished
from tracking.models import WebhookEndpoint
from tracking.models.webhook import tell_apart
from tracking.views import deliveries
from tracking.webhook_forms import EndpointForm, ReplayForm

_TO_SHOW = "webhook_secret_of"  # in the session: the endpoint whose next page shows its secret


@require_safe
@role_required(Role.ADMIN)
def endpoint_list(request: MemberRequest) -> HttpResponse:
    """Every endpoint, and the log of what was delivered."""
    endpoints = list(WebhookEndpoint.objects.for_tenant(request.tenant).in_order())
    tell_apart(endpoints)
    context = deliveries.log(request, endpoints)
    if request.headers.get("HX-Target") in ("deliveries", "delivery-rows"):
        return render(request, "tracking/_deliveries.html", context)
    counts = unfinished(request.tenant.pk)
    context["endpoints"] = [(endpoint, counts.get(endpoint.pk, {})) for endpoint in endpoints]
    context |= {"examples": examples.of(request.tenant), "snippets": verifying.SNIPPETS}
    return render(request, "tracking/webhooks.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_endpoint(request: MemberRequest) -> HttpResponse:
    """Add an endpoint; its secret is on the page that follows, this once."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, _ = webhooks.create_endpoint(tenant=request.tenant, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return _show_secret(request, endpoint)
    status = 422 if form.errors else 200
    return render(request, "tracking/webhook_new.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def one_endpoint(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """An endpoint: address, events, test, secret, replay, an end."""
    endpoint = _endpoint(request, endpoint_id)
    form = EndpointForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            webhooks.change_endpoint(endpoint, instead_of=form.instead_of(), **form.cleaned_data)
        except webhooks.ChangedMeanwhile as conflict:
            form.tell_changed(conflict.now)
            return _page(request, conflict.now, form, status=409)
        messages.success(request, f"{endpoint.name} is saved.")
        return redirect("webhooks:endpoint", endpoint.pk)
    secret = ""
    if form is None and request.session.get(_TO_SHOW) == str(endpoint.pk):
        del request.session[_TO_SHOW]
        secret = webhooks.secret_of(endpoint)
    return _page(request, endpoint, form, secret=secret)


@require_POST
@role_required(Role.ADMIN)
def rotation(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Give it another secret, which is on the page that follows, this once."""
    endpoint = _endpoint(request, endpoint_id)
    webhooks.rotate_secret(endpoint)
    return _show_secret(request, endpoint)


@require_POST
@role_required(Role.ADMIN)
def status(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Pause it, or let it go on."""
    endpoint = _endpoint(request, endpoint_id)
    goes_on = request.POST.get("status") == WebhookEndpoint.Status.ACTIVE
    webhooks.set_status(endpoint=endpoint, status="active" if goes_on else "paused")
    words = "goes on; what waited is on its way" if goes_on else "is paused; what happens waits for 14 days"
    messages.success(request, f"{endpoint.name} {words}.")
    return redirect("webhooks:endpoint", endpoint.pk)


@require_POST
@role_required(Role.ADMIN)
def test(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Send a test now and show the exchange."""
    endpoint = _endpoint(request, endpoint_id)
    is_htmx = request.headers.get("HX-Request") == "true"
    try:
        exchange = pinging.ping(endpoint)
    except pinging.TestedLately:
        if is_htmx:  # the last exchange stays where it is
            toast = {"text": pinging.TOO_SOON, "kind": "plain"}
            return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": toast})})
        messages.info(request, pinging.TOO_SOON)
        return redirect("webhooks:endpoint", endpoint.pk)
    if is_htmx:
        return render(request, "tracking/_exchange.html", {"exchange": exchange})
    return _page(request, endpoint, exchange=exchange)


@require_POST
@role_required(Role.ADMIN)
def replay_since(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Send everything since a time again."""
    endpoint = _endpoint(request, endpoint_id)
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _page(request, endpoint, replay=form)
    count = webhooks.replay_since(endpoint, form.cleaned_data["since"])
    messages.success(request, _say_replayed(count, endpoint))
    return redirect("webhooks:endpoint", endpoint.pk)


@require_POST
@role_required(Role.ADMIN)
def replay_failed(request: MemberRequest, endpoint_id: uuid.UUID | None = None) -> HttpResponse:
    """Send everything again that was given up, of one endpoint or all."""
    endpoint = _endpoint(request, endpoint_id) if endpoint_id else None
    messages.success(request, _say_replayed(webhooks.replay_failed(request.tenant.pk, endpoint), endpoint))
    query = f"?endpoint_id={endpoint.pk}#deliveries" if endpoint else ""
    return redirect(reverse("webhooks:endpoints") + query)


@require_POST
@role_required(Role.ADMIN)
def removal(request: MemberRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Delete it, with all that was to be delivered."""
    endpoint = _endpoint(request, endpoint_id)
    webhooks.delete_endpoint(endpoint)
    messages.success(request, f"{endpoint.name} is deleted.")
    return redirect("webhooks:endpoints")


def _show_secret(request: MemberRequest, endpoint: WebhookEndpoint) -> HttpResponse:
    """Go to its page, so that loading that again neither adds nor rotates once more."""
    request.session[_TO_SHOW] = str(endpoint.pk)
    return redirect("webhooks:endpoint", endpoint.pk)


def _say_replayed(count: int, endpoint: WebhookEndpoint | None) -> str:
    if not count:
        return "There is nothing to send again."
    if endpoint and not endpoint.is_active:
        return f"{count:,} {'delivery waits' if count == 1 else 'deliveries wait'} until {endpoint.name} goes on."
    return f"{count:,} {'delivery is' if count == 1 else 'deliveries are'} on the way again."


def _page(
    request: MemberRequest,
    endpoint: WebhookEndpoint,
    form: EndpointForm | None = None,
    *,
    secret: str = "",
    replay: ReplayForm | None = None,
    exchange: pinging.Exchange | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "endpoint": endpoint,
        "form": form or webhook_forms.of(endpoint),
        "secret": secret,
        "replay": replay or ReplayForm(),
        "exchange": exchange,
        "waiting": endpoint.deliveries.filter(state="pending", is_test=False).count(),
        "given_up": webhooks.given_up(endpoint.tenant_id, endpoint).count(),
    }
    is_wrong = status == 200 and ((form and form.errors) or (replay and replay.errors))
    return render(request, "tracking/webhook.html", context, status=422 if is_wrong else status)


def _endpoint(request: MemberRequest, endpoint_id: uuid.UUID) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.for_tenant(request.tenant), pk=endpoint_id)
