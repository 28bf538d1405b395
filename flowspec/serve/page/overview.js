/* What is served: a flow, its revisions, and its facts. */

import { fresh, html } from "./dom.js";
import { count, several } from "./numbers.js";
import { contextText, supportText } from "./words.js";

/** The head of the page: name, description, revisions, facts. */
export function overview(flow, revision, choose) {
  return html(
    "header",
    { class: "hero" },
    html(
      "div",
      { class: "name" },
      html("h1", {}, flow.name),
      html("span", { class: "version" }, `version ${flow.version}`),
      revisionChoice(flow, revision, choose),
    ),
    flow.description && html("p", { class: "lead" }, flow.description),
    facts(flow),
  );
}

/** The revisions: the latest, or one by its number, with its labels. */
function revisionChoice(flow, revision, choose) {
  const id = fresh("revision");
  const latest = Math.max(...flow.revisions);
  const named = (number) => {
    const labels = Object.keys(flow.labels).filter((label) => flow.labels[label] === number);
    return [`revision ${number}`, ...labels].join(" · ");
  };
  const option = (value, text) =>
    html("option", { value, selected: value === (revision ?? "") }, text);
  return html(
    "span",
    { class: "pick" },
    html("label", { for: id, class: "unseen" }, "Revision"),
    html(
      "select",
      { id, onchange: (event) => choose(event.target.value) },
      option("", `latest · ${named(latest)}`),
      [...flow.revisions].reverse().map((number) => option(String(number), named(number))),
    ),
  );
}

function facts(flow) {
  const context = flow.context.map((one) => `${one.name}, ${contextText(one)}`).join("; ");
  const event = [flow.event.name, several(flow.event.size, "feature"), supportText(flow.event)];
  const created = new Date(flow.created);
  const moment = created.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return html(
    "dl",
    { class: "facts" },
    fact("Event", event.filter(Boolean).join(", ")),
    fact("Context", context || "none"),
    fact("Parameters", count(flow.parameters)),
    fact("Numbers", flow.dtype),
    labelsText(flow) && fact("Labels", labelsText(flow)),
    fact("Created", html("time", { datetime: flow.created, title: flow.created }, moment)),
    fact("Fingerprint", html("code", {}, flow.fingerprint)),
  );
}

function labelsText(flow) {
  return Object.entries(flow.labels)
    .map(([name, number]) => `${name} is ${number}`)
    .join(", ");
}

function fact(name, value) {
  return html("div", {}, html("dt", {}, name), html("dd", {}, value));
}
