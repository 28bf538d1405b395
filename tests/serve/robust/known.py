"""Questions of every output, protocol and size whose answers are known."""

from dataclasses import dataclass

import numpy as np

from tests.serve.robust.questions import ASK, numbers

OUTPUTS = ("sample", "draws", "forward", "inverse", "log_prob", "centre")


@dataclass(frozen=True)
class Known:
    """A request, and what is to be answered."""

    output: str
    asked: object
    expected: dict

    def is_right(self, answer):
        """Whether an answer has the numbers, to 1e-6 of their size."""
        if answer.status_code != 200:
            return False
        found = numbers(answer, self.output)
        return found.keys() == self.expected.keys() and all(
            near(found[name], want) for name, want in self.expected.items()
        )


def near(found, want):
    found = np.asarray(found, float)
    return found.shape == want.shape and bool(
        np.all(np.abs(found - want) <= 1e-6 * (1 + np.abs(want)))
    )


def values_of(output, rows, random):
    """Inputs of an output, as JSON holds them."""
    values = {
        "x": random.normal(size=(rows, 3)).astype(np.float32).tolist(),
        "group": random.integers(0, 3, rows).tolist(),
    }
    if output in ("sample", "draws"):
        return {**values, "seed": random.integers(-(2**63), 2**63 - 1, rows).tolist()}
    if output == "forward":
        return {**values, "latent": random.normal(size=(rows, 2)).astype(np.float32).tolist()}
    if output in ("inverse", "log_prob"):
        inside = random.uniform([-0.9, 0.1], [0.9, 4.9], (rows, 2))
        return {**values, "y": inside.astype(np.float32).tolist()}
    return values


def known_questions(flow, count, sizes, seed=0):
    """Questions whose answers the flow itself has given, in one protocol after the other."""
    random = np.random.default_rng(seed)
    found = []
    for at in range(count):
        output = OUTPUTS[at % len(OUTPUTS)]
        protocol = list(ASK)[at % len(ASK)]
        values = values_of(output, int(random.choice(sizes)), random)
        found.append(
            Known(output, ASK[protocol]("robust", output, values), told(flow, output, values))
        )
    return found


def told(flow, output, values):
    """What the flow itself answers."""
    dtypes = {"group": np.int32, "seed": np.int64}
    arrays = {name: np.array(one, dtypes.get(name, np.float32)) for name, one in values.items()}
    return {name: np.asarray(one, float) for name, one in flow.ask(output, **arrays).items()}
