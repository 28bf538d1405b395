/* Elements, made by calls. What comes from the service is only ever text. */

const SVG = "http://www.w3.org/2000/svg";

let count = 0;

/** An HTML element; an attribute that is `on…` is a listener, and false leaves it out. */
export function html(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** An id that nothing else has. */
export function fresh(word) {
  count += 1;
  return `${word}-${count}`;
}

/** A text in which what stands between backticks is code. */
export function prose(text) {
  return String(text)
    .split("`")
    .map((piece, at) => (at % 2 ? html("code", {}, piece) : piece));
}

/** A table in a box of its own, which scrolls where it is too wide. */
export function table(caption, head, rows, kind = "") {
  const cells = (row) =>
    row.map((cell, at) => html(at ? "td" : "th", at ? {} : { scope: "row" }, cell));
  return scroller(
    caption,
    kind,
    html(
      "table",
      {},
      html("caption", { class: "unseen" }, caption),
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          head.map((one) => html("th", { scope: "col" }, one)),
        ),
      ),
      html(
        "tbody",
        {},
        rows.map((row) => html("tr", {}, cells(row))),
      ),
    ),
  );
}

/** A box that can be scrolled by keyboard where there is something to scroll. */
export function scroller(name, kind, ...children) {
  const box = html("div", { class: `scroll ${kind}` }, ...children);
  const look = () => {
    const isCut = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    for (const [key, value] of [
      ["tabindex", "0"],
      ["role", "region"],
      ["aria-label", name],
    ]) {
      if (isCut) box.setAttribute(key, value);
      else box.removeAttribute(key);
    }
  };
  const observer = new ResizeObserver(look);
  for (const one of [box, ...box.children]) observer.observe(one);
  return box;
}

/** Tell those who hear the page. */
export function tell(text) {
  document.getElementById("told").textContent = text;
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}
