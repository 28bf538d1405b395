"""What the command says of the engine before and when it cannot start."""

import pytest

from flowspec.diagnostics import UsageError
from flowspec.serve.ray import _told


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (["--replicas", 2], "option-without-effect"),
        (["--ray-option", "max_ongoing_requests=8"], "option-without-effect"),
        (["--engine", "ray", "--ray-option", "max_ongoing_requests"], "wrong-ray-option"),
    ],
)
def test_options_of_ray_that_cannot_be_meant_are_refused(run, tiny, words, slug):
    code, _, said = run("serve", tiny[1], *words)
    assert code == 2
    assert f"error[{slug}]" in said


def test_what_ray_says_when_it_does_not_start_is_told_without_a_traceback():
    with pytest.raises(UsageError) as caught, _told("Ray cannot start"):
        raise RuntimeError("Traceback (most recent call last):\n  File x\nRuntimeError: no room")
    (found,) = caught.value.diagnostics
    assert (found.slug, found.message) == ("ray-failed", "Ray cannot start: no room")
