"""The page shows what is served, all of it as text, and asks nobody but the service."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.serve.page.conftest import HOSTILE, cells, opened

pytestmark = pytest.mark.slow

FLOWS = ("tiny", "alone", "wide", "single")


def test_every_flow_is_shown_without_a_message_or_a_request_to_elsewhere(page, site):
    for flow in FLOWS:
        opened(page, site, flow)
        for endpoint in page.locator("details.endpoint").all():
            endpoint.evaluate("details => (details.open = true)")
            expect(endpoint.locator("form").first).to_be_visible()
    home = urlsplit(str(site.base_url)).netloc
    assert {urlsplit(url).netloc for url in page.asked} == {home}
    assert page.messages == []


def test_the_facts_of_a_flow_are_those_of_the_service(page, site):
    told = site.get("/flows/tiny").json()
    opened(page, site, "tiny")
    facts = page.locator(".facts").inner_text()
    assert told["fingerprint"] in facts
    assert f"{told['parameters']:,}" in facts
    assert told["dtype"] in facts
    assert "stable is 1" in facts
    assert page.locator("time").get_attribute("datetime") == told["created"]
    expect(page.locator(".version")).to_have_text(f"version {told['version']}")
    expect(page.locator("#state")).to_have_text("ready")
    assert page.locator("nav a").all_inner_texts() == list(FLOWS)
    assert page.locator("nav a[aria-current]").all_inner_texts() == ["tiny"]


def test_a_revision_that_is_chosen_is_the_one_that_is_asked(page, site):
    opened(page, site, "tiny")
    page.get_by_label("Revision").select_option("1")
    expect(page.locator(".facts code")).to_have_text(
        site.get("/flows/tiny/revisions/1").json()["fingerprint"]
    )
    assert page.url.endswith("#/tiny/1")
    expect(page.locator(".path").first).to_have_text("POST /flows/tiny/revisions/1/sample")


def test_every_endpoint_has_a_table_of_its_shapes(page, site):
    for output in site.get("/flows/tiny").json()["outputs"]:
        endpoint = opened(page, site, "tiny", output["name"])
        told = (*output["inputs"], *output["returns"])
        expect(endpoint.locator(".shapes tbody tr")).to_have_count(len(told))
        rows = {row[0]: row[2:4] for row in cells(endpoint.locator(".shapes table"))}
        for one in told:
            axes = ", ".join(map(str, one["shape"])) + ("," if len(one["shape"]) == 1 else "")
            assert rows[one["name"]] == [f"({axes})", one["dtype"]]


def test_layers_that_repeat_are_one_box_until_all_are_wanted(page, site):
    opened(page, site, "wide")
    boxes = page.locator(".picture .box")
    few = boxes.count()
    button = page.get_by_role("button", name="Every layer of 5 × coupling, permutation")
    button.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    assert boxes.count() == few + 9
    button.press("Enter")
    assert boxes.count() == few


def test_the_diagram_is_told_in_words_and_as_a_table(page, site):
    told = site.get("/flows/wide").json()
    opened(page, site, "wide")
    picture = page.locator(".picture svg")
    assert picture.get_attribute("role") == "img"
    words = picture.locator("desc").text_content()
    assert "5 × coupling, permutation" in words
    assert "kind_of (category of 3), many (vector of 40)" in words
    page.get_by_text("The same as a table").click()
    paths = [row[0] for row in cells(page.locator(".diagram table"))]
    assert paths == [part["path"] for part in (*told["encoders"], *told["chain"])]


def test_a_mask_has_a_square_for_each_feature(page, site):
    opened(page, site, "tiny")
    assert page.locator(".picture .moves").count() == 2
    assert page.locator(".picture .passes").count() == 0


def test_a_long_mask_is_told_in_short(page, site):
    opened(page, site, "wide")
    assert page.locator(".picture .passes, .picture .moves").count() < 60
    assert "moves 100 of 200" in page.locator(".picture").text_content()


def test_what_a_spec_says_is_never_markup(page, site):
    endpoint = opened(page, site, "wide", "inverse")
    expect(page.locator(".lead")).to_have_text(f"{HOSTILE}<script>alert(2)</script>")
    assert page.locator("main img, main script").count() == 0
    assert endpoint.locator("option").first.inner_text() == HOSTILE
    endpoint.get_by_role("button", name="Ask", exact=True).click()
    expect(endpoint.locator(".answer")).to_be_visible()
    assert page.messages == []


def test_a_flow_that_is_not_there_is_not_shown(page, site):
    page.goto(f"{site.base_url}#/nobody/7")
    expect(page.locator("h1")).to_have_text("tiny")
