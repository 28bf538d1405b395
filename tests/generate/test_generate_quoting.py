"""Any text, put into another language, is read there as that text and as nothing else."""

import ast
import json
import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from flowspec.generate.quoting import docstring, line, listed, markdown, mermaid, python, quoted
from tests.generate.hostile import TEXTS

NASTY = st.lists(st.sampled_from([*TEXTS, '"', "\\", " ", "\n", "a"]), max_size=6).map("".join)
ANY = st.one_of(st.text(max_size=60), NASTY)


def every(test):
    """Runs a test on any text, the hostile ones among them."""
    for text in TEXTS:
        test = example(text)(test)
    return given(ANY)(test)


@every
def test_a_line_is_one_line_of_printable_characters(text):
    found = line(text)
    assert found.isprintable()
    assert line(found) == found


@every
def test_a_docstring_holds_its_words(text):
    code = (
        f'def f():\n    """{docstring(text, 4)}."""\n\n\ndef g():\n    """x {docstring(text)}"""\n'
    )
    functions = ast.parse(code).body
    words = line(text).split()
    assert [ast.get_docstring(one, clean=False).split() for one in functions] == [
        [*words[:-1], words[-1] + "."] if words else ["."],
        ["x", *words],
    ]


@every
def test_a_literal_of_python_is_the_text(text):
    assert ast.literal_eval(python(text)) == text
    assert python(text).isprintable()


@every
def test_a_quoted_text_is_a_string_of_json_and_of_yaml(text):
    assert json.loads(quoted(text)) == line(text)
    assert yaml.safe_load(f"key: {quoted(text)} # comment") == {"key": line(text)}


@every
def test_nothing_in_markdown_is_markup(text):
    found = markdown(text)
    assert re.sub(r"\\([^A-Za-z0-9 ])", r"\1", found) == line(text)
    unescaped = re.sub(r"\\.", "", found)
    assert not re.search(r"[`*_{}\[\]<>#|~$&!]", unescaped)
    assert not re.match(r"[-+=]|\d+[.)]( |$)", found)


@every
def test_a_label_of_mermaid_cannot_be_closed(text):
    found = mermaid(text)
    assert re.fullmatch(r"([\w \-.,()=+/×]|#\d+;)*", found, re.ASCII)
    assert re.sub(r"#(\d+);", lambda code: chr(int(code[1])), found) == line(text)


def test_long_lists_are_cut():
    assert listed(["a", "b\nc"]) == "a, b c"
    assert listed([str(n) for n in range(14)]).endswith("10, 11 and 2 more")


@pytest.mark.parametrize(
    ("text", "wanted"), [("0.001", "0.001"), ("1. x", r"1\. x"), ("-1", r"\-1")]
)
def test_numbers_stay_readable(text, wanted):
    assert markdown(text) == wanted
