"""The page can be read in light and dark, on a narrow screen, by keyboard, and by ear."""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.serve.page.conftest import looking, opened, press

pytestmark = pytest.mark.slow

PROBES = Path(__file__).with_name("probes.js").read_text()
FAINT = f"() => {{ {PROBES}; return faint(); }}"
NAMELESS = f"() => {{ {PROBES}; return nameless(); }}"

FOCUS = f"() => {{ {PROBES}; return focus(); }}"


def everything(page, site):
    """The page with an answer, a fault, draws and snippets on it."""
    endpoint = opened(page, site, "tiny", "sample_and_log_prob")
    press(endpoint, "Ask")
    expect(endpoint.locator(".answer")).to_be_visible()
    endpoint.locator("summary", has_text="curl").click()
    endpoint.get_by_label("How many").fill("200")
    press(endpoint, "Draw")
    expect(endpoint.locator("canvas")).to_have_attribute("data-draws", "200")
    other = opened(page, site, "tiny", "log_prob")
    other.get_by_label("a (−1, 1)").fill("2")
    press(other, "Ask")
    expect(other.locator(".fault")).to_be_visible()
    page.get_by_text("The same as a table").click()


def background(page):
    return page.evaluate("() => getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast(browser, site, scheme):
    with looking(browser, color_scheme=scheme) as page:
        everything(page, site)
        page.mouse.move(0, 0)
        page.locator("h1").click()
        page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))")
        assert page.evaluate(FAINT) == []


def test_the_browser_s_colours_are_followed_unless_others_are_chosen(browser, site):
    with looking(browser, color_scheme="light") as page:
        opened(page, site, "tiny")
        light = background(page)
        page.emulate_media(color_scheme="dark")
        dark = background(page)
        assert dark != light
        page.get_by_role("radio", name="Light").check()
        assert background(page) == light
        page.reload()
        expect(page.get_by_role("radio", name="Light")).to_be_checked()
        assert background(page) == light
        page.get_by_role("radio", name="Auto").check()
        assert background(page) == dark


def test_pictures_are_drawn_anew_in_other_colours(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    endpoint.get_by_label("How many").fill("200")
    press(endpoint, "Draw")
    canvas = endpoint.locator("canvas")
    expect(canvas).to_have_attribute("data-draws", "200")
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("radio", name="Dark").check()
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before


@pytest.mark.parametrize("width", [360, 640, 1280])
def test_nothing_makes_the_page_wider_than_the_window(browser, site, width):
    with looking(browser, viewport={"width": width, "height": 740}) as page:
        everything(page, site)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        endpoint = opened(page, site, "wide", "inverse")
        press(endpoint, "Ask")
        expect(endpoint.locator(".answer")).to_be_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_every_control_has_a_name_and_the_page_an_outline(page, site):
    everything(page, site)
    assert page.evaluate(NAMELESS) == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    for landmark in ("banner", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1
    assert page.get_by_role("navigation", name="Flows").count() == 1
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.map(one => Number(one.tagName[1]))"
    )
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    assert (
        page.locator("table").count() == page.locator("table:has(caption):has(th[scope])").count()
    )


def test_the_page_is_walked_by_keyboard_alone(page, site):
    opened(page, site, "tiny")
    walked = []
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement === document.body"):
            break
        walked.append(page.evaluate(FOCUS))
    assert 0 < len(walked) < 200
    assert all(is_outlined for *_, is_outlined in walked), walked
    names = [name for _, name, _ in walked]
    wanted = [
        "Skip", "tiny", "Auto", "Revision", "The same", "sample", "Form", "colour", "seed", "draws",
        "Ask", "curl", "How many", "Draw", "sample_and", "centre", "flows", "readiness",
    ]  # fmt: skip
    found = iter(names)
    assert all(any(name.startswith(one) for name in found) for one in wanted), names


def test_the_skip_link_leads_to_the_content(page, site):
    opened(page, site, "tiny", revision=1)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    assert page.url.endswith("#/tiny/1")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)[1] == "Revision"


def test_an_endpoint_is_opened_asked_and_read_by_keyboard_alone(page, site):
    opened(page, site, "tiny")
    summary = page.locator("details[data-output=centre] > summary")
    summary.focus()
    page.keyboard.press("Enter")
    endpoint = page.locator("details[data-output=centre]")
    expect(endpoint.locator("form")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)[1] == "0"
    page.keyboard.press("Control+A")
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    expect(endpoint.locator(".answer tbody tr")).to_have_count(1)
    expect(page.locator("#told")).to_contain_text("centre answered in")


def test_what_was_chosen_by_keyboard_keeps_the_focus(page, site):
    opened(page, site, "tiny")
    link = page.get_by_role("link", name="alone")
    link.press("Enter")
    expect(page.locator("h1")).to_have_text("alone")
    expect(link).to_be_focused()
    page.get_by_role("link", name="tiny").press("Enter")
    expect(page.locator("h1")).to_have_text("tiny")
    revision = page.get_by_label("Revision")
    revision.focus()
    revision.press("ArrowDown")
    expect(page.locator(".path").first).to_have_text("POST /flows/tiny/revisions/2/sample")
    expect(page.get_by_label("Revision")).to_be_focused()
