"""From a spec to a plan, without TensorFlow: every shape, variable and step decided."""

from flowspec.plan.outputs import output_named
from flowspec.plan.planner import check, plan
from flowspec.plan.render import render
from flowspec.plan.solver import Question, solve

__all__ = ["Question", "check", "output_named", "plan", "render", "solve"]
