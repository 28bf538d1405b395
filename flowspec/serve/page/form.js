/* The form of an endpoint: a field for each input, or the body of the request as it is. */

import { fresh, html, tell } from "./dom.js";
import { faultOf } from "./faults.js";
import { Category, Field, OneNumber } from "./fields.js";
import { body, Exact, exact, parse, write } from "./json.js";
import { Vector } from "./vector.js";

const HINTS = {
  seed: "An integer: the same seed draws the same. Empty: fresh draws each time.",
  draws: "How often each row draws. Empty: once, without an axis for it.",
};

/** A form that is filled with the output's example. */
export class Form {
  constructor(output, { submit, stop }) {
    this.output = output;
    this.fields = fieldsOf(output);
    this.isRaw = false;
    this.rest = html("div", { class: "faults", role: "alert" });
    this.rawField = rawField();
    this.box = html("div", { class: "fields" });
    this.element = html(
      "form",
      { class: "asking", novalidate: true, "aria-label": `Ask ${output.name}` },
      this.chooser(),
      this.box,
      this.rest,
    );
    this.element.addEventListener("submit", (event) => (event.preventDefault(), submit()));
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        submit();
      } else if (event.key === "Escape") stop();
    });
    this.fill(output.example);
    this.draw();
  }

  /** The request's body, as text. */
  text() {
    return this.isRaw ? this.rawField.control.value : body(this.values());
  }

  /** The inputs by name; throws a `SyntaxError` where the body is written by hand and is no JSON. */
  values() {
    if (this.isRaw) return parse(this.rawField.control.value);
    const pairs = this.fields.map((field) => [field.name, field.read()]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  }

  /** Show each diagnostic beside the field that it names, and go to the first. */
  show(diagnostics) {
    const shown = this.isRaw ? [this.rawField] : this.fields;
    const of = (field) => diagnostics.filter((one) => this.isRaw || one.path === field.name);
    const targets = shown.map((field) => field.show(of(field)));
    const placed = new Set(shown.flatMap(of));
    this.rest.replaceChildren(...diagnostics.filter((one) => !placed.has(one)).map(faultOf));
    const target = targets.find((control) => control !== undefined);
    target?.focus();
    target?.closest(".field").querySelector(".faults").scrollIntoView({ block: "nearest" });
    if (placed.size > 0) tell([...placed].map((one) => one.message).join("; "));
  }

  fill(values) {
    for (const field of this.fields) field.fill(exact(values[field.name]));
  }

  chooser() {
    const group = fresh("form");
    const radio = (text, isRaw) =>
      html(
        "label",
        {},
        html("input", {
          type: "radio",
          name: group,
          checked: !isRaw,
          onchange: (event) => this.choose(isRaw, event),
        }),
        html("span", {}, text),
      );
    return html(
      "div",
      { class: "choice", role: "radiogroup", "aria-label": "The request as" },
      radio("Form", false),
      radio("JSON", true),
    );
  }

  /** Change between the fields and the body; a body that does not fit the fields stays. */
  choose(isRaw, event) {
    this.show([]);
    if (isRaw) {
      this.rawField.control.value = this.text();
    } else {
      const problem = this.refill();
      if (problem) {
        event.target.closest(".choice").querySelectorAll("input")[1].checked = true;
        this.rawField.show([{ message: problem }]);
        return;
      }
    }
    this.isRaw = isRaw;
    this.draw();
  }

  /** Fill the fields from the body; what is in the way, if anything. */
  refill() {
    let values;
    try {
      values = parse(this.rawField.control.value);
    } catch (error) {
      return `this is not JSON: ${error.message}`;
    }
    const problem = misfit(values, this.fields);
    if (!problem) this.fill(values);
    return problem;
  }

  draw() {
    const hasRows = this.rowFields.length > 0;
    this.box.replaceChildren(
      ...(this.isRaw
        ? [this.rawField.element]
        : [...this.fields.map((field) => field.element), hasRows ? this.rowButtons() : ""]),
    );
  }

  /** The fields that have a value for each row. */
  get rowFields() {
    return this.fields.filter((field) => field.addRow);
  }

  rowButtons() {
    const button = (text, onclick) =>
      html("button", { type: "button", class: "plain", onclick }, text);
    const add = button("Add a row", () => {
      for (const field of this.rowFields) field.addRow();
      remove.removeAttribute("aria-disabled");
    });
    const rows = () => Math.min(...this.rowFields.map((field) => field.read().length));
    const remove = button("Remove the last", () => {
      if (rows() > 1) for (const field of this.rowFields) field.removeRow();
      if (rows() < 2) remove.setAttribute("aria-disabled", "true");
    });
    if (rows() < 2) remove.setAttribute("aria-disabled", "true");
    return html("p", { class: "buttons" }, add, remove);
  }
}

function fieldsOf(output) {
  const fields = output.inputs.map((input) => {
    if (input.name === "seed") return new OneNumber("seed", HINTS.seed);
    return input.shape.length === 1 ? new Category(input) : new Vector(input);
  });
  const draws = output.inputs.some((input) => input.name === "seed");
  return draws ? [...fields, new OneNumber("draws", HINTS.draws)] : fields;
}

function rawField() {
  const field = new Field("body");
  field.control = html("textarea", {
    id: field.id,
    rows: 12,
    spellcheck: "false",
    autocomplete: "off",
    class: "raw",
    "data-value": true,
    "aria-describedby": field.describedBy,
  });
  field.element = html(
    "div",
    { class: "field" },
    html("label", { for: field.id }, "Body of the request"),
    field.control,
    field.hint("Sent as it stands. Ctrl+Enter asks."),
    field.faults,
  );
  return field;
}

/** Why a body cannot be shown in fields; nothing where it can. */
function misfit(values, fields) {
  if (
    values === null ||
    typeof values !== "object" ||
    Array.isArray(values) ||
    values instanceof Exact
  ) {
    return "the fields show an object with the inputs by name";
  }
  const names = fields.map((field) => field.name);
  const stranger = Object.keys(values).find((name) => !names.includes(name));
  if (stranger !== undefined) return `there is no field for \`${stranger}\``;
  const wrong = fields.find((field) => !isFor(field, values[field.name]));
  return wrong && `the field \`${wrong.name}\` cannot show ${write(values[wrong.name] ?? null)}`;
}

function isFor(field, value) {
  const isPlain = (one) => one === null || typeof one !== "object" || one instanceof Exact;
  const isRow = (one) => Array.isArray(one) && one.every(isPlain);
  if (field instanceof OneNumber) return isPlain(value ?? null) || isRow(value);
  if (!Array.isArray(value)) return false;
  return value.every(field instanceof Vector ? isRow : isPlain);
}
