"""The demo: how much a household spends on food, given its income.

Engel's 235 households of 1857, from statsmodels. Shows the plan of `specs/engel.yaml`, trains it on
five fixed splits, compares it with two Gaussians fitted to the same rows, samples, and draws a fan
of predicted quantiles.

    python docs/demo/engel.py [--output PICTURE]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib as mpl
import numpy as np
import statsmodels.api as sm
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize
from scipy.stats import norm

import flowspec
from flowspec.cli.quiet import start_tensorflow
from flowspec.plan import render

mpl.use("Agg")
import matplotlib.pyplot as plt

SPEC = Path(__file__).parents[2] / "specs" / "engel.yaml"
SPLITS = 5


def households() -> tuple[np.ndarray, np.ndarray]:
    """Income and food expenditure in Belgian francs a year. Shapes: `(235, 1)` each."""
    data = sm.datasets.engel.load_pandas().data
    return data[["income"]].to_numpy(), data[["foodexp"]].to_numpy()


def splits(count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Training and held-out rows of each split: 80 % and 20 % of a fixed permutation."""
    random = np.random.RandomState(0)
    orders = [random.permutation(count) for _ in range(SPLITS)]
    return [(order[: int(0.8 * count)], order[int(0.8 * count) :]) for order in orders]


def normal_loss(y: np.ndarray, mean: np.ndarray, log_scale: np.ndarray | float) -> float:
    """The mean negative log-density of y under normal distributions, in nats."""
    z = (y - mean) * np.exp(-log_scale)
    return float(np.mean(0.5 * z**2 + log_scale + 0.5 * np.log(2 * np.pi)))


def linear_gaussian(x: np.ndarray, y: np.ndarray, new_x: np.ndarray, new_y: np.ndarray) -> float:
    """Held-out loss of a normal with a linear mean and one scale, fitted by least squares."""
    slope, intercept = np.polyfit(x, y, 1)
    log_scale = np.log(np.std(y - intercept - slope * x))
    return normal_loss(new_y, intercept + slope * new_x, log_scale)


def scaled_gaussian(x: np.ndarray, y: np.ndarray, new_x: np.ndarray, new_y: np.ndarray) -> float:
    """Held-out loss of a normal whose mean and log-scale are linear, fitted by likelihood."""
    center, spread = x.mean(), x.std()
    slope, intercept = np.polyfit((x - center) / spread, y, 1)

    def loss(p: np.ndarray, at: np.ndarray, value: np.ndarray) -> float:
        z = (at - center) / spread
        return normal_loss(value, p[0] + p[1] * z, p[2] + p[3] * z)

    start = np.array([intercept, slope, np.log(y.std() / 2), 0.0])
    options = {"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-8, "fatol": 1e-10}
    best = minimize(loss, start, (x, y), method="Nelder-Mead", options=options)
    return loss(best.x, new_x, new_y)


def flow_loss(
    income: np.ndarray, food: np.ndarray, training: np.ndarray, held: np.ndarray
) -> float:
    """Held-out loss of the flow."""
    flow = flowspec.compile(SPEC)
    flow.fit({"income": income[training], "food": food[training]}, verbose=False)
    return -float(flow.log_prob(food[held], income=income[held]).mean())


def compare(income: np.ndarray, food: np.ndarray, console: Console) -> np.ndarray:
    """Held-out losses of the three models on each split. Shapes: returns `(5, 3)`."""
    losses = []
    console.print("held-out negative log-likelihood over five splits:")
    with console.status("training"):
        for training, held in splits(len(food)):
            rows = (income[training, 0], food[training, 0], income[held, 0], food[held, 0])
            losses.append(
                [
                    linear_gaussian(*rows),
                    scaled_gaussian(*rows),
                    flow_loss(income, food, training, held),
                ]
            )
            console.print(
                f"split {len(losses)} of {SPLITS}: {losses[-1][-1]:.3f} nats", style="dim"
            )
    table = Table("held-out loss, nats", *"12345", "mean")
    names = ("linear Gaussian", "Gaussian, log-scale linear too", f"flow, {SPEC.name}")
    for name, column in zip(names, np.transpose(losses), strict=True):
        table.add_row(name, *(f"{loss:.2f}" for loss in (*column, column.mean())))
    console.print(table)
    return np.array(losses)


def quantile(flow: flowspec.Flow, income: np.ndarray, share: float) -> np.ndarray:
    """The value below which a share of the density lies. Shapes: income `(B, 1)`; `(B,)`.

    The flow of one feature is increasing, so it carries the base's quantiles to the event's.
    """
    latent = np.full_like(income, norm.ppf(share))
    return flow.ask("quantile", income=income, latent=latent)["food"][:, 0]


def draw(flow: flowspec.Flow, income: np.ndarray, food: np.ndarray, output: Path) -> None:
    """A fan of predicted quantiles over income, with the households."""
    grid = np.linspace(income.min(), np.quantile(income, 0.995), 160)[:, np.newaxis]
    figure, axes = plt.subplots(figsize=(8, 5.2), layout="constrained")
    for low, shade in ((0.05, 0.15), (0.15, 0.25), (0.25, 0.4)):
        label = f"{low:.0%} to {1 - low:.0%}"
        band = [quantile(flow, grid, share) for share in (low, 1 - low)]
        axes.fill_between(grid[:, 0], *band, color="#1b6ca8", alpha=shade, lw=0, label=label)
    median = flow.ask("median", income=grid)["food"][:, 0]
    axes.plot(grid[:, 0], median, color="#0b3c5d", lw=2, label="median")
    axes.plot(income, food, "o", color="#d1495b", ms=3.5, alpha=0.7, label="households")
    axes.set(
        xlabel="income, francs a year", ylabel="food expenditure, francs a year",
        title="Food expenditure given income: quantiles of the flow's density",
        xlim=(grid[0, 0], grid[-1, 0]), ylim=(0, None),
    )  # fmt: skip
    axes.legend(loc="upper left", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(output, dpi=150)
    plt.close(figure)


def main() -> None:
    """Run the demo."""
    parser = argparse.ArgumentParser(description="Food expenditure given income.")
    parser.add_argument("--output", type=Path, default=Path("engel.png"))
    output = parser.parse_args().output
    console = Console()
    income, food = households()
    spec = flowspec.validate(SPEC)
    console.print(f"{SPEC.name} is valid: {spec.name} {spec.version}\n", highlight=False)
    start_tensorflow()
    flow = flowspec.compile(spec)
    console.print(render(flow.plan), highlight=False, soft_wrap=True)
    compare(income, food, console)
    console.print("\nall households:")
    flow.fit({"income": income, "food": food})
    typical = np.array([[500.0], [1000.0], [2000.0]])
    for value, drawn in zip(typical[:, 0], flow.sample(5, seed=1, income=typical), strict=True):
        sums = "  ".join(f"{amount:5.0f}" for amount in drawn[:, 0])
        console.print(f"income {value:5.0f} francs, food in five draws: {sums}", highlight=False)
    draw(flow, income, food, output)
    console.print(f"\nwrote {output}", highlight=False)


if __name__ == "__main__":
    main()
