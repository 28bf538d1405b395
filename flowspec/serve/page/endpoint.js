/* An endpoint: its shapes, its form, its answer, its draws, and how it is asked from elsewhere. */

import { askPatiently } from "./api.js";
import { Draws } from "./draws.js";
import { html, table, tell } from "./dom.js";
import { diagnosticsOf } from "./faults.js";
import { Form } from "./form.js";
import { count, duration, intervals, several, shape } from "./numbers.js";
import { resultOf } from "./result.js";
import { snippets } from "./snippets.js";

const ABOUT = {
  draw: "Draws.",
  centre: "Starts from the base's centre, and draws nothing.",
  latent: "Goes forward from the given latent.",
  event: "Goes inverse from the given event.",
};

/** An output of a flow, folded; what is inside is made when it is opened. */
export function endpoint(flow, output, base, isOpen) {
  const path = `${base}/${output.name}`;
  const details = html(
    "details",
    { class: "endpoint card", "data-output": output.name },
    heading(output),
  );
  const fill = () => {
    if (!details.open || details.children.length > 1) return;
    details.append(new Asking(flow, output, path, base).element);
  };
  details.addEventListener("toggle", fill);
  details.open = isOpen;
  return details;
}

function heading(output) {
  const taken = output.inputs.map((one) => (one.optional ? `${one.name}?` : one.name)).join(", ");
  const given = output.returns.map((one) => one.name).join(", ");
  return html(
    "summary",
    {},
    html("h3", {}, output.name),
    html("span", { class: "signature" }, `${taken || "nothing"} → ${given}`),
  );
}

/** What is inside. */
class Asking {
  constructor(flow, output, path, base) {
    this.flow = flow;
    this.output = output;
    this.path = path;
    this.waiting = null;
    this.button = html("button", { type: "submit", class: "main" }, "Ask");
    this.state = html("p", { class: "quiet waiting", role: "status" });
    this.answer = html(
      "div",
      { class: "answers" },
      html("p", { class: "quiet" }, "Nothing was asked yet."),
    );
    this.form = new Form(output, {
      submit: () => (this.waiting ? this.stop() : this.ask()),
      stop: () => this.stop(),
    });
    this.form.element.append(html("p", { class: "buttons" }, this.button, this.state));
    this.draws = Draws.suits(output) ? new Draws(flow, output, path, this.form) : null;
    this.element = html(
      "div",
      { class: "inside" },
      html("p", { class: "about" }, about(output)),
      html("p", { class: "path" }, html("b", {}, "POST"), ` /${path}`),
      shapesTable(output),
      html(
        "div",
        { class: "pair" },
        html(
          "section",
          { "aria-label": `Request to ${output.name}` },
          html("h4", {}, "Request"),
          this.form.element,
        ),
        html(
          "section",
          { "aria-label": `Answer of ${output.name}` },
          html("h4", {}, "Answer"),
          this.answer,
          snippets(path, this.form),
        ),
      ),
      this.draws?.element,
    );
  }

  stop() {
    this.waiting?.abort();
  }

  async ask() {
    this.waiting = new AbortController();
    this.button.textContent = "Stop";
    this.form.show([]);
    this.say("asking …");
    try {
      const answer = await askPatiently(this.path, {
        body: this.form.text(),
        signal: this.waiting.signal,
        told: (why) => this.say(`${why}; asking again`),
      });
      this.answer.replaceChildren(resultOf(this.flow, this.output, answer));
      this.say("");
      tell(`${this.output.name} answered in ${duration(answer.time)}`);
    } catch (error) {
      this.fail(error);
    }
    this.waiting = null;
    this.button.textContent = "Ask";
  }

  fail(error) {
    if (error.name === "AbortError") return this.say("stopped");
    this.say("");
    this.form.show(diagnosticsOf(error));
    if (error.status === 404) document.dispatchEvent(new Event("stale"));
  }

  say(text) {
    this.state.textContent = text;
  }
}

function about(output) {
  const facts = [
    `${count(output.passes)} ${output.passes === 1 ? "pass" : "passes"} through networks`,
    output.exact ? "" : "solved numerically",
    output.temperature === 1 ? "" : `temperature ${output.temperature}`,
    output.draws === null ? "" : `${several(output.draws, "draw")} a row`,
    `up to ${count(output.rows)} rows at once`,
  ];
  return `${ABOUT[output.origin]} ${facts.filter(Boolean).join(", ")}.`;
}

function shapesTable(output) {
  const line = (what) => (one) => [one.name, what, shape(one.shape), one.dtype, valuesText(one)];
  const rows = [...output.inputs.map(line("takes")), ...output.returns.map(line("returns"))];
  return table(
    `Shapes of ${output.name}`,
    ["name", "", "shape", "dtype", "values"],
    rows,
    "shapes",
  );
}

function valuesText(one) {
  if (one.optional) return "may be left out";
  if (one.labels)
    return `${one.labels.slice(0, 8).join(", ")}${one.labels.length > 8 ? ", …" : ""}`;
  if (one.count !== undefined) return `0 to ${one.count - 1}`;
  return intervals(one.low, one.high);
}
