"""Options of Ray Serve as they are written on the command line."""

import os
import sys

import pytest

from flowspec.diagnostics import FlowspecError, MissingDependencyError
from flowspec.serve.rayserve.library import import_ray
from flowspec.serve.rayserve.options import parse_options


def test_a_dot_leads_into_a_map_and_values_are_yaml():
    texts = [
        "autoscaling_config.min_replicas=1",
        "autoscaling_config.max_replicas=4",
        "ray_actor_options={num_cpus: 0.5}",
        "num_replicas=auto",
        "health_check_period_s=1e-1",
        "max_replicas_per_node=",
    ]
    assert parse_options(texts) == {
        "autoscaling_config": {"min_replicas": 1, "max_replicas": 4},
        "ray_actor_options": {"num_cpus": 0.5},
        "num_replicas": "auto",
        "health_check_period_s": 0.1,
        "max_replicas_per_node": None,
    }


def test_the_last_of_two_wins_and_a_map_is_added_to():
    texts = ["max_ongoing_requests=1", "max_ongoing_requests=2", "a={b: 1}", "a.c=2"]
    assert parse_options(texts) == {"max_ongoing_requests": 2, "a": {"b": 1, "c": 2}}


def test_a_value_may_hold_an_equals_sign_and_dots():
    assert parse_options(["ray_actor_options.runtime_env={env_vars: {A: b=c.d}}"]) == {
        "ray_actor_options": {"runtime_env": {"env_vars": {"A": "b=c.d"}}}
    }


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("max_ongoing_requests", "wrong-ray-option"),
        ("=4", "wrong-ray-option"),
        ("autoscaling_config.=4", "wrong-ray-option"),
        ("a={b: [}", "yaml-syntax"),
    ],
)
def test_what_is_no_option_is_refused(text, slug):
    with pytest.raises(FlowspecError) as caught:
        parse_options([text])
    assert caught.value.diagnostics[0].slug == slug


def test_a_dot_into_what_is_no_map_is_refused():
    with pytest.raises(FlowspecError, match="holds no map"):
        parse_options(["max_ongoing_requests=1", "max_ongoing_requests.more=2"])


def test_without_ray_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingDependencyError) as caught:
        import_ray()
    assert caught.value.diagnostics[0].help == 'install the extra: pip install "flowspec[ray]"'
