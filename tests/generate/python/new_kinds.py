"""Generates the module of a flow that is made of kinds the catalogue does not have.

Run in a process of its own, `python new_kinds.py FOLDER`, since it adds the kinds to the catalogue.
"""

import importlib
import sys
from pathlib import Path

import numpy as np

KINDS = Path(__file__).with_name("kinds")
for _family in KINDS.iterdir():
    importlib.import_module(f"flowspec.catalog.{_family.name}").__path__.append(str(_family))

import flowspec  # noqa: E402
from tests.generate.python.generated import by_flow, by_model, imported, written  # noqa: E402
from tests.laws.flows import perturb  # noqa: E402

EVERYTHING = ["latent", "log_prob", "base_log_prob", "ldj"]
NODE = {
    "flowspec": 1,
    "name": "new",
    "dtype": "float64",
    "event": {"name": "y", "shape": [3], "support": {"kind": "above", "low": 2.0}},
    "context": {"x": {"kind": "vector", "size": 2, "encoder": {"kind": "waves"}}},
    "base": {"kind": "logistic"},
    "layers": [
        {"kind": "reflections"},
        {"kind": "coupling", "transform": {"kind": "sinh_arcsinh"},
         "conditioner": {"kind": "residual"}},
        {"kind": "elementwise", "transform": {"kind": "sinh_arcsinh", "tail_bound": 1.0},
         "conditioner": {"kind": "residual", "blocks": 1}},
    ],
    "outputs": {
        "sample": {"returns": ["y", *EVERYTHING]},
        "draws": {"returns": ["y"], "draws": 3, "temperature": 0.5},
        "given": {"inputs": ["y"], "returns": EVERYTHING},
        "centre": {"returns": ["y"], "deterministic": True},
    },
}  # fmt: skip


def main(folder: Path) -> None:
    """Compare the flow's numbers with the module's."""
    flow = perturb(flowspec.compile(NODE))
    model = imported(written(flow, folder)).load()
    assert model.by_path().keys() == flow.variables.keys()
    random = np.random.default_rng(0)
    rows = {"x": random.normal(size=(5, 2)), "seed": np.arange(5), "y": 2 + random.random((5, 3))}
    expected, found = by_flow(flow, rows), by_model(model, flow, rows)
    for output, returns in expected.items():
        for name, value in returns.items():
            np.testing.assert_allclose(found[output][name], value, rtol=1e-12)
    distribution = model.distribution(x=rows["x"])
    np.testing.assert_allclose(
        distribution.log_prob(rows["y"]), expected["given"]["log_prob"], rtol=1e-12
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
