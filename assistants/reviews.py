"""What people decide about held replies: release, edit or discard; of two who decide at once, one does."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from assistants.models import Review
from conversations import held
from conversations.held import NotHeld
from conversations.services import ConversationClosed
from tenants.models import Place

__all__ = ["ConversationClosed", "NotHeld", "decide"]


@transaction.atomic
def decide(*, review: Review, by: Place, decision: Review.Decision, text: str = "") -> Review:
    """Carry out a decision; `text` is what goes out instead. Raises NotHeld and ConversationClosed."""
    _claim(review, by, decision)
    if decision == Review.Decision.DISCARD:
        held.discard(message=review.message, by=by)
    else:
        words = text if decision == Review.Decision.EDIT else review.drafted
        held.release(message=review.message, by=by, text=words)
    return review


def _claim(review: Review, by: Place, decision: Review.Decision) -> None:
    """One conditional UPDATE; it is undone with the rest when the decision can't be carried out."""
    undecided = Review.objects.for_tenant(review.tenant_id).waiting().filter(pk=review.pk)
    who = {"decided_by": by.person, "decided_by_token": by.token_label}
    if not undecided.update(decision=decision, decided_at=timezone.now(), **who):
        raise NotHeld
    review.decision, review.decided_by = decision, by.person
