"""What is generated is current, and can be generated without TensorFlow."""

import runpy
import subprocess
import sys

from flowspec.spec import schema_text
from tests.docs.markdown import ROOT

GENERATE = """
import runpy, sys
page = runpy.run_path("docs/kinds.py")["page"]()
assert not {"tensorflow", "keras", "numpy"} & sys.modules.keys()
sys.stdout.buffer.write(page.encode())
"""


def test_the_page_of_kinds_is_current():
    page = runpy.run_path(str(ROOT / "docs" / "kinds.py"))["page"]()
    assert (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8") == page, "run `make docs`"


def test_the_page_of_kinds_needs_no_tensorflow_and_is_always_the_same():
    run = subprocess.run(
        [sys.executable, "-c", GENERATE], cwd=ROOT, capture_output=True, check=True
    )
    assert run.stdout == (ROOT / "docs" / "kinds.md").read_bytes()


def test_the_shipped_schema_is_current():
    shipped = ROOT / "flowspec" / "spec" / "flowspec.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_text(), "run `make docs`"


def test_the_page_of_rules_is_current():
    page = runpy.run_path(str(ROOT / "docs" / "rules.py"))["page"]()
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page, "run `make docs`"


def test_the_page_of_diagnostics_is_current():
    page = runpy.run_path(str(ROOT / "docs" / "diagnostics.py"))["page"]()
    assert (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8") == page, "run `make docs`"
