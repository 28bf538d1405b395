"""A language: its version, and the steps that lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from flowspec.spec.migrations.step import Step
from flowspec.spec.spec import Spec


@dataclass(frozen=True, slots=True)
class Language:
    """A version of the language and how older ones become it.

    Attributes:
        current: The version.
        steps: One for every version but the first, in order.
        model: What a spec of this version may say.
    """

    current: int
    steps: tuple[Step, ...]
    model: type[Spec]

    def __post_init__(self) -> None:
        """Refuse a chain of steps with a gap, which is a bug."""
        if [step.to for step in self.steps] != list(range(2, self.current + 1)):
            raise RuntimeError(f"the steps do not lead from 1 to {self.current}: {self.steps}")

    def after(self, version: int) -> tuple[Step, ...]:
        """The steps that lead from a version to this one."""
        return self.steps[version - 1 :]
