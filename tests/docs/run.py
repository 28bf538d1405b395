"""Runs the Python and console blocks of a page as a reader would, one after the other."""

import ast
import contextlib
import doctest
import io
import re
import shlex
import sys
import tokenize

from flowspec.cli import main
from tests.docs.markdown import ROOT
from tests.docs.servers import curl


def run_python(block, namespace):
    """Execute a block; an expression whose comment is a literal must be equal to it."""
    if block.text.startswith(">>>"):
        run_doctest(block, namespace)
        return
    comments = comments_of(block.text)
    for statement in ast.parse(block.text).body:
        expected = comments.get(statement.end_lineno)
        place = f"{block.page}:{block.line + statement.lineno - 1}"
        ast.increment_lineno(statement, block.line - 1)
        if isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), block.page, "eval"), namespace)
            literal = literal_of(expected)
            assert literal is None or value == literal[0], f"{place}: {value!r}"
        else:
            exec(compile(ast.Module([statement], []), block.page, "exec"), namespace)


def run_doctest(block, namespace):
    test = doctest.DocTestParser().get_doctest(
        block.text, namespace, str(block), str(block.page), block.line - 1
    )
    failures = io.StringIO()
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
        test, out=failures.write, clear_globs=False
    )
    namespace.update(test.globs)
    assert result.failed == 0, failures.getvalue()


def comments_of(code):
    """The comment at the end of each line, by line number."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {t.start[0]: t.string[1:].strip() for t in tokens if t.type == tokenize.COMMENT}


def literal_of(comment):
    """The value that a comment states, in a tuple; None where it is prose."""
    try:
        return (ast.literal_eval(comment),)
    except (SyntaxError, TypeError, ValueError):
        return None


def run_console(block, servers):
    """Run the commands of a block; exit codes and the output that is shown must be right."""
    for command, shown in commands(block.text):
        words = shlex.split(command, comments=True)
        if words[0] == "make":
            assert set(words[1:]) <= make_targets(), f"{block}: {command}"
            continue
        if words[0] == "curl":
            printed = curl(words[1:], servers)
        elif words[-1] == "&":
            printed = servers.start(words[1:-1])
        else:
            assert words[0] == "flowspec", f"{block}: no test can run {command}"
            annotated = re.search(r"# exit code (\d+)", command)
            code, printed = invoke(words[1:])
            assert code == int(annotated[1] if annotated else 0), f"{block}: {command}\n{printed}"
        if shown:
            assert pattern_of(shown).fullmatch(printed), f"{block}: {command}\n{printed}"


def commands(text):
    """Each command with the output that is shown below it."""
    joined = re.sub(r"\\\n +", "", text)
    parts = re.split(r"^\$ ", joined, flags=re.MULTILINE)
    assert not parts[0].strip(), "a console block begins with a command"
    for part in parts[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def invoke(arguments):
    """Exit code and output, errors included, of the command line in this process."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    kept, sys.argv = sys.argv, ["flowspec", *arguments]
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            main()
    except SystemExit as stop:
        return stop.code or 0, output.buffer.getvalue().decode()
    finally:
        sys.argv = kept
    return 0, output.buffer.getvalue().decode()


def pattern_of(shown):
    """`…` stands for anything on its line; on a line of its own for any lines."""
    lines = [
        r"(?:.*\n)*" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in shown.splitlines()
    ]
    return re.compile("".join(lines))


def make_targets():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))
