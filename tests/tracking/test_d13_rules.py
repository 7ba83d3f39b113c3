"""D13: how values compare and criteria hold; pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.qualification import values
from tracking.qualification.definition import OPERATORS, TYPES, Field, Invalid, check_criteria, read_fields
from tracking.qualification.verdict import judge

BUDGET = Field("budget", "Budget", "number")
SIZE = Field("size", "Company size", "choice", choices=("1–9", "10–50", "More"))
WHEN = Field("start", "Start", "date")
DEMO = Field("demo", "Wants a demo", "yes_no")
GOAL = Field("goal", "Goal", "text", required=True)
FIELDS = [BUDGET, SIZE, WHEN, DEMO, GOAL]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1000.5", "1000.5"),
        ("1.000,50", "1000.5"),
        ("1,000.50", "1000.5"),
        ("1 000,50", "1000.5"),
        ("1'000.50", "1000.5"),
        ("1.000", "1000"),
        ("1,000", "1000"),
        ("0.500", "0.5"),
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        ("1.000.000", "1000000"),
        ("€ 1.000,50", "1000.5"),
        ("1000 EUR", "1000"),
        ("USD 1,000", "1000"),
        ("$20", "20"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("١٠٠٠٫٥", "1000.5"),
        ("１２３", "123"),
        (1000.5, "1000.5"),
        (7, "7"),
        (" 7 ", "7"),
        ("1e3", "1000"),
        ("50 %", "50"),
        ("1234.567", "1234.567"),
        ("1,234,567.8", "1234567.8"),
        ("10000,5", "10000.5"),
    ],
)
def test_d13_numbers_count_by_value_however_written(written, value):
    assert values.number(written) == Decimal(value)


@pytest.mark.parametrize(
    "written", ["", "ten", "1.2.3,4,5", "12 people", True, None, [], {}, "nan", "inf", float("nan"), "--1"]
)
def test_d13_what_is_no_number_has_no_value(written):
    assert values.number(written) is None


def test_d13_texts_days_and_yes_compare_as_people_mean_them():
    assert values.text("  Straße  10 ") == values.text("STRASSE 10")
    assert values.text(" ") is None
    assert values.day("31.03.2026") == values.day("2026-03-31T10:00:00Z") == date(2026, 3, 31)
    assert values.day("2026-02-30") is None
    assert [values.yes_no(word) for word in ("Yes", "ja", "NO", True, "maybe", 2)] == [
        True,
        True,
        False,
        True,
        None,
        None,
    ]


def holds(criteria, **known):
    return judge(FIELDS, criteria, {"goal": "grow", **known}).qualified


def condition(field, operator, value=None):
    return {"field": field, "operator": operator, "value": value}


@pytest.mark.parametrize(
    ("operator", "wanted", "true", "false"),
    [
        ("eq", "1.000", 1000, 999),
        ("ne", 5, "6", "5,0"),
        ("gt", 10, "10,01", 10),
        ("gte", 10, "10", "9,99"),
        ("lt", "1,000", 999, "1000"),
        ("lte", 7, 7, 8),
        ("in", [1, "2,0"], 2, 3),
    ],
)
def test_d13_each_operator_on_numbers(operator, wanted, true, false):
    criteria = condition("budget", operator, wanted)
    assert holds(criteria, budget=true)
    assert not holds(criteria, budget=false)
    assert not holds(criteria), "a missing value holds nowhere"


def test_d13_each_operator_on_the_other_types():
    assert holds(condition("size", "eq", " more "), size="MORE")
    assert holds(condition("goal", "contains", "ROW"))
    assert holds(condition("start", "lt", "2026-04-01"), start="31.03.2026")
    assert holds(condition("demo", "eq", True), demo="yes")
    assert holds(condition("demo", "exists"), demo=False)
    assert holds(condition("demo", "exists", False))
    assert not holds(condition("demo", "exists", False), demo=True)
    assert holds(condition("email", "contains", "@acme."), email="Vera@ACME.com")


def test_d13_groups_stand_in_each_other_and_say_why():
    criteria = {
        "all": [
            condition("budget", "gte", 1000),
            {"any": [condition("demo", "eq", True), condition("size", "in", ["More"])]},
        ]
    }
    check_criteria(criteria, FIELDS)
    assert holds(criteria, budget="1.000", size="more")
    assert not holds(criteria, budget="1.000", size="1–9")
    verdict = judge(FIELDS, criteria, {"budget": 500})
    assert not verdict.qualified
    assert [reason.text for reason in verdict.why] == [
        "Goal is required and not known.",
        "Budget is at least 1000: it is 500.",
        "Wants a demo is yes: it is not known.",
        "Company size is one of More: it is not known.",
    ]


def test_d13_where_nothing_is_asked_nobody_qualifies():
    assert not judge([], None, {"goal": "grow"}).qualified
    assert not judge([BUDGET], {}, {"budget": 5}).qualified
    assert judge([GOAL], None, {"goal": "grow"}).qualified


@pytest.mark.parametrize(
    ("criteria", "path"),
    [
        ([], "criteria"),
        ({"all": []}, "criteria.all"),
        ({"all": [], "any": []}, "criteria"),
        ({"not": []}, "criteria"),
        ({"all": [condition("nope", "eq", 1)]}, "criteria.all[0].field"),
        (
            {"all": [condition("budget", "eq", 1), {"any": [condition("budget", "contains", "1")]}]},
            "criteria.all[1].any[0].operator",
        ),
        ({"any": [condition("budget", "gt", "much")]}, "criteria.any[0].value"),
        (condition("size", "eq", "11"), "criteria.value"),
        (condition("budget", "in", 3), "criteria.value"),
        (condition("demo", "gt", True), "criteria.operator"),
        (condition("budget", "exists", "x"), "criteria.value"),
        ({**condition("budget", "eq", 1), "x": 1}, "criteria.x"),
        (
            {"all": [{"all": [{"all": [{"all": [{"all": [{"all": [condition("budget", "eq", 1)]}]}]}]}]}]},
            "criteria.all[0].all[0].all[0].all[0].all[0]",
        ),
    ],
)
def test_d13_what_is_wrong_is_named_with_its_path(criteria, path):
    with pytest.raises(Invalid) as refused:
        check_criteria(criteria, FIELDS)
    assert list(refused.value.problems) == [path]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({}, "fields"),
        ([5], "fields[0]"),
        ([{"key": "A", "label": "A"}], "fields[0].key"),
        ([{"key": "a", "label": " "}], "fields[0].label"),
        ([{"key": "a", "label": "A", "type": "colour"}], "fields[0].type"),
        ([{"key": "a", "label": "A", "type": "choice", "choices": ["one"]}], "fields[0].choices"),
        ([{"key": "a", "label": "A", "type": "choice", "choices": ["one", "ONE "]}], "fields[0].choices"),
        ([{"key": "a", "label": "A"}, {"key": "a", "label": "B"}], "fields[1].key"),
        ([{"key": "email", "label": "E-mail", "type": "number"}], "fields[0].type"),
        ([{"key": "a", "label": "A", "required": 1}], "fields[0].required"),
        ([{"key": "a", "label": "A", "colour": 1}], "fields[0].colour"),
    ],
)
def test_d13_wrong_fields_are_named_with_their_path(fields, path):
    with pytest.raises(Invalid) as refused:
        read_fields(fields)
    assert list(refused.value.problems) == [path]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from([4400, 5000]).map(lambda digits: 10**digits),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["all", "any", "field", "operator", "value"]), inner, max_size=3)
    ),
    max_leaves=12,
)
KEYS = st.sampled_from([field.key for field in FIELDS] + ["email", "nope"])
CONDITIONS = st.fixed_dictionaries({"field": KEYS, "operator": st.sampled_from(list(OPERATORS)), "value": JSON})
CRITERIA = JSON | st.recursive(
    CONDITIONS,
    lambda inner: st.fixed_dictionaries({"all": st.lists(inner)}) | st.fixed_dictionaries({"any": st.lists(inner)}),
    max_leaves=8,
)


@given(CRITERIA, st.dictionaries(KEYS, JSON, max_size=5))
@settings(max_examples=300, deadline=None)
def test_d13_judging_never_fails_whatever_it_is_given(criteria, known):
    verdict = judge(FIELDS, criteria, known)
    assert isinstance(verdict.qualified, bool)
    try:
        check_criteria(criteria, FIELDS)
    except Invalid as refused:
        named = list(refused.problems)
    else:
        named = ["criteria"]
    assert all(path.startswith("criteria") for path in named)


@given(st.sampled_from(list(TYPES)), JSON)
@settings(max_examples=200, deadline=None)
def test_d13_reading_a_value_never_fails(kind, value):
    values.read(kind, value)
