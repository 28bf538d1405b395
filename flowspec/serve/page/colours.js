/* The colours of a canvas, which are those of the page. */

const STEPS = 20;

/** What the page's colours are now, by the names of their variables. */
export function palette(element) {
  const probe = document.createElement("span");
  element.append(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["accent", "text", "quiet", "line", "point", "ramp-0", "ramp-1", "ramp-2"];
  const colours = Object.fromEntries(names.map((name) => [name, read(name)]));
  probe.remove();
  const ends = ["ramp-0", "ramp-1", "ramp-2"].map((name) => channels(colours[name]));
  colours.ramp = Array.from({ length: STEPS }, (_, at) => between(ends, at / (STEPS - 1)));
  return colours;
}

/** The step of the ramp for a value between two ends; what is not finite has the lowest. */
export function stepOf(value, [low, high]) {
  if (value === null || !(high > low)) return 0;
  return Math.max(0, Math.min(STEPS - 1, Math.floor(((value - low) / (high - low)) * STEPS)));
}

function channels(colour) {
  return colour
    .match(/[\d.]+/g)
    .slice(0, 3)
    .map(Number);
}

function between(ends, part) {
  const at = part * (ends.length - 1);
  const first = Math.min(ends.length - 2, Math.floor(at));
  const mixed = ends[first].map((one, i) => one + (ends[first + 1][i] - one) * (at - first));
  return `rgb(${mixed.map(Math.round).join(" ")})`;
}
