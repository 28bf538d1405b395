"""Commands called in this process, and one bundle that all of them ask."""

import csv

import numpy as np
import pytest

SPEC = """\
flowspec: 1
name: tiny
event: {name: y, shape: [2], fields: [a, b], standardize: true}
context:
  x: {kind: vector, size: 1}
layers:
  - kind: elementwise
    transform: {kind: affine}
    conditioner: {kind: mlp, hidden: [4]}
outputs:
  sample: {returns: [y]}
  draws: {returns: [y, log_prob], draws: 3}
  forward: {inputs: [latent], returns: [y, ldj]}
  inverse: {inputs: [y], returns: [latent]}
  centre: {returns: [y], deterministic: true}
training: {epochs: 2, batch_size: 16}
"""

ALONE = """\
flowspec: 1
name: alone
event: {name: y, shape: [2]}
layers:
  - {kind: elementwise, transform: {kind: affine}}
"""


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """A folder with a spec and forty rows of data."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "tiny.yaml").write_text(SPEC)
    random = np.random.default_rng(0)
    x = random.normal(size=(40, 1))
    y = x + random.normal(size=(40, 2))
    rows = [["x", "a", "b"], *np.hstack([x, y]).round(6).tolist()]
    with (folder / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    with (folder / "context.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [["id", "x"], *([f"r{i}", r[0]] for i, r in enumerate(rows[1:]))]
        )
    np.savez(folder / "rows.npz", x=x.round(6), y=y.round(6))
    return folder


@pytest.fixture(scope="session")
def flow(work):
    """A flow whose every variable has been moved off its start."""
    from flowspec import compile

    flow = compile(work / "tiny.yaml")
    random = np.random.default_rng(1)
    for variable in flow.variables.values():
        variable.assign(0.5 + 0.1 * random.normal(size=variable.shape))
    return flow


@pytest.fixture(scope="session")
def bundle(flow, work):
    flow.save(work / "fresh.bundle")
    return work / "fresh.bundle"


@pytest.fixture(scope="session")
def alone(work):
    """A flow without context, as a bundle."""
    from flowspec import compile

    (work / "alone.yaml").write_text(ALONE)
    flow = compile(work / "alone.yaml")
    flow.save(work / "alone.bundle")
    return flow, work / "alone.bundle"
