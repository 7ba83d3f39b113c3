"""The widget on other people's pages: how it gets there, and what it does to them (S1, S3, S4, S11, D1, P2)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from conversations.models import Message
from tests.browser.conftest import OpenShop
from tests.browser.shop import (
    PICTURES,
    STRICT,
    answers,
    hashes,
    listen,
    open_chat,
    part,
    render,
    required,
    say,
    serve_pictures,
    snippet_of,
)
from tests.servers import Web
from tests.world import World
from widgets.embed import Form
from widgets.models import AllowedDomain, WidgetSettings

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("form", list(Form))
def test_s01_either_form_of_the_snippet_puts_a_widget_on_a_strangers_page(
    web: Web, world: World, page: Page, open_shop: OpenShop, form: Form
) -> None:
    heard = listen(page)
    page.goto(open_shop(snippet_of(web, world.acme, form=form)).origin)
    open_chat(page)
    say(page, "Is the blue one in stock?")
    expect(answers(page)).to_have_count(1)
    bubble = answers(page).locator(".bubble")
    assert bubble.get_attribute("title") is None  # to write a time takes a browser long; it waits until somebody asks
    bubble.hover()
    expect(bubble).to_have_attribute("title", re.compile(r"\d:\d\d"))
    globals_of_ours = page.evaluate("Object.keys(window).filter((name) => /chat|widget|render/i.test(name))")
    assert globals_of_ours == ([] if form is Form.MODULE else ["ChatWidget"])
    assert (heard.errors, heard.crashes) == ([], [])


def test_s01_one_address_serves_both_forms(web: Web, world: World, page: Page, open_shop: OpenShop) -> None:
    classic = snippet_of(web, world.acme, form=Form.CLASSIC).replace("web-widget.classic.js", "web-widget.js")
    page.goto(open_shop(classic).origin)
    expect(part(page, "launcher")).to_be_visible()
    assert page.evaluate("typeof ChatWidget.renderWebWidget") == "function"


@pytest.mark.parametrize("how", [(Form.MODULE, "hash"), (Form.MODULE, "nonce"), (Form.CLASSIC, "hash")])
def test_s03_the_strictest_policy_needs_two_additions(
    web: Web, world: World, page: Page, open_shop: OpenShop, how: tuple[Form, str]
) -> None:
    form, by = how
    snippet = snippet_of(web, world.acme, form=form, nonce="bm9uY2U" if by == "nonce" else "")
    inline = "'nonce-bm9uY2U'" if by == "nonce" else hashes(snippet)
    heard = listen(page)
    page.goto(open_shop(snippet, csp=STRICT.format(app=web.url, inline=inline)).origin)
    open_chat(page)
    say(page, "Hello from a strict page")
    expect(answers(page)).to_have_count(1)
    assert part(page, "launcher").evaluate("(button) => getComputedStyle(button).borderRadius") != "0px"  # it has style
    assert page.locator("autochat-widget [style]").count() == 0
    assert (heard.errors, heard.crashes) == ([], [])


def test_s04_a_site_that_is_not_listed_reads_why_and_works_once_it_is(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    AllowedDomain.objects.create(tenant=world.acme.tenant, domain="www.acme.com")
    heard = listen(page)
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    open_chat(page)
    expect(part(page, "toast")).to_contain_text("The chat isn’t open on this site")
    assert any("domain_not_authorized" in line and "Domain not authorized" in line for line in heard.ours)
    AllowedDomain.objects.create(tenant=world.acme.tenant, domain="localhost")
    part(page, "retry").click()
    expect(part(page, "toast")).to_have_count(0)
    say(page, "Am I welcome now?")
    expect(answers(page)).to_have_count(1)
    assert heard.crashes == []


def test_s11_a_message_that_nobody_answers_is_kept_and_says_so(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    assistant = world.acme.assistant
    assistant.provider, assistant.model = "openai", "some-model"  # and nobody has given it a key
    assistant.base_url = "http://127.0.0.1:9/v1"
    assistant.save()
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    open_chat(page)
    say(page, "Is anybody there?")
    expect(page.locator('[data-notice="unanswered"]')).to_have_text(
        "There is no answer to this yet. Somebody will look at it."
    )
    expect(part(page, "toast")).to_have_count(0)
    assert Message.objects.filter(body="Is anybody there?", author="visitor").count() == 1


def test_s11_where_people_answer_the_visitor_is_told(web: Web, world: World, page: Page, open_shop: OpenShop) -> None:
    WidgetSettings.objects.create(tenant=world.acme.tenant, human_only=True)
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    open_chat(page)
    say(page, "A person, please")
    expect(page.locator('[data-notice="human"]')).to_have_text("A person will answer here.")


WRONG = {
    "tenantId": "",
    "apiUrl": "api.example.com",
    "token": 42,
    "primaryColor": "reddish",
    "companyName": 7,
    "position": "middle",
    "avatarUrl": "javascript:alert(1)",
    "theme": "blue",
    "contact": "vera@example.com",
    "open": "yes",
    "container": "#nowhere",
    "colour": "#123456",
}


def test_s11_a_wrong_option_is_named_once_and_the_page_lives_on(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    page.goto(open_shop().origin)
    right = required(web, world.acme)
    for name, value in WRONG.items():
        heard = listen(page)
        page.reload()
        render(page, web, right | {name: value})
        shown = name not in {"tenantId", "apiUrl", "token", "container"}
        expect(part(page, "launcher")).to_have_count(1 if shown else 0)
        page.evaluate("handle.toggle(); handle.identify({}); handle.destroy();")
        assert len(heard.ours) == 1, heard.ours
        assert f'"{name}"' in heard.ours[0]
        assert heard.crashes == []
    heard = listen(page)
    page.reload()
    render(page, web, {})
    assert len(heard.ours) == 1
    assert all(f'"{name}" is missing' in heard.ours[0] for name in ("tenantId", "apiUrl", "token"))


def test_p02_drawn_again_there_is_one_and_destroyed_there_is_none(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    page.goto(open_shop().origin)
    heard = listen(page)
    options = required(web, world.acme)
    render(page, web, options | {"open": True})
    expect(part(page, "panel")).to_be_visible()
    page.evaluate("globalThis.first = handle")
    render(page, web, options | {"companyName": "The second", "open": True})
    expect(part(page, "title")).to_have_text("The second")
    expect(page.locator("autochat-widget")).to_have_count(1)
    page.evaluate("first.open(); first.destroy(); handle.close()")
    expect(part(page, "panel")).to_be_hidden()
    render(page, web, required(web, world.globex))  # another company's beside it
    expect(page.locator("autochat-widget")).to_have_count(2)
    page.evaluate("handle.destroy(); handle.destroy()")
    expect(page.locator("autochat-widget")).to_have_count(1)
    assert (heard.errors, heard.crashes) == ([], [])


def test_d01_the_tenants_settings_show(web: Web, world: World, page: Page, open_shop: OpenShop) -> None:
    WidgetSettings.objects.create(
        tenant=world.acme.tenant,
        name="Acme help",
        primary_color="#aa0044",
        position="top-left",
        theme="dark",
        greeting_message="Welcome to Acme",
        header_logo_url=f"{PICTURES}/logo.svg",
        show_branding=False,
    )
    serve_pictures(page)
    page.goto(open_shop(snippet_of(web, world.acme)).origin)
    open_chat(page)
    expect(part(page, "title")).to_have_text("Acme help")
    expect(part(page, "panel")).to_contain_text("Welcome to Acme")
    expect(part(page, "launcher")).to_have_css("background-color", "rgb(170, 0, 68)")
    expect(page.locator("autochat-widget .box")).to_have_attribute("data-theme", "dark")
    expect(page.locator("autochat-widget .logo")).to_have_attribute("src", f"{PICTURES}/logo.svg")
    expect(part(page, "footer")).to_be_hidden()
    _stands_at(page, top=True, left=True)


def test_d01_an_option_beats_the_setting(web: Web, world: World, page: Page, open_shop: OpenShop) -> None:
    WidgetSettings.objects.create(
        tenant=world.acme.tenant, name="Acme help", primary_color="#aa0044", position="top-left", theme="dark"
    )
    options = {
        "primaryColor": "#0044aa",
        "companyName": "Acme shoes",
        "position": "bottom-left",
        "theme": "light",
        "headerLogoUrl": f"{PICTURES}/logo.svg",
        "headerWordmarkUrl": f"{PICTURES}/wordmark.svg",
    }
    serve_pictures(page)
    page.goto(open_shop(snippet_of(web, world.acme, **options)).origin)
    open_chat(page)
    expect(part(page, "title").locator("img")).to_have_attribute("alt", "Acme shoes")
    expect(part(page, "title").locator("img")).to_have_attribute("src", options["headerWordmarkUrl"])
    expect(page.locator("autochat-widget .logo")).to_have_attribute("src", options["headerLogoUrl"])
    expect(part(page, "launcher")).to_have_css("background-color", "rgb(0, 68, 170)")
    expect(page.locator("autochat-widget .box")).to_have_attribute("data-theme", "light")
    _stands_at(page, top=False, left=True)


def test_d01_a_picture_that_does_not_come_leaves_the_initial(
    web: Web, world: World, page: Page, open_shop: OpenShop
) -> None:
    page.goto(open_shop(snippet_of(web, world.acme, avatarUrl=f"{web.url}/no-picture.png")).origin)
    open_chat(page)
    expect(page.locator("autochat-widget .initial")).to_have_text("A")


def _stands_at(page: Page, *, top: bool, left: bool) -> None:
    box = part(page, "launcher").bounding_box()
    assert box is not None
    assert (box["y"] < 450) is top
    assert (box["x"] < 720) is left
