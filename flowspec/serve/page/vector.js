/* A vector of a form: a cell a feature, or a text with a row a line. */

import { html, fresh } from "./dom.js";
import { facts, Field } from "./fields.js";
import { typed } from "./json.js";
import { interval } from "./numbers.js";

const MOST_CELLS = 24;
const SPLIT = /[\s,;]+/;

/** A vector; its rows are texts, so that whatever was typed reaches the service. */
export class Vector extends Field {
  constructor(input) {
    super(input.name);
    this.size = input.shape[1];
    this.isLone = this.size === 1 && !input.fields;
    this.names = Array.from({ length: this.size }, (_, at) => input.fields?.[at] ?? String(at));
    if (this.isLone) this.names = [input.name];
    this.input = input;
    this.rows = [];
    this.asText = this.size > MOST_CELLS;
    this.box = html("div", { class: "rows" });
    this.element = html(
      "fieldset",
      { class: "field" },
      html("legend", {}, input.name, html("span", { class: "quiet" }, ` ${facts(input)}`)),
      this.size <= MOST_CELLS && !this.isLone && this.chooser(),
      this.box,
      this.hint(this.range()),
      this.faults,
    );
  }

  read() {
    return this.rows.map((row) => row.map(typed));
  }

  fill(rows) {
    this.rows = rows.map((row) => row.map((one) => (one === null ? "" : String(one))));
    this.draw();
  }

  at({ row, feature }) {
    const place = this.isLone ? 0 : this.names.indexOf(feature);
    return place < 0 || this.isShownAsText ? undefined : this.controls[row * this.size + place];
  }

  addRow() {
    this.fill([...this.rows, this.rows.at(-1) ?? Array(this.size).fill("0")]);
  }

  removeRow() {
    this.fill(this.rows.slice(0, -1));
  }

  /** Which values are allowed, where the spec bounds all features alike. */
  range() {
    const { low, high } = this.input;
    if (Array.isArray(low) || Array.isArray(high)) return "";
    const text = interval(low, high);
    return text && `values in ${text}, the bounds themselves left out`;
  }

  chooser() {
    const group = fresh("as");
    const radio = (text, asText) =>
      html(
        "label",
        {},
        html("input", {
          type: "radio",
          name: group,
          checked: asText === this.asText,
          onchange: () => ((this.asText = asText), this.draw()),
        }),
        html("span", {}, text),
      );
    return html(
      "div",
      { class: "choice", role: "radiogroup", "aria-label": `${this.name} as` },
      radio("Cells", false),
      radio("Lines", true),
    );
  }

  /** Rows of another length than they should have are only shown as text. */
  get isShownAsText() {
    return this.asText || this.rows.some((row) => row.length !== this.size);
  }

  draw() {
    const cells = () => this.rows.map((row, at) => this.cells(row, at));
    this.box.replaceChildren(...(this.isShownAsText ? this.lines() : cells()));
  }

  cells(row, at) {
    const several = this.rows.length > 1;
    return html(
      "div",
      { class: "cells", role: several ? "group" : false, "aria-label": several && `row ${at}` },
      several && html("span", { class: "row quiet", "aria-hidden": "true" }, `row ${at}`),
      this.names.map((feature, place) =>
        html(
          "label",
          { class: "cell" },
          html(
            "span",
            { title: feature, class: this.isLone && "unseen" },
            feature,
            this.cellRange(place),
          ),
          this.cell(row, place),
        ),
      ),
    );
  }

  cell(row, place) {
    return html("input", {
      type: "text",
      inputmode: "text",
      autocomplete: "off",
      spellcheck: "false",
      value: row[place],
      "data-value": true,
      "aria-describedby": this.describedBy,
      oninput: (event) => (row[place] = event.target.value),
      onpaste: (event) => this.spread(event, row, place),
    });
  }

  /** Several numbers that are pasted into a cell fill those behind it too. */
  spread(event, row, place) {
    const words = event.clipboardData.getData("text").trim().split(SPLIT);
    if (words.length < 2) return;
    event.preventDefault();
    words.slice(0, this.size - place).forEach((word, step) => (row[place + step] = word));
    this.draw();
  }

  cellRange(place) {
    const of = (bound) => (Array.isArray(bound) ? bound[place] : undefined);
    const text = interval(of(this.input.low), of(this.input.high));
    return text && html("span", { class: "quiet" }, ` ${text}`);
  }

  lines() {
    const id = `${this.id}-lines`;
    const area = html("textarea", {
      rows: Math.min(8, this.rows.length + 1),
      spellcheck: "false",
      autocomplete: "off",
      wrap: this.size > MOST_CELLS ? "soft" : "off",
      "data-value": true,
      "aria-label": `${this.name}, a row a line`,
      "aria-describedby": `${id} ${this.describedBy}`,
      oninput: (event) => (this.rows = rowsOf(event.target.value)),
    });
    area.value = this.rows.map((row) => row.join(", ")).join("\n");
    return [html("p", { class: "names", id }, this.names.slice(0, 200).join(", ")), area];
  }
}

function rowsOf(text) {
  const lines = text.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "")
    .map((line) => line.split(SPLIT).filter((one) => one !== ""));
}
