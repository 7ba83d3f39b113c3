"""P8, B4: the delivery log: what is found in it, what one delivery shows, and what is sent again."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tests.reading import text_of
from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import RATED, make_signed_endpoint, tell, url
from tracking.models import Attempt, Delivery


def test_p08_the_log_is_filtered_and_shows_each_try(admin, acme, globex):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in", events=[RATED, "message.created"])
    make_signed_endpoint(globex.tenant, "https://globex.example/in")
    tell(acme.tenant)
    tell(acme.tenant, "message.created")
    tell(globex.tenant)
    log_attempts(endpoint, 2, status=503, failure="status", error="The server answered 503 Service Unavailable.")
    page = text_of(admin.get(url("endpoints")))
    assert page.count("row-link") == 1 + 4  # the endpoint, and its deliveries
    assert "globex.example" not in page
    assert text_of(admin.get(url("endpoints"), {"event_type": "message.created"})).count("row-link") == 1 + 1
    assert "Nothing fits" in text_of(admin.get(url("endpoints"), {"state": "delivered"}))
    assert admin.get(url("endpoints"), {"since": "nonsense", "endpoint_id": "x"}).status_code == 200
    fragment = text_of(admin.get(url("endpoints"), headers={"HX-Target": "deliveries"}))
    assert fragment.lstrip().startswith('<section class="section" id="deliveries"')
    one = Delivery.objects.filter(attempts=1).first()
    shown = text_of(admin.get(url("delivery", one.pk)))
    assert "503 Service Unavailable" in shown
    assert str(one.event_id) in shown


def test_p08_one_is_replayed_all_failed_are_and_everything_since(admin, acme):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    for _ in range(3):
        tell(acme.tenant)
    Delivery.objects.update(state="dead", tries=10)
    one = Delivery.objects.first()
    admin.post(url("replay", one.pk))
    one.refresh_from_db()
    assert (one.state, one.tries) == ("pending", 0)
    admin.post(url("replay-failed"))
    assert Delivery.objects.filter(state="pending").count() == 3
    Delivery.objects.update(state="delivered")
    since = (timezone.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M")
    assert admin.post(url("replay-since", endpoint.pk), {"since": since}).status_code == 302
    assert Delivery.objects.filter(state="pending").count() == 3
    assert admin.post(url("replay-since", endpoint.pk), {"since": "then"}).status_code == 422


def test_p08_what_waits_is_due_in_a_while_or_now_but_never_ago(admin, acme):
    make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    tell(acme.tenant)
    for ahead, words in ((180, "due in 3 min"), (20, "due in a moment"), (-120, "due now")):
        Delivery.objects.update(due_at=timezone.now() + timedelta(seconds=ahead))
        assert f"{words}</time>" in text_of(admin.get(url("endpoints")))


def test_p08_a_delivery_is_found_by_its_webhook_id_or_its_conversation(admin, acme, globex):
    make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    make_signed_endpoint(globex.tenant, "https://globex.example/in")
    talk = acme.conversation.pk
    first, second = tell(acme.tenant, conversation_id=str(talk)), tell(acme.tenant)
    theirs = tell(globex.tenant, conversation_id=str(talk))
    for asked, found in ((first, first), (str(talk).upper(), first), (f" {second} ", second)):
        (row,) = admin.get(url("endpoints"), {"about": asked}).context["page"].object_list
        assert row.event_id == found
    for unknown in (theirs, "whsec", "0"):
        assert "Nothing fits" in text_of(admin.get(url("endpoints"), {"about": unknown}))


def test_p08_what_fails_now_is_found_and_one_endpoints_failures_are_replayed(admin, acme, globex):
    crm, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/crm", description="CRM", status="paused")
    make_signed_endpoint(acme.tenant, "https://hooks.example.com/one")
    make_signed_endpoint(acme.tenant, "https://hooks.example.com/two")
    theirs, _ = make_signed_endpoint(globex.tenant, "https://globex.example/in")
    tell(acme.tenant)
    Delivery.objects.filter(endpoint=crm).update(state="dead", tries=10, attempts=10)
    shown = text_of(admin.get(url("endpoints")))
    assert [words in shown for words in (">CRM</option>", ">hooks.example.com/one</option>")] == [True, True]
    assert admin.get(url("endpoints"), {"state": "failing"}).context["page"].paginator.count == 0
    assert [counts for _, counts in admin.get(url("endpoints")).context["endpoints"]] == [
        {"dead": 1},
        {"pending": 1},
        {"pending": 1},
    ]
    Delivery.objects.exclude(endpoint=crm).update(tries=1)
    failing = admin.get(url("endpoints"), {"state": "failing"})
    assert failing.context["page"].paginator.count == 2
    assert text_of(failing).count('is-warn">Failing</span>') == 2
    Delivery.objects.update(state="dead")
    assert "Replay 1 failed" in text_of(admin.get(url("endpoints"), {"endpoint_id": crm.pk}))
    assert "1 delivery waits until CRM goes on" in text_of(admin.post(url("replay-failed", crm.pk), follow=True))
    assert Delivery.objects.get(state="pending").endpoint == crm
    assert admin.post(url("replay-failed", theirs.pk)).status_code == 404
    one = Delivery.objects.get(endpoint=crm)
    assert "CRM is paused. It is sent once that is active again." in text_of(
        admin.post(url("replay", one.pk), follow=True)
    )


def test_p08_what_is_held_back_from_a_failing_endpoint_says_for_how_long(admin, acme):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    tell(acme.tenant)
    endpoint.open_until = timezone.now() + timedelta(minutes=4)
    endpoint.save()
    assert "due in 4 min</time>" in text_of(admin.get(url("endpoints")))


def test_p08_a_delivery_leads_to_its_conversation_and_shows_the_whole_answer(admin, acme):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    tell(acme.tenant, conversation_id=str(acme.conversation.pk))
    told = Delivery.objects.get()
    (attempt,) = log_attempts(endpoint, status=500, failure="status", error="x", response="w" * 1000 + "end")
    Attempt.objects.filter(pk=attempt.pk).update(delivery=told)
    shown = text_of(admin.get(url("delivery", told.pk)))
    assert reverse("conversations:conversation", args=[acme.conversation.pk]) in shown
    assert "wend<" in shown
