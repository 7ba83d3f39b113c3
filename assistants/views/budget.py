"""Page: what the assistants' models may cost in a month."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from assistants import budget, prices
from assistants.key_forms import BudgetForm
from assistants.models import ModelPrice
from tenants.access import MemberRequest, role_required
from tenants.models import Role


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def monthly(request: MemberRequest) -> HttpResponse:
    """Show what is spent and left, and change the limits."""
    standing = budget.standing(request.tenant)
    dollars = None if standing.dollars is None else f"{standing.dollars:.2f}"
    form = BudgetForm(request.POST or None, initial={"dollars": dollars, "tokens": standing.tokens})
    if request.method == "POST" and form.is_valid():
        budget.set_limits(request.tenant, **form.limits)
        messages.success(request, "The AI budget is saved.")
        return redirect("byok:budget")
    context = {
        "form": form,
        "standing": standing,
        "prices": [_shown(price) for price in ModelPrice.objects.order_by("name")],
        "unknown": prices.UNKNOWN,
    }
    return render(request, "assistants/budget.html", context, status=422 if form.errors else 200)


def _shown(price: ModelPrice) -> dict[str, str]:
    """A price without the noughts at its end."""
    return {
        "name": price.name,
        "input": f"{price.input_price.normalize():f}",
        "output": f"{price.output_price.normalize():f}",
    }
