"""Flows that are hard to show, a server of them, and a browser that looks at its page."""

import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.serve.conftest import compiled, serving

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 60

expect.set_options(timeout=SECONDS * 1000)

HOSTILE = "<img src=x onerror=alert(1)>"

WIDE = """\
flowspec: 1
name: wide
description: "<img src=x onerror=alert(1)><script>alert(2)</script>"
event:
  name: y
  shape: [200]
  fields: [FIELDS]
context:
  kind_of: {kind: category, labels: ["<img src=x onerror=alert(1)>", "it's \\"quoted\\"", plain]}
  many: {kind: vector, size: 40}
layers:
  - repeat: 5
    layers:
      - kind: coupling
        mask: halves
        transform: {kind: affine}
        conditioner: {kind: mlp, hidden: [4]}
      - {kind: permutation}
outputs:
  sample_and_log_prob: {returns: [y, log_prob]}
  inverse: {inputs: [y], returns: [latent]}
""".replace("FIELDS", ", ".join([f"'{HOSTILE}'", *(f"gene {i}" for i in range(1, 200))]))

SINGLE = """\
flowspec: 1
name: single
event: {name: size, shape: [1], support: {kind: positive}}
layers:
  - {kind: elementwise, transform: {kind: affine}}
outputs:
  sample: {returns: [size]}
  forward: {inputs: [latent], returns: [size, ldj]}
"""


@pytest.fixture(scope="session")
def wide(tmp_path_factory):
    return compiled(WIDE, tmp_path_factory.mktemp("wide"), 4)


@pytest.fixture(scope="session")
def single(tmp_path_factory):
    return compiled(SINGLE, tmp_path_factory.mktemp("single"), 5)


@pytest.fixture(scope="session")
def site(tiny, other, alone, wide, single):
    """Five bundles of four flows, one of them in two revisions."""
    bundles = [tiny[1], f"2={other[1]}", alone[1], wide[1], single[1]]
    with serving(*bundles, labels=["tiny@stable=1"], max_batch=256) as client:
        client.headers["accept"] = "application/json"
        yield client


@pytest.fixture(scope="module")
def browser():
    """Chromium, closed before another file needs an event loop of its own."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.fail(
            "the page is tested in Chromium: install it, as `apt-get install chromium` does"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def looking(browser, **options):
    """A page that has nothing kept; what it logs and asks is noted."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    page.set_default_timeout(SECONDS * 1000)
    page.messages, page.asked = [], []
    page.on("console", lambda message: page.messages.append(message.text))
    page.on("pageerror", lambda error: page.messages.append(str(error)))
    page.on("dialog", lambda dialog: page.messages.append(f"dialog {dialog.message}"))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    context.close()


@pytest.fixture
def page(browser):
    with looking(browser) as page:
        yield page


def opened(page, site, flow, output=None, revision=None):
    """Go to a flow, open one of its endpoints, and return that."""
    where = f"#/{flow}" if revision is None else f"#/{flow}/{revision}"
    page.goto(f"{site.base_url}{where}")
    expect(page.locator("h1")).to_have_text(flow)
    if output is None:
        return None
    endpoint = page.locator(f"details[data-output={output}]")
    if endpoint.get_attribute("open") is None:
        endpoint.locator("summary").first.click()
    return endpoint


def press(endpoint, name):
    endpoint.get_by_role("button", name=name, exact=True).click()


def body_of(endpoint):
    """The request as the form shows it when it is asked for JSON."""
    endpoint.get_by_role("radio", name="JSON").check()
    text = endpoint.get_by_label("Body of the request").input_value()
    endpoint.get_by_role("radio", name="Form").check()
    return text


def cells(table):
    """The body of a table as text."""
    return table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(cell => cell.textContent))"
    )
