"""Compiled flows with perturbed variables, the rows they are asked about, and their answers.

Everything is made once for all laws. The variables of the float32 flow are those of the float64
flow, which are rounded to float32 first; so are the rows. What differs is arithmetic alone.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

import flowspec
from flowspec.catalog import SUPPORTS
from flowspec.models import answer
from flowspec.plan import Question, solve
from flowspec.records import OutputRecord, Plan
from flowspec.spec.output import Output
from tests.laws.cases import Case
from tests.laws.questions import questions

Arrays = dict[str, Any]

ROWS = 7
NEAR = 1e-5
SPREAD = 0.6
"""The standard deviation of what is added to a variable, times the root of its inputs."""


def random(*key: object) -> np.random.Generator:
    """Numbers that depend on the key alone."""
    return np.random.default_rng(zlib.crc32("/".join(map(str, key)).encode()))


def rounded(array: Any) -> Any:
    """The array in float64, each number one that float32 has too; integers as they are."""
    array = np.asarray(array)
    return array.astype(np.float32).astype(np.float64) if array.dtype.kind == "f" else array


def fresh(case: Case, dtype: str = "float64", *overrides: str) -> flowspec.Flow:
    """A flow of its own, as it is after compiling."""
    return flowspec.compile(case.node, [f"dtype={dtype}", *overrides])


@functools.cache
def untouched(case: Case, dtype: str = "float64") -> flowspec.Flow:
    """The flow as it is after compiling, which none of the laws changes."""
    return fresh(case, dtype)


def perturb(flow: flowspec.Flow) -> flowspec.Flow:
    """Move every variable by fixed random numbers; those that start at one stay positive."""
    values = {}
    for record in flow.plan.variables:
        spread = SPREAD / max(record.shape[0] if len(record.shape) > 1 else 4, 1) ** 0.5
        noise = spread * random(record.path).normal(size=record.shape)
        start = np.asarray(flow.variables[record.path])
        moved = start * np.exp(noise) if record.initializer == "ones" else start + noise
        values[record.path] = rounded(moved)
    flow.assign(values)
    return flow


@functools.cache
def compiled(case: Case, dtype: str = "float64") -> flowspec.Flow:
    """The perturbed flow that all laws share; none of them changes it."""
    flow = fresh(case, dtype)
    if dtype == "float64":
        return perturb(flow)
    exact = compiled(case).variables
    flow.assign({path: np.asarray(variable) for path, variable in exact.items()})
    return flow


def context_of(case: Case, rows: int = ROWS, *key: object) -> Arrays:
    """Context inputs by name; a category takes all its values in turn."""
    found: Arrays = {}
    for record in compiled(case).plan.contexts:
        numbers = random("context", record.name, *key)
        if record.count is not None:
            found[record.name] = ((np.arange(rows) + len(key)) % record.count).astype(np.int32)
        else:
            found[record.name] = rounded(numbers.normal(size=(rows, *record.shape[1:])))
    return found


@functools.cache
def rows_of(case: Case) -> Mapping[str, Any]:
    """Every input by name: context, `latent`, `seed`, and events that have these latents.

    The latents are as wide as float32 allows: no event may come so near to a bound of the support
    that it would round to it.
    """
    numbers, flow = random("rows"), compiled(case)
    rows = context_of(case)
    rows["seed"] = numbers.integers(-(2**63), 2**63 - 1, size=ROWS)
    noise = numbers.normal(size=(ROWS, flow.plan.event.size))
    support = SUPPORTS.make(flow.plan.event.support)
    for scale in (1.3, 0.7, 0.4, 0.2):
        rows["latent"] = rounded(scale * noise)
        rows[case.event] = rounded(call(flow, "forward", rows)[case.event])
        if tf.reduce_all(support.contains(tf.constant(rows[case.event] * (1 + NEAR)))):
            break
    return rows


def call(flow: flowspec.Flow, question: str, rows: Mapping[str, Any]) -> Arrays:
    """The answer to a question of the laws, eagerly, from the inputs it takes among `rows`."""
    return {name: value.numpy() for name, value in tensors(flow, question, rows).items()}


def tensors(flow: flowspec.Flow, question: str, rows: Mapping[str, Any]) -> dict[str, Any]:
    """The same as tensors; a tensor among the inputs may be watched by a tape."""
    record = solved(flow.plan, question)
    inputs = {
        given.name: tf.cast(tf.convert_to_tensor(rows[given.name]), given.dtype)
        for given in record.inputs
    }
    return answer(flow.store, record, inputs)


def solved(plan: Plan, question: str) -> OutputRecord:
    """The steps that answer a question of the laws."""
    node = questions(plan.event.name)[question]
    record = solve(plan, Question.of(question, Output(**node)), refuse)
    assert record is not None
    return record


def refuse(slug: str, message: str, *_: Any, **__: Any) -> None:
    """A question of the laws that cannot be answered is an error of the laws."""
    raise AssertionError(f"{slug}: {message}")


@functools.cache
def answers(case: Case, question: str, dtype: str = "float64") -> Mapping[str, Any]:
    """The answer to a question about the usual rows."""
    return call(compiled(case, dtype), question, rows_of(case))


def only_context(case: Case, rows: Mapping[str, Any]) -> Arrays:
    """The context inputs among `rows`."""
    return {record.name: rows[record.name] for record in compiled(case).plan.contexts}


def take(rows: Mapping[str, Any], which: Any) -> Arrays:
    """Some of the rows, in any order."""
    return {name: array[which] for name, array in rows.items()}


def features(flow: flowspec.Flow, part: Any, rows: Mapping[str, Any]) -> list[Any]:
    """The encoded context that a part of the store reads."""
    inputs = {record.name: record.dtype for record in flow.plan.contexts}
    return [
        flow.store.contexts[name](tf.constant(rows[name], inputs[name]))
        for name in part.record.reads
    ]
