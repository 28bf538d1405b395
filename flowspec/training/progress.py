"""One progress bar for a whole training run, on the standard error stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import keras


class Progress(keras.callbacks.Callback):
    """A bar over the epochs with the losses; ten plain lines where there is no terminal."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self._epochs = epochs
        self._console = Console(stderr=True)
        self._bar = Bar(
            TextColumn("training"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[losses]}"), console=self._console,
        )  # fmt: skip
        self._task = self._bar.add_task("training", total=epochs, losses="")

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Show the bar."""
        if self._console.is_terminal:
            self._bar.start()

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Move the bar by one epoch."""
        losses = "  ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        self._bar.update(self._task, advance=1, losses=losses)
        done = epoch + 1
        if not self._console.is_terminal and done % max(1, self._epochs // 10) == 0:
            self._console.print(f"epoch {done}/{self._epochs}  {losses}", highlight=False)

    def stop(self) -> None:
        """Leave the bar as it is, however training ended."""
        if self._console.is_terminal:
            self._bar.stop()
