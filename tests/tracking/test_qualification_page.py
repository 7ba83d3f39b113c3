"""D13 on its page: fields and criteria are edited and tried without JSON, and nothing is changed unasked."""

from __future__ import annotations

import re

import pytest

from tests.world import signed_in
from tracking import qualifying
from tracking.models import Qualification

PAGE = "/settings/qualification"


def typed(**more):
    return {
        "fields": "1",
        "f0-key": "budget",
        "f0-label": "Budget",
        "f0-type": "number",
        "n-kind": "all",
        "node": ["0", "1", "1.0"],
        "n0-field": "budget",
        "n0-operator": "gte",
        "n0-value": "1.000",
        "n1-kind": "any",
        "n1.0-field": "email",
        "n1.0-operator": "exists",
        "n1.0-value": "",
    } | more


def test_d13_groups_are_edited_with_buttons_and_saved(acme, admin):
    bare = {"fields": "0", "n-kind": "all"}
    page = admin.post(PAGE, bare | {"act": "add-condition:"}).content.decode()
    assert 'name="n0-field" autofocus' in page
    page = admin.post(PAGE, typed(act="add-group:1")).content.decode()
    assert 'name="n1.1-kind"' in page
    assert 'name="n1.1.0-field"' in page
    page = admin.post(PAGE, typed(act="remove:0")).content.decode()
    assert 'name="n1-kind"' not in page
    assert 'name="n0.0-field"' in page
    assert "data-dirty" in page
    assert not Qualification.objects.exists()
    assert admin.post(PAGE, typed(act="save")).status_code == 302
    assert Qualification.objects.for_tenant(acme.tenant).get().criteria == {
        "all": [
            {"field": "budget", "operator": "gte", "value": "1.000"},
            {"any": [{"field": "email", "operator": "exists", "value": True}]},
        ]
    }
    again = admin.get(PAGE).content.decode()
    assert 'value="1.000"' in again
    assert "data-dirty" not in again


def test_d13_trying_says_why_and_keeps_nothing(admin):
    page = admin.post(PAGE, typed(act="try", **{"f0-tried": "2.000", "try-email": "v@example.com"})).content.decode()
    assert "<strong>Qualified</strong>" in page
    page = admin.post(PAGE, typed(act="try", **{"f0-tried": "2"})).content.decode()
    assert "Budget is at least 1.000: it is 2." in page
    assert not Qualification.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n0-value": "much"}, "This must be a number."),
        ({"f0-key": "Budget!"}, "Use a small letter"),
        ({"f0-type": "choice"}, "different choices"),
        ({"n0-operator": "contains"}, "For this field use one of “is”, “is not”"),
        ({"node": ["0", "1"]}, "A group needs at least one condition."),
        ({"n0-value": " "}, "Write what to compare with."),
        ({"n0-operator": "in", "n0-value": ""}, "Write what to compare with."),
        ({"f0-type": "yes_no", "n0-operator": "eq", "n0-value": "perhaps"}, "Write yes or no."),
        ({"fields": "0"}, "There is no such field."),
    ],
)
def test_d13_what_is_wrong_stands_beside_it(admin, change, words):
    answer = admin.post(PAGE, typed(act="save") | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("label", "key"),
    [("How big? (m²)", "how_big_m2"), ("3 Größen", "grossen"), ("Город", "field_1"), ("Budget", "budget")],
)
def test_d13_a_field_without_a_key_gets_one_from_its_label(acme, admin, label, key):
    given = {"fields": "1", "f0-label": label, "f0-key": "", "f0-type": "text", "n-kind": "all"}
    assert f'name="f0-key" value="{key}"' in admin.post(PAGE, given | {"act": "add-field"}).content.decode()
    admin.post(PAGE, given | {"act": "save"})
    assert Qualification.objects.get().fields[0]["key"] == key


def test_d13_keys_that_are_made_up_differ_from_all_others(admin):
    given = {"fields": "3", "n-kind": "all", "act": "save"}
    for place in range(3):
        given |= {f"f{place}-label": "Size", f"f{place}-key": "size" if place == 2 else "", f"f{place}-type": "text"}
    admin.post(PAGE, given)
    assert [field["key"] for field in Qualification.objects.get().fields] == ["size_2", "size_3", "size"]


def test_d13_conditions_follow_a_key_that_is_renamed(admin):
    admin.post(PAGE, typed(act="save", **{"f0-key": "budget_eur", "f0-was": "budget"}))
    stored = Qualification.objects.get()
    assert (stored.fields[0]["key"], stored.criteria["all"][0]["field"]) == ("budget_eur", "budget_eur")


def test_d13_a_condition_whose_field_is_removed_says_so_and_is_not_changed_into_another(admin):
    page = admin.post(PAGE, typed(act="remove-field:0")).content.decode()
    assert '<option value="budget" selected>budget (removed)</option>' in page


def test_d13_not_known_is_a_comparison_of_its_own(admin):
    admin.post(PAGE, typed(act="save", **{"n1.0-operator": "missing"}))
    assert Qualification.objects.get().criteria["all"][1]["any"] == [
        {"field": "email", "operator": "exists", "value": False}
    ]
    assert '<option value="missing" selected>is not known</option>' in admin.get(PAGE).content.decode()


def test_d13_trying_alone_leaves_nothing_to_save(admin):
    admin.post(PAGE, typed(act="save"))
    tried = {"f0-tried": "2.000", "try-email": "v@example.com"}
    page = admin.post(PAGE, typed(act="try", **tried)).content.decode()
    assert "<strong>Qualified</strong>" in page
    assert "data-dirty" not in page
    assert "data-dirty" in admin.post(PAGE, typed(act="try", **tried, **{"n0-value": "3"})).content.decode()


def test_d13_what_somebody_else_saved_meanwhile_is_not_overwritten_unasked(acme, admin):
    seen = re.search(r'name="seen" value="(\w+)"', admin.get(PAGE).content.decode())[1]
    signed_in(acme.owner).post(PAGE, typed(act="save"))
    mine = typed(act="save", seen=seen, **{"n0-value": "7"})
    refused = admin.post(PAGE, mine)
    assert refused.status_code == 409
    assert "Somebody else saved" in refused.content.decode()
    assert 'value="7"' in refused.content.decode()
    assert Qualification.objects.get().criteria["all"][0]["value"] == "1.000"
    again = re.search(r'name="seen" value="(\w+)"', refused.content.decode())[1]
    assert admin.post(PAGE, mine | {"seen": again}).status_code == 302
    assert Qualification.objects.get().criteria["all"][0]["value"] == "7"


def test_d13_of_two_who_save_at_once_the_second_is_told(acme):
    seen_by_both = qualifying.asked_by(acme.tenant.pk)
    first, second = ([{"key": key, "label": key, "type": "text"}] for key in ("budget", "team"))
    qualifying.define(acme.tenant.pk, first, None, instead_of=seen_by_both)
    with pytest.raises(qualifying.ChangedMeanwhile):
        qualifying.define(acme.tenant.pk, second, None, instead_of=seen_by_both)
    assert qualifying.asked_by(acme.tenant.pk).fields[0]["key"] == "budget"


def test_d13_the_page_says_when_nobody_can_qualify_by_it(admin):
    bare, words = {"fields": "0", "n-kind": "all"}, "Until there is a condition or a required field, nobody qualifies"
    assert words in admin.get(PAGE).content.decode()
    assert words in admin.post(PAGE, bare | {"act": "add-field"}).content.decode()
    assert words not in admin.post(PAGE, bare | {"act": "add-condition:"}).content.decode()
    assert words not in admin.post(PAGE, typed(act="remove:1", **{"f0-required": "on"})).content.decode()
