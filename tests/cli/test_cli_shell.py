"""What a shell sees of the commands that need no TensorFlow: codes, pipes, completion, help."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flowspec.cli.main import CLOSED_PIPE, COMMANDS, cli

LIGHT = ("explain", "new", "plan", "schema", "validate")
SPEC = "specs/latent_policy.yaml"
CALLS = {
    "explain": [[], ["affine"], ["--json"]],
    "new": [[], ["--list"]],
    "plan": [[SPEC], [SPEC, "--json"]],
    "schema": [[]],
    "validate": [[SPEC], [SPEC, "--json"], [SPEC, "--format", "sarif"]],
}
EVERY_CALL = [(name, *words) for name, calls in CALLS.items() for words in calls]


def flowspec(*words, **options):
    command = [sys.executable, "-m", "flowspec", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@pytest.mark.parametrize("words", EVERY_CALL, ids=" ".join)
def test_a_closed_pipe_ends_a_command_quietly(words):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "flowspec", *words]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert done.stderr == b""
    assert done.returncode == CLOSED_PIPE


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["validate", SPEC], 0),
        (["validate", SPEC, "--set", "seed=-1"], 1),
        (["validate", SPEC, "--set", "seed=-1", "--format", "sarif"], 1),
        (["validate", "missing.yaml"], 1),
        (["plan", SPEC, "--set", "layers.0.repeat=2000"], 1),
        (["validate"], 2),
        (["validate", SPEC, "--format", "xml"], 2),
        (["validate", SPEC, "--jsn"], 2),
        (["plan", SPEC, SPEC], 2),
        (["explain", "zzz"], 2),
        (["new", "zzz"], 2),
        (["schema", "more"], 2),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else None,
)
def test_the_exit_code_tells_findings_from_wrong_use(run, words, code):
    got, _, err = run(*words)
    assert got == code
    assert "Traceback" not in err
    assert bool(err) == (code == 2 or (code == 1 and "sarif" not in words))


def complete(shell, words, **variables):
    environment = {**os.environ, "_FLOWSPEC_COMPLETE": f"{shell}_complete"}
    index = str(len(words.split(" ")) - 1)
    environment |= {"COMP_WORDS": words, "COMP_CWORD": index, **variables}
    done = flowspec(env=environment)
    assert done.stderr == ""
    return done.stdout.replace("plain,", "").split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_for_each_shell_is_a_script(shell):
    done = flowspec(env={**os.environ, "_FLOWSPEC_COMPLETE": f"{shell}_source"})
    assert "_FLOWSPEC_COMPLETE" in done.stdout


def test_the_shell_completes_commands_options_topics_and_templates():
    assert complete("bash", "flowspec vali") == ["validate"]
    assert complete("bash", "flowspec new po") == ["policy"]
    assert "--format" in complete("bash", "flowspec validate --f")
    assert "outputs.draws" in complete("bash", "flowspec explain outputs.d")
    assert complete("bash", "flowspec explain unmoved") == ["unmoved-feature"]
    assert "sarif" in complete("bash", "flowspec validate --format s")


@pytest.mark.parametrize("name", LIGHT)
def test_help_shows_what_every_option_does_and_an_example(run, name):
    code, out, _ = run(name, "--help")
    assert code == 0
    command = cli.get_command(None, name)
    for parameter in command.params:
        if parameter.param_type_name == "option":
            assert parameter.help
            assert parameter.help[0].isupper()
            assert parameter.opts[0] in out
    assert name == "schema" or re.search(rf"^  flowspec {name}\b", out, re.MULTILINE)


@pytest.mark.parametrize("words", [["plan", SPEC], ["schema"], ["explain"]], ids=" ".join)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_standard_output_is_told(words):
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "flowspec", *words]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "standard output cannot be written: no space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_character_that_the_terminal_has_not_is_replaced():
    kind, latin = "rational_quadratic_spline", {**os.environ, "PYTHONIOENCODING": "latin-1"}
    assert "θ" in flowspec("explain", kind).stdout
    done = flowspec("explain", kind, env=latin, encoding="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" in done.stdout


def test_a_closed_standard_input_is_told():
    command = f"{sys.executable} -m flowspec validate - <&-"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "standard input cannot be read: it is closed" in done.stderr


def test_every_command_is_told_in_one_line_of_help():
    text = flowspec("--help").stdout.partition("Commands:")[2]
    assert "..." not in text
    assert len(text.strip().splitlines()) == len(COMMANDS)


def test_new_writes_to_standard_output_where_that_is_named(tmp_path):
    done = flowspec("new", "policy", "--output", "-", cwd=tmp_path)
    assert done.stdout == flowspec("new", "policy").stdout
    assert list(tmp_path.iterdir()) == []
