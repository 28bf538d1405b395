"""The SARIF log: what version 2.1.0 requires, and where its results point."""

import json
from urllib.parse import unquote, urlparse

import pytest

from flowspec.diagnostics import Diagnostic, Span
from flowspec.diagnostics.rules import RULES
from flowspec.diagnostics.sarif import sarif

LEVELS = {"none", "note", "warning", "error"}


def assert_is_sarif(log):
    """The required properties of the objects that the log is made of, and their types."""
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    assert json.loads(json.dumps(log)) == log
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"] == "flowspec"
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(set(ids)) == len(ids)
        for rule in driver["rules"]:
            for key in ("shortDescription", "fullDescription", "help"):
                assert isinstance(rule[key]["text"], str)
                assert rule[key]["text"]
            assert "helpUri" not in rule
        for result in run["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in LEVELS
            assert result["message"]["text"]
            for location in result["locations"]:
                assert_is_location(location)


def assert_is_location(location):
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert uri == uri.strip()
    assert " " not in uri
    if "region" in physical:
        region = physical["region"]
        assert region["startLine"] >= 1
        assert 1 <= region["startColumn"] < region["endColumn"]
    for logical in location.get("logicalLocations", ()):
        assert logical["fullyQualifiedName"]


def found(**details):
    return Diagnostic(**{"slug": "unknown-key", "message": "no such key", **details})


def results(findings):
    log = sarif(findings, "1.2.3")
    assert_is_sarif(log)
    return log["runs"][0]["results"]


def test_every_rule_makes_a_valid_log():
    every = [found(slug=slug, span=Span("a.yaml", 3, 2, "  x: 1", 1)) for slug in RULES]
    log = sarif({"a.yaml": every}, "1.2.3")
    assert_is_sarif(log)
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(RULES)
    assert log["runs"][0]["tool"]["driver"]["semanticVersion"] == "1.2.3"


def test_a_log_without_results_is_valid():
    log = sarif({"a.yaml": []}, "1.2.3")
    assert_is_sarif(log)
    assert log["runs"][0]["results"] == []
    assert log["runs"][0]["artifacts"] == [{"location": {"uri": "a.yaml"}}]


def test_the_region_is_the_underlined_text():
    span = Span("a.yaml", 7, 5, "  - kind: affin", 4)
    [result] = results({"a.yaml": [found(span=span, path="layers.0")]})
    location = result["locations"][0]
    region = location["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"], region["endColumn"]) == (7, 5, 9)
    assert region["snippet"]["text"] == "kind"
    assert location["logicalLocations"] == [{"fullyQualifiedName": "layers.0", "kind": "member"}]


def test_the_message_holds_all_notes():
    one = found(expected="a", got="b", nearest="c", help="d", severity="warning")
    [result] = results({"a.yaml": [one]})
    assert result["level"] == "warning"
    assert result["message"]["text"].splitlines() == [
        "no such key", "expected: a", "got: b", "nearest: did you mean `c`?", "help: d",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a.yaml", "sub/a b.yaml", "ä#?.yaml", "c:d.yaml"])
def test_an_address_is_relative_and_leads_back_to_the_file(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in (name, str(tmp_path / name)):
        [result] = results({file: [found(span=Span(file, 1, 1))]})
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert urlparse(uri)[:2] == ("", "")
        assert unquote(urlparse(uri).path) == name


def test_a_file_elsewhere_has_a_whole_address(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    file = str(tmp_path / "a.yaml")
    [result] = results({file: [found(span=Span(file, 1, 1))]})
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == (tmp_path / "a.yaml").as_uri()


def test_what_stands_in_an_override_is_located_in_the_spec():
    override = Span("--set seed=-1", 1, 6, "seed=-1", 2)
    [result] = results({"a.yaml": [found(span=override, path="seed")]})
    location = result["locations"][0]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "a.yaml"}}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "seed"


def test_a_result_in_an_extended_file_points_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text("x: 1\n")
    [result] = results({"a.yaml": [found(span=Span("base.yaml", 1, 1, "x: 1"))]})
    physical = result["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "base.yaml"
    assert physical["region"]["startLine"] == 1
