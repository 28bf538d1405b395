/* What is looked at in the page: contrast, names, focus. */

function channels(text) {
  const numbers = text.match(/[\d.]+/g).map(Number);
  return numbers.length < 4 ? [...numbers, 1] : numbers;
}

/** Relative luminance, as WCAG defines it. */
function luminance(colour) {
  const [r, g, b] = colour.map((one) => one / 255);
  const linear = (one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** The colour behind an element: that of the nearest box that has one. */
function behind(element) {
  for (let one = element; one; one = one.parentElement) {
    const rect = one.tagName === "g" ? one.querySelector("rect") : null;
    const fill = rect && getComputedStyle(rect).fill;
    if (fill && fill !== "none") return channels(fill);
    const colour = channels(getComputedStyle(one).backgroundColor);
    if (colour[3] === 1) return colour;
  }
  return [255, 255, 255, 1];
}

function isRead(element) {
  if (["title", "desc"].includes(element.tagName)) return false;
  if (element.closest(".unseen, [aria-disabled=true]")) return false;
  return element.checkVisibility() && element.getClientRects().length > 0;
}

/** Texts with a contrast below 4.5. */
function faint() {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !isRead(element)) continue;
    const { fill, color } = getComputedStyle(element);
    const one = luminance(channels(element.closest("svg") ? fill : color));
    const other = luminance(behind(element));
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) found.push([text, contrast]);
  }
  return found;
}

function nameOf(one) {
  const labels = [...(one.labels ?? [])].map((label) => label.textContent);
  const ids = one.getAttribute("aria-labelledby")?.split(" ") ?? [];
  const others = ids.map((id) => document.getElementById(id)?.textContent);
  const own = one.matches("input, select, textarea") ? "" : one.textContent;
  return [one.getAttribute("aria-label"), ...labels, ...others, own].find((name) => name?.trim());
}

/** What can be reached or seen, and has no name. */
function nameless() {
  const all = "input, select, textarea, button, a, summary, svg[role], canvas, progress, section";
  const found = [...document.querySelectorAll(all)].filter((one) => one.checkVisibility());
  return found.filter((one) => !nameOf(one)).map((one) => one.outerHTML);
}

/** What has the focus: its tag, its name, and whether it is outlined. */
function focus() {
  const one = document.activeElement;
  const shown = one.matches(".choice input") ? one.nextElementSibling : one;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const isOutlined = outlineStyle !== "none" && outlineWidth !== "0px";
  return [one.tagName, nameOf(one).trim().slice(0, 40), isOutlined];
}
