/* The fields of a form with one control: a seed, a number of draws, a category. */

import { html, fresh } from "./dom.js";
import { faultOf, placeIn } from "./faults.js";
import { shape } from "./numbers.js";
import { typed } from "./json.js";

const MOST_CHOICES = 500;

/** What all fields have: a name, a place for hints and one for faults. */
export class Field {
  constructor(name) {
    this.name = name;
    this.id = fresh("field");
    this.faults = html("div", { class: "faults", id: `${this.id}-faults` });
  }

  /** What their controls are described by. */
  get describedBy() {
    return `${this.id}-hint ${this.id}-faults`;
  }

  /** A hint below the name. */
  hint(...text) {
    return html("p", { class: "hint quiet", id: `${this.id}-hint` }, ...text);
  }

  /** The controls that hold its value. */
  get controls() {
    return [...this.element.querySelectorAll("[data-value]")];
  }

  /** The control of a row, where a message names one. */
  at() {
    return undefined;
  }

  /** Show some diagnostics here, or none; returns the control to go to. */
  show(diagnostics) {
    this.faults.replaceChildren(...diagnostics.map(faultOf));
    for (const control of this.controls) control.removeAttribute("aria-invalid");
    const [wrong] = diagnostics;
    if (wrong === undefined) return undefined;
    const place = placeIn(wrong.message);
    const exact = place && this.at(place);
    const marked = exact ? [exact] : this.controls;
    for (const control of marked) control.setAttribute("aria-invalid", "true");
    return marked[0];
  }
}

/** A seed for all rows or a number of draws: an integer, or nothing. */
export class OneNumber extends Field {
  constructor(name, hint) {
    super(name);
    this.control = html("input", {
      id: this.id,
      type: "text",
      inputmode: "numeric",
      autocomplete: "off",
      spellcheck: "false",
      "data-value": true,
      "aria-describedby": this.describedBy,
    });
    this.element = html(
      "div",
      { class: "field one" },
      html("label", { for: this.id }, name),
      this.control,
      this.hint(hint),
      this.faults,
    );
  }

  /** Its value; undefined where it is left out. */
  read() {
    const text = this.control.value;
    if (text.trim() === "") return undefined;
    return text.includes(",") ? text.split(",").map(typed) : typed(text);
  }

  fill(value) {
    const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
    this.control.value = one === undefined ? "" : String(one);
  }
}

/** A category: a list where its values are few enough, and a control for each row. */
export class Category extends Field {
  constructor(input) {
    super(input.name);
    this.input = input;
    this.list = html("div", { class: "cells wide" });
    this.element = html(
      "fieldset",
      { class: "field" },
      html("legend", {}, input.name, html("span", { class: "quiet" }, ` ${facts(input)}`)),
      this.list,
      this.hint(input.labels ? "" : `0 to ${input.count - 1}`),
      this.faults,
    );
  }

  read() {
    return this.controls.map((control) => this.valueOf(control.value));
  }

  at({ row }) {
    return this.controls[row];
  }

  fill(rows) {
    this.list.replaceChildren(...rows.map((row, at) => this.cell(String(row), at, rows.length)));
  }

  addRow() {
    this.fill([...this.controls.map((one) => one.value), this.controls.at(-1)?.value ?? "0"]);
  }

  removeRow() {
    this.fill(this.controls.slice(0, -1).map((one) => one.value));
  }

  /** A label as it is; an index as a number. */
  valueOf(text) {
    return this.input.labels?.includes(text) ? text : typed(text);
  }

  cell(value, at, rows) {
    const id = `${this.id}-${at}`;
    const isLone = rows === 1;
    const text = isLone ? this.name : `row ${at}`;
    const label = html("label", { for: id, class: isLone && "unseen" }, text);
    return html("div", { class: "cell" }, label, this.control(id, value));
  }

  control(id, value) {
    const shared = { id, "data-value": true, "aria-describedby": this.describedBy };
    const choices = this.input.labels ?? range(this.input.count);
    if (choices.length === 0 || choices.length > MOST_CHOICES) {
      return html("input", { ...shared, type: "text", autocomplete: "off", value });
    }
    const chosen = this.input.labels?.[Number(value)] ?? value;
    const of = (one) => html("option", { value: one, selected: one === chosen }, one);
    return html("select", shared, choices.map(of));
  }
}

/** Shape and dtype of an input. */
export function facts(input) {
  return `${shape(input.shape)} ${input.dtype}`;
}

function range(count) {
  return count > MOST_CHOICES
    ? { length: count }
    : Array.from({ length: count }, (_, at) => `${at}`);
}
