import pytest

SPEC = """\
flowspec: 1
name: tiny
version: 1.2.0
description: "two, \\"quoted\\": no — ξ"
event: {name: y, shape: [2], fields: [a, "no"]}
context:
  side: {kind: category, labels: ["1.0", "yes", "null", "ok #1", "\\u00a0"]}
layers:
  - repeat: 3
    layers:
      - kind: coupling
        transform: {kind: rational_quadratic_spline, bins: 4, min_bin: 1e-5}
        conditioner: {kind: mlp, hidden: [4]}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a spec, `tiny.yaml`."""
    (tmp_path / "tiny.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
