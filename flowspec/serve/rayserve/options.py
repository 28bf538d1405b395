"""Options of Ray Serve on the command line, and whether Ray has them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from flowspec.diagnostics import Diagnostic, UsageError, nearest
from flowspec.source.lines import Lines
from flowspec.source.reader import read_lines

_WITHHELD = frozenset({"_func_or_class", "name", "version", "user_config", "deployment_actors"})
"""Parameters of Ray's `deployment` that are for those who write the deployment."""


def parse_options(texts: Sequence[str]) -> dict[str, Any]:
    """Several `KEY=VALUE`: a dot leads into a map, a value is YAML.

    Args:
        texts: The options; of two that set the same the last wins.

    Returns:
        What they say, as Ray's `deployment` takes it.

    Raises:
        UsageError: If one has another form.
        SpecError: If a value is no YAML.

    Example:
        >>> parse_options(["autoscaling_config.max_replicas=4", "max_ongoing_requests=64"])
        {'autoscaling_config': {'max_replicas': 4}, 'max_ongoing_requests': 64}
    """
    options: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        *outer, last = key.split(".")
        if not equals or not all([*outer, last]):
            raise UsageError(_malformed(text, "is no option of Ray Serve"))
        place = options
        for name in outer:
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise UsageError(_malformed(text, f"leads into `{name}`, which holds no map"))
        lines = Lines(text, f"--ray-option {text}", skip=len(key) + 1)
        place[last] = read_lines(value, lines, any_top=True).plain()
    return options


def check_options(options: Mapping[str, Any], deployment: Callable[..., Any]) -> None:
    """Refuse what Ray does not know; it would ignore some of it in silence.

    Args:
        options: The options.
        deployment: Ray Serve's `deployment`, whose signature says what there is.

    Raises:
        UsageError: If there is no such option.
    """
    known = {
        name: parameter.annotation
        for name, parameter in inspect.signature(deployment).parameters.items()
        if name not in _WITHHELD
    }
    if faults := list(_unknown(options, known, "")):
        raise UsageError(*faults)


def refused(error: Exception) -> UsageError:
    """Ray knows the options, and does not take what they were given."""
    if not isinstance(error, ValidationError):
        return UsageError(_wrong(str(error)))
    return UsageError(
        *(
            _wrong(fault["msg"], ".".join(map(str, fault["loc"])), str(fault["input"]))
            for fault in error.errors()
        )
    )


def _unknown(
    given: Mapping[str, Any], known: Mapping[str, Any], outer: str
) -> Iterator[Diagnostic]:
    for key, value in given.items():
        if key not in known:
            yield _no_such(outer + key, key, sorted(known))
        elif isinstance(value, Mapping) and (fields := _fields(known[key])):
            yield from _unknown(value, fields, f"{outer}{key}.")


def _fields(annotation: Any) -> dict[str, Any]:
    """The settings that a value of this type has, by name; none where it is a map of any names."""
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return {name: field.annotation for name, field in part.model_fields.items()}
    return {}


def _malformed(text: str, why: str) -> Diagnostic:
    return Diagnostic(
        slug="wrong-ray-option", message=f"`{text}` {why}",
        expected="KEY=VALUE, as in autoscaling_config.max_replicas=4",
    )  # fmt: skip


def _no_such(path: str, key: str, known: Iterable[str]) -> Diagnostic:
    words = tuple(known)
    return Diagnostic(
        slug="unknown-ray-option", message=f"Ray Serve has no option `{path}`", path=path,
        expected=", ".join(words), nearest=nearest(key, words),
    )  # fmt: skip


def _wrong(why: str, path: str = "", got: str | None = None) -> Diagnostic:
    name = f"the option `{path}`" if path else "the options"
    return Diagnostic(
        slug="wrong-ray-option", message=f"Ray Serve does not take {name}: {why}",
        path=path or None, got=got,
    )  # fmt: skip
