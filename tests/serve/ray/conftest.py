"""A small flow, two trainings of it, saved as bundles."""

import pytest

from tests.serve.conftest import compiled

SPEC = """\
flowspec: 1
name: small
event: {name: y, shape: [2]}
context:
  x: {kind: vector, size: 1}
layers:
  - kind: elementwise
    transform: {kind: affine}
    conditioner: {kind: mlp, hidden: [4]}
outputs:
  sample: {returns: [y, log_prob]}
  log_prob: {inputs: [y], returns: [log_prob]}
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    return compiled(SPEC, tmp_path_factory.mktemp("small"), 1)


@pytest.fixture(scope="session")
def trained_anew(tmp_path_factory):
    return compiled(SPEC, tmp_path_factory.mktemp("anew"), 2)
