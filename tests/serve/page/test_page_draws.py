"""Draws are shown as they come: the numbers are the service's, and who stops is obeyed."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.serve.page.conftest import cells, looking, opened, press

pytestmark = pytest.mark.slow

COLOURED = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(width / 2, 0, width / 2, height / 2);
  let coloured = 0;
  for (let at = 0; at < data.length; at += 4) {
    const channels = data.slice(at, at + 3);
    coloured += data[at + 3] > 100 && Math.max(...channels) - Math.min(...channels) > 40;
  }
  return coloured;
}"""
"""The pixels of points in the upper right picture: axes are grey."""


def drawn(endpoint, count):
    """Draw so many, and wait until all are there."""
    endpoint.get_by_label("How many").fill(str(count))
    press(endpoint, "Draw")
    expect(endpoint.locator(".counter")).to_have_text(f"{count:,} of {count:,} draws")
    expect(endpoint.get_by_role("button", name="Draw", exact=True)).to_be_visible()
    expect(endpoint.locator("canvas")).to_have_attribute("data-draws", str(count))


def numbers(endpoint):
    """The table below the pictures, by feature."""
    rows = cells(endpoint.locator(".draws .numbers table"))
    return {row[0]: row[1:] for row in rows}


def test_the_table_holds_the_numbers_of_what_the_service_drew(page, site):
    endpoint = opened(page, site, "tiny", "sample_and_log_prob")
    answers = []
    page.on(
        "response", lambda one: answers.append(one) if "sample_and_log_prob" in one.url else None
    )
    drawn(endpoint, 500)
    draws = np.concatenate([np.array(one.json()["y"]).reshape(-1, 2) for one in answers])
    assert draws.shape == (500, 2)
    assert len({one.text() for one in answers}) == len(answers)
    for at, (name, bounds) in enumerate({"a": "(−1, 1)", "b": "(0, 5)"}.items()):
        column = draws[:, at]
        mean, sd, low, high, support, odd = numbers(endpoint)[name]
        expected = [column.mean(), column.std(ddof=1), column.min(), column.max()]
        np.testing.assert_allclose(
            [float(one) for one in (mean, sd, low, high)], expected, rtol=1e-4
        )
        assert (support, odd) == (bounds, "0")


def test_a_seed_goes_one_further_with_each_batch(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    asked = []
    page.on("request", lambda one: asked.append(one.post_data) if one.method == "POST" else None)
    endpoint.get_by_label("seed").fill("9223372036854775807")
    drawn(endpoint, 450)
    bodies = [json.loads(one) for one in asked]
    assert [one["seed"] for one in bodies] == [2**63 - 1, -(2**63), -(2**63) + 1]
    assert [one["draws"] for one in bodies] == [200, 200, 50]


def test_pictures_fill_while_it_draws_and_escape_stops_it(page, site):
    endpoint = opened(page, site, "alone", "sample_and_log_prob")
    endpoint.get_by_label("How many").fill("20000")
    endpoint.get_by_label("How many").press("Enter")
    canvas = endpoint.locator("canvas")
    expect(canvas).to_have_attribute("data-draws", re.compile(r"\d+"))
    first = canvas.evaluate(COLOURED)
    expect(canvas).to_have_attribute("data-draws", re.compile(r"\d{5}"))
    assert canvas.evaluate(COLOURED) > first > 0
    endpoint.get_by_label("How many").press("Escape")
    expect(endpoint.get_by_role("button", name="Draw", exact=True)).to_be_visible()
    stopped = endpoint.locator(".counter").inner_text()
    asked = len(page.asked)
    press(endpoint, "Ask")
    expect(endpoint.locator(".answer")).to_be_visible()
    later = [url for url in page.asked[asked:] if url.endswith("sample_and_log_prob")]
    assert len(later) == 1
    assert endpoint.locator(".counter").inner_text() == stopped
    assert stopped != "20,000 of 20,000 draws"


def test_draw_stops_and_starts_by_the_same_button(page, site):
    endpoint = opened(page, site, "alone", "sample")
    endpoint.get_by_label("How many").fill("20000")
    press(endpoint, "Draw")
    expect(endpoint.locator("canvas")).to_have_attribute("data-draws", re.compile(r"\d+"))
    press(endpoint, "Stop")
    drawn(endpoint, 300)


def test_density_is_told_by_colours_with_a_key(page, site):
    endpoint = opened(page, site, "tiny", "sample_and_log_prob")
    drawn(endpoint, 200)
    key = endpoint.locator(".key")
    expect(key).to_contain_text("log_prob")
    assert key.locator(".band > span").count() == 20
    colours = key.locator(".band > span").evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundColor)"
    )
    assert len(set(colours)) == 20
    endpoint.get_by_label("Colour", exact=True).select_option("none")
    expect(key).to_be_empty()


def test_an_output_with_draws_of_its_own_counts_them_all(page, site):
    endpoint = opened(page, site, "tiny", "draws")
    drawn(endpoint, 300)


def test_rows_can_be_looked_at_one_by_one(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    press(endpoint, "Add a row")
    drawn(endpoint, 400)
    endpoint.get_by_label("Rows").select_option("row 1")
    expect(endpoint.locator("canvas")).to_have_attribute("data-draws", "200")


def test_one_feature_is_one_histogram(page, site):
    endpoint = opened(page, site, "single", "sample")
    drawn(endpoint, 400)
    assert list(numbers(endpoint)) == ["size"]
    assert numbers(endpoint)["size"][4] == "(0, +∞)"
    assert endpoint.locator(".features").count() == 0
    box = endpoint.locator("canvas").bounding_box()
    assert box["width"] > box["height"]


def test_any_six_of_many_features_are_shown(page, site):
    endpoint = opened(page, site, "wide", "sample_and_log_prob")
    drawn(endpoint, 250)
    assert len(numbers(endpoint)) == 4
    field = endpoint.get_by_label("Features, up to 6")
    field.fill("7 199, 7, 500 3 1 2 4 5 6")
    field.press("Enter")
    field.blur()
    expect(field).to_have_value("7, 199, 3, 1, 2, 4")
    expect(endpoint.locator(".draws .numbers tbody tr")).to_have_count(6)
    assert list(numbers(endpoint))[:2] == ["gene 7", "gene 199"]


def test_at_least_one_feature_stays_chosen(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    drawn(endpoint, 200)
    boxes = endpoint.locator(".features")
    boxes.get_by_label("a", exact=True).uncheck()
    expect(endpoint.locator(".draws .numbers tbody tr")).to_have_count(1)
    expect(boxes.get_by_label("b", exact=True)).to_be_disabled()


def test_a_fault_of_the_inputs_stops_it_and_stands_beside_its_field(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    cell = endpoint.get_by_label("1", exact=True)
    cell.fill("x")
    press(endpoint, "Draw")
    expect(cell).to_be_focused()
    expect(endpoint.locator(".fault")).to_contain_text("row 0 of x.1 is not a number")
    expect(endpoint.locator(".counter")).to_have_text("0 of 2,000 draws")


def test_who_wants_no_motion_sees_the_draws_at_the_end(browser, site):
    with looking(browser, reduced_motion="reduce") as page:
        endpoint = opened(page, site, "alone", "sample")
        endpoint.locator("canvas").evaluate(
            """canvas => {
              window.seen = [];
              const note = () => window.seen.push(canvas.dataset.draws);
              new MutationObserver(note).observe(canvas, { attributeFilter: ["data-draws"] });
            }"""
        )
        drawn(endpoint, 1000)
        assert set(page.evaluate("() => window.seen")) == {"1000"}
