/* What draws look like: which features, in which colours, as pictures and as a table. */

import { palette } from "./colours.js";
import { fresh, html, scroller, table } from "./dom.js";
import { drawMatrix } from "./matrix.js";
import { count, interval, value } from "./numbers.js";
import { featureNames, quantities } from "./returns.js";
import { spread, summary } from "./statistics.js";
import { boundsOf } from "./words.js";

const MOST = 6;
const USUAL = 4;
const MOST_BOXES = 24;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** The view of a sampler's draws, drawn anew when there are more, or when something is chosen. */
export class View {
  constructor(flow, output) {
    this.flow = flow;
    this.output = output;
    this.sampler = null;
    this.waiting = 0;
    const { vectors, scalars } = quantities(output);
    this.quantity = vectors.find((one) => one.name === flow.event.name) ?? vectors[0];
    this.shade = scalars.find((one) => one.name === "log_prob")?.name ?? "";
    this.row = "";
    this.canvas = html("canvas", { role: "img" });
    this.room = scroller("Pictures of the draws", "pictures", this.canvas);
    this.key = html("div", { class: "key" });
    this.numbers = html("div");
    this.choices = html("div", { class: "choices" });
    this.element = html("div", { hidden: true }, this.choices, this.room, this.key, this.numbers);
    if (this.quantity) this.choose(this.quantity);
    new ResizeObserver(() => this.later()).observe(this.element);
    document.addEventListener("theme", () => this.later());
  }

  /** Show the draws of another sampler. */
  begin(sampler, rows) {
    this.sampler = sampler;
    this.element.hidden = false;
    if (rows !== this.rowCount) this.row = "";
    this.rowCount = rows;
    this.fillChoices();
  }

  /** There are more draws. Who wants no motion sees them when all are there. */
  grow() {
    if (!CALM.matches) this.later();
  }

  /** There will be no more. */
  settle() {
    this.later();
  }

  later() {
    if (this.sampler === null || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      if (this.element.isConnected && this.sampler.count > 0) this.draw();
    });
  }

  draw() {
    const places = this.places();
    const of = (name) => places.map((at) => this.sampler.columns[name][at]);
    const rows = of(this.quantity.name);
    const features = this.features.map((at) => ({
      name: this.names[at],
      values: rows.map((row) => row[at]),
      bounds:
        this.quantity.name === this.flow.event.name ? boundsOf(this.flow.event, at) : [null, null],
    }));
    const shades = this.shade ? of(this.shade) : null;
    const colour = shades && { values: shades, ends: spread(shades) };
    drawMatrix(this.canvas, this.room.clientWidth, features, colour);
    this.canvas.dataset.draws = places.length;
    const what = features.map((one) => one.name).join(", ");
    this.canvas.setAttribute(
      "aria-label",
      `${count(places.length)} draws of ${what}, the table says more`,
    );
    this.key.replaceChildren(...(colour && features.length > 1 ? keyOf(this, colour) : []));
    this.numbers.replaceChildren(numbersOf(this.quantity.name, features));
  }

  /** The draws that are shown: all, or those of one row of the request. */
  places() {
    const all = [...this.sampler.rows.keys()];
    return this.row === "" ? all : all.filter((at) => this.sampler.rows[at] === Number(this.row));
  }

  choose(quantity) {
    this.quantity = quantity;
    this.names = featureNames(this.flow, quantity);
    this.features = [...this.names.keys()].slice(0, USUAL);
  }

  fillChoices() {
    const { vectors, scalars } = quantities(this.output);
    const rows = Array.from({ length: this.rowCount }, (_, at) => [String(at), `row ${at}`]);
    this.choices.replaceChildren(
      vectors.length > 1
        ? choice(
            "Quantity",
            vectors.map((one) => [one.name, one.name]),
            this.quantity.name,
            (name) => {
              this.choose(vectors.find((one) => one.name === name));
              this.fillChoices();
              this.later();
            },
          )
        : "",
      scalars.length
        ? choice(
            "Colour",
            [["", "none"], ...scalars.map((one) => [one.name, one.name])],
            this.shade,
            (name) => ((this.shade = name), this.later()),
          )
        : "",
      rows.length > 1
        ? choice(
            "Rows",
            [["", "all"], ...rows],
            this.row,
            (row) => ((this.row = row), this.later()),
          )
        : "",
      this.names.length > 1 ? this.featureChoice() : "",
    );
  }

  featureChoice() {
    return this.names.length > MOST_BOXES ? this.featureText() : this.featureBoxes();
  }

  /** A box a feature; once six are chosen the others wait. */
  featureBoxes() {
    const boxes = this.names.map((_, at) =>
      html("input", {
        type: "checkbox",
        checked: this.features.includes(at),
        onchange: () => update(),
      }),
    );
    const update = () => {
      const chosen = boxes.flatMap((box, at) => (box.checked ? [at] : []));
      boxes.forEach(
        (box) => (box.disabled = box.checked ? chosen.length < 2 : chosen.length >= MOST),
      );
      this.features = chosen;
      this.later();
    };
    const group = html(
      "fieldset",
      { class: "features" },
      html("legend", {}, `Features of ${this.quantity.name}, up to ${MOST}`),
      boxes.map((box, at) => html("label", { class: "check" }, box, ` ${this.names[at]}`)),
    );
    update();
    return group;
  }

  featureText() {
    const id = fresh("features");
    const field = html("input", {
      id,
      type: "text",
      value: this.features.join(", "),
      autocomplete: "off",
      inputmode: "numeric",
      onchange: () => {
        const known = field.value
          .split(/[\s,]+/)
          .filter((one) => /^\d+$/.test(one))
          .map(Number);
        const chosen = [...new Set(known)].filter((at) => at < this.names.length).slice(0, MOST);
        if (chosen.length) this.features = chosen;
        field.value = this.features.join(", ");
        this.later();
      },
    });
    const text = `Features, up to ${MOST} of 0 to ${this.names.length - 1}`;
    return html("p", { class: "pick" }, html("label", { for: id }, text), field);
  }
}

function choice(name, options, chosen, change) {
  const id = fresh("choice");
  return html(
    "p",
    { class: "pick" },
    html("label", { for: id }, name),
    html(
      "select",
      { id, onchange: (event) => change(event.target.value) },
      options.map(([key, text]) => html("option", { value: key, selected: key === chosen }, text)),
    ),
  );
}

/** What the colours mean: a band of them, with its ends. */
function keyOf(view, colour) {
  const { ramp } = palette(view.key);
  const band = html("span", { class: "band", "aria-hidden": "true" });
  for (const shade of ramp) {
    const step = html("span");
    step.style.background = shade;
    band.append(step);
  }
  const [low, high] = colour.ends;
  const text = (words) => html("span", {}, words);
  return [text(view.shade), text(`≤ ${value(low)}`), band, text(`≥ ${value(high)}`)];
}

function numbersOf(name, features) {
  const lines = features.map((one) => {
    const { count: finite, mean, sd, low, high } = summary(one.values);
    const odd = one.values.length - finite;
    const numbers = [mean, sd, low, high].map((number) => (number === null ? "–" : value(number)));
    return [one.name, ...numbers, interval(...one.bounds) || "all", count(odd)];
  });
  const head = ["feature", "mean", "sd", "min", "max", "support", "not finite"];
  return table(`The draws of ${name} in numbers`, head, lines, "numbers");
}
