"""Forms: every example is answered, the request is what it says, faults stand where they belong."""

import json
import shlex
import subprocess
import sys

import httpx
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.serve.page.conftest import body_of, cells, opened, press

pytestmark = pytest.mark.slow

ANSWERED = ".answer tbody tr"
LARGE = "9007199254740993"  # 2^53 + 1


def answered(endpoint, every_digit=True):
    """The table of an answer, once it is there."""
    expect(endpoint.locator(ANSWERED).first).to_be_visible()
    if every_digit:
        endpoint.get_by_label("every digit").check()
    return cells(endpoint.locator(".answer table"))


def flat(answer, returns):
    """The rows of an answer of the service, as the table shows them."""
    columns = [
        np.atleast_2d(np.asarray(answer[one["name"]], np.float64)).reshape(
            -1, 1 if len(one["shape"]) == 1 else one["shape"][-1]
        )
        for one in returns
    ]
    return np.hstack(columns)


@pytest.mark.parametrize("flow", ["tiny", "alone", "single", "wide"])
def test_every_example_is_answered_as_it_stands(page, site, flow):
    for output in site.get(f"/flows/{flow}").json()["outputs"]:
        endpoint = opened(page, site, flow, output["name"])
        press(endpoint, "Ask")
        shown = answered(endpoint)
        direct = site.post(f"/flows/{flow}/{output['name']}", content=body_of(endpoint)).json()
        if output["draws"] is None:
            expected = flat(direct, output["returns"])[:, :100]
            np.testing.assert_array_equal(np.array(shown)[:, 1:].astype(float), expected)
        else:
            assert len(shown) == output["draws"]


def test_a_form_asks_what_its_json_says(page, site):
    endpoint = opened(page, site, "tiny", "log_prob")
    endpoint.get_by_label("a (−1, 1)").fill("0.25")
    endpoint.get_by_label("colour").select_option("blue")
    body = body_of(endpoint)
    assert json.loads(body)["colour"] == ["blue"]
    assert json.loads(body)["y"][0][0] == 0.25
    with page.expect_request("**/flows/tiny/log_prob") as asked:
        press(endpoint, "Ask")
    assert asked.value.post_data == body


def test_enter_asks_from_a_cell_and_ctrl_enter_from_a_text(page, site):
    endpoint = opened(page, site, "tiny", "forward")
    endpoint.get_by_label("0", exact=True).first.press("Enter")
    assert len(answered(endpoint)) == 1
    endpoint.get_by_role("radio", name="JSON").check()
    text = endpoint.get_by_label("Body of the request")
    text.fill('{"x": [[0, 0, 0], [1, 1, 1]], "colour": [0, 2], "latent": [[0, 0], [1, 1]]}')
    text.press("Control+Enter")
    expect(endpoint.locator(ANSWERED)).to_have_count(2)


def test_a_fault_stands_beside_the_field_that_it_names(page, site):
    endpoint = opened(page, site, "tiny", "log_prob")
    cell = endpoint.get_by_label("b (0, 5)")
    cell.fill("7")
    cell.press("Enter")
    field = endpoint.locator("fieldset.field", has=page.locator("legend", has_text="y (B, 2)"))
    told = site.post("/flows/tiny/log_prob", content=body_of(endpoint)).json()["diagnostics"][0]
    press(endpoint, "Ask")
    fault = field.locator(".fault")
    expect(fault).to_contain_text(told["message"].replace("`", ""))
    expect(fault).to_contain_text(told["expected"])
    expect(endpoint.locator(".fault")).to_have_count(1)
    expect(cell).to_be_focused()
    expect(fault).to_be_in_viewport()
    assert cell.get_attribute("aria-invalid") == "true"
    described = cell.get_attribute("aria-describedby").split()
    assert field.locator(".faults").get_attribute("id") in described
    assert field.locator("[aria-invalid]").count() == 1
    cell.fill("2")
    cell.press("Enter")
    expect(endpoint.locator(".fault")).to_have_count(0)
    assert len(answered(endpoint)) == 1


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("much", '"much"'), ("", "null"), ("1e400", "1e400"), ("nan", "NaN"), (".5", "0.5")],
)
def test_the_service_judges_what_was_typed(page, site, typed, sent):
    endpoint = opened(page, site, "tiny", "log_prob")
    endpoint.get_by_label("a (−1, 1)").fill(typed)
    assert f'"y": [[{sent}, ' in body_of(endpoint)
    status = site.post("/flows/tiny/log_prob", content=body_of(endpoint)).status_code
    press(endpoint, "Ask")
    if status == 200:
        assert len(answered(endpoint)) == 1
    else:
        expect(endpoint.locator(".fault")).to_contain_text("y.a")


def test_a_seed_keeps_all_its_digits(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    endpoint.get_by_label("seed").fill(LARGE)
    assert f'"seed": {LARGE}' in body_of(endpoint)
    assert endpoint.get_by_label("seed").input_value() == LARGE
    press(endpoint, "Ask")
    assert len(answered(endpoint)) == 1


def test_rows_are_added_to_every_input_and_removed(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    press(endpoint, "Add a row")
    press(endpoint, "Add a row")
    press(endpoint, "Remove the last")
    endpoint.get_by_role("group", name="row 1").get_by_label("2").fill("1.5")
    body = json.loads(body_of(endpoint))
    assert body["x"][1][2] == 1.5
    assert (len(body["x"]), len(body["colour"])) == (2, 2)
    press(endpoint, "Ask")
    assert [row[0] for row in answered(endpoint)] == ["0", "1"]


def test_lines_and_pasted_numbers_become_rows(page, site):
    endpoint = opened(page, site, "wide", "inverse")
    rows = "\n".join(", ".join(str(i % 5) for i in range(40)) for _ in range(2))
    endpoint.get_by_label("many, a row a line").fill(rows.replace(", ", "\t"))
    assert [len(row) for row in json.loads(body_of(endpoint))["many"]] == [40, 40]
    press(endpoint, "Ask")
    expect(endpoint.locator(".fault")).to_contain_text("different numbers of rows")


def test_draws_have_an_axis_of_their_own(page, site):
    endpoint = opened(page, site, "tiny", "draws")
    endpoint.get_by_label("draws", exact=True).fill("2")
    press(endpoint, "Ask")
    rows = answered(endpoint)
    assert [row[0] for row in rows] == [f"0 · {i} · {j}" for i in range(2) for j in range(3)]


def test_what_is_not_finite_is_called_so(page, site):
    endpoint = opened(page, site, "single", "forward")
    endpoint.get_by_label("latent", exact=True).fill("3e38")
    press(endpoint, "Ask")
    assert "not finite" in answered(endpoint)[0]


def test_a_body_that_does_not_fit_the_fields_stays_as_it_is(page, site):
    endpoint = opened(page, site, "tiny", "sample")
    endpoint.get_by_role("radio", name="JSON").check()
    for text, why in (
        ('{"x": [[0, 0', "not JSON"),
        ("[1]", "an object"),
        ('{"z": [1]}', "no field for z"),
        ('{"x": 3, "colour": ["red"]}', "cannot show 3"),
    ):
        endpoint.get_by_label("Body of the request").fill(text)
        endpoint.get_by_role("radio", name="Form").click()
        expect(endpoint.locator(".fault")).to_contain_text(why)
        assert endpoint.get_by_label("Body of the request").input_value() == text
    press(endpoint, "Ask")
    expect(endpoint.locator(".fault").first).to_be_visible()


def test_the_python_snippet_asks_the_same(page, site):
    endpoint = opened(page, site, "wide", "inverse")
    endpoint.get_by_role("combobox").select_option(index=1)
    press(endpoint, "Ask")
    expect(endpoint.locator(".answer")).to_be_visible()
    endpoint.get_by_text("The answer as it came", exact=True).click()
    answer = json.loads(endpoint.locator(".answer pre").inner_text())
    endpoint.locator("summary", has_text="Python").click()
    code = endpoint.locator(".snippets pre", has_text="import httpx").inner_text()
    done = subprocess.run(
        [sys.executable, "-c", code.replace("print(answer.json())", "print(answer.text)")],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == answer


def test_the_curl_snippet_follows_the_form(page, site):
    endpoint = opened(page, site, "wide", "inverse")
    endpoint.locator("summary", has_text="curl").click()
    endpoint.get_by_role("combobox").select_option(index=1)
    command = endpoint.locator(".snippets pre", has_text="curl")
    expect(command).to_contain_text("quoted")
    words = shlex.split(command.inner_text())
    assert words[:2] == ["curl", f"{str(site.base_url).rstrip('/')}/flows/wide/inverse"]
    sent = httpx.post(words[1], content=words[words.index("-d") + 1])
    assert sent.status_code == 200
    assert json.loads(words[-1])["kind_of"] == ['it\'s "quoted"']


def test_a_copied_snippet_is_in_the_clipboard(browser, site):
    from tests.serve.page.conftest import looking

    allowed = ["clipboard-read", "clipboard-write"]
    with looking(browser, permissions=allowed) as page:
        endpoint = opened(page, site, "tiny", "centre")
        endpoint.locator("summary", has_text="curl").click()
        press(endpoint, "Copy as curl")
        expect(endpoint.get_by_role("button", name="Copied")).to_be_visible()
        text = page.evaluate("() => navigator.clipboard.readText()")
        assert text == endpoint.locator(".snippets pre", has_text="curl").inner_text()
