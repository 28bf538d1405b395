/* Draws of an output, asked for and shown as they come. */

import { fresh, html, tell } from "./dom.js";
import { diagnosticsOf, faultOf } from "./faults.js";
import { Exact } from "./json.js";
import { count } from "./numbers.js";
import { quantities } from "./returns.js";
import { rowCount, Sampler } from "./sampler.js";
import { View } from "./view.js";

const USUAL = 2000;
const MOST = 20_000;

/** The panel that draws. `form` says what is asked, `path` where. */
export class Draws {
  constructor(flow, output, path, form) {
    this.output = output;
    this.path = path;
    this.form = form;
    this.stopping = null;
    this.view = new View(flow, output);
    this.button = html("button", { type: "submit", class: "main" }, "Draw");
    this.wanted = html("input", {
      id: fresh("wanted"),
      type: "number",
      min: 1,
      max: MOST,
      value: USUAL,
      inputmode: "numeric",
    });
    this.counter = html("p", { class: "counter", id: fresh("counter") }, "No draws yet");
    this.progress = html("progress", {
      max: USUAL,
      value: 0,
      "aria-labelledby": this.counter.id,
    });
    this.faults = html("div", { class: "faults", role: "alert" });
    this.element = html(
      "section",
      { class: "draws", "aria-label": `Draws of ${output.name}` },
      html("h4", {}, "Draws"),
      html("p", { class: "quiet" }, this.words()),
      this.controls(),
      this.faults,
      this.view.element,
    );
  }

  /** Whether an output has something to draw and a feature to show. */
  static suits(output) {
    return output.origin === "draw" && quantities(output).vectors.length > 0;
  }

  stop() {
    this.stopping?.abort();
  }

  words() {
    return (
      "Asks for one batch after the other with the inputs above. Where there is a seed, " +
      "each batch has the next one. Escape stops."
    );
  }

  controls() {
    return html(
      "form",
      {
        class: "drawing",
        novalidate: true,
        "aria-label": `Draw from ${this.output.name}`,
        onsubmit: (event) => (event.preventDefault(), this.stopping ? this.stop() : this.start()),
        onkeydown: (event) => event.key === "Escape" && this.stop(),
      },
      html("label", { for: this.wanted.id }, "How many"),
      this.wanted,
      this.button,
      this.progress,
      this.counter,
    );
  }

  async start() {
    const wanted = Math.max(1, Math.min(MOST, Math.floor(Number(this.wanted.value)) || USUAL));
    this.wanted.value = wanted;
    this.fail([]);
    this.stopping = new AbortController();
    this.button.textContent = "Stop";
    try {
      await this.run(wanted, this.stopping.signal);
    } catch (error) {
      if (error.name !== "AbortError") this.fail(diagnosticsOf(error));
    }
    this.stopping = null;
    this.button.textContent = "Draw";
    this.view.settle();
    tell(this.counter.textContent);
  }

  /** A fault that names a field is shown there, any other one here. */
  fail(diagnostics) {
    const isOfField = diagnostics.some((one) => one.path !== undefined);
    this.form.show(isOfField ? diagnostics : []);
    this.faults.replaceChildren(...(isOfField ? [] : diagnostics.map(faultOf)));
  }

  async run(wanted, signal) {
    const values = objectOf(this.form.values());
    const sampler = new Sampler(this.output, this.path, values);
    const goal = Math.min(wanted, sampler.most);
    this.view.begin(sampler, rowCount(values));
    this.progress.max = goal;
    this.count(0, goal);
    tell(`Drawing ${count(goal)}`);
    await sampler.run(goal, {
      signal,
      seen: () => {
        if (!this.element.isConnected) this.stop();
        this.count(sampler.count, goal);
        this.view.grow();
      },
      told: (why) => (this.counter.textContent = `${why}; asking again`),
    });
  }

  count(have, goal) {
    this.progress.value = Math.min(have, goal);
    this.counter.textContent = `${count(have)} of ${count(goal)} draws`;
  }
}

function objectOf(values) {
  const isObject = values !== null && typeof values === "object" && !Array.isArray(values);
  if (isObject && !(values instanceof Exact)) return values;
  throw { diagnostics: [{ message: "the body is no JSON object with the inputs by name" }] };
}
