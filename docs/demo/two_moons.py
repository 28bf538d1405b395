"""A density on the plane, learned from points on two half circles, as a picture.

python docs/demo/two_moons.py [--output PICTURE]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np

import flowspec
from flowspec.cli.quiet import start_tensorflow

mpl.use("Agg")
import matplotlib.pyplot as plt

SPEC = Path(__file__).parents[2] / "specs" / "two_moons.yaml"


def moons(count: int, seed: int = 0) -> np.ndarray:
    """Points near two interleaved half circles. Shapes: returns `(count, 2)`."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, np.pi, count)
    upper = random.random(count) < 0.5
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle))
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle))
    return np.stack([x, y], -1) + random.normal(scale=0.08, size=(count, 2))


def draw(flow: flowspec.Flow, points: np.ndarray, output: Path) -> None:
    """Data, draws and density side by side."""
    xs, ys = np.linspace(-1.6, 2.6, 260), np.linspace(-1.2, 1.7, 180)
    grid = np.stack(np.meshgrid(xs, ys), -1)
    density = np.exp(flow.log_prob(grid.reshape(-1, 2))).reshape(grid.shape[:2])
    drawn = flow.sample(len(points), seed=1)
    figure, axes = plt.subplots(1, 3, figsize=(12, 3.2), layout="constrained", sharey=True)
    for panel, title, cloud in ((axes[0], "data", points), (axes[1], "draws", drawn)):
        panel.plot(*cloud.T, ".", ms=1.5, alpha=0.5, color="#1b6ca8")
        panel.set(title=title)
    axes[2].pcolormesh(xs, ys, density, cmap="magma", shading="auto")
    axes[2].set(title="density")
    for panel in axes:
        panel.set(xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]), aspect="equal")
    figure.savefig(output, dpi=130)
    plt.close(figure)


def main() -> None:
    """Train, and draw the picture."""
    parser = argparse.ArgumentParser(description="A density on the plane.")
    parser.add_argument("--output", type=Path, default=Path("two_moons.png"))
    output = parser.parse_args().output
    start_tensorflow()
    points = moons(4000)
    flow = flowspec.compile(SPEC)
    flow.fit({"point": points})
    print(f"held-out loss: {-flow.log_prob(moons(4000, seed=1)).mean():.3f} nats")
    draw(flow, points, output)
    print(f"wrote {output}")


if __name__ == "__main__":
    main()
