/* What is said of the parts of a flow, in the diagram and in its table. */

import { count, interval, intervals, several } from "./numbers.js";

/** Where the event lives: `(−1, 1)`, or nothing where every number is allowed. */
export function supportText({ support }) {
  if (support.kind === "positive") return interval(0, null);
  return intervals(support.low, support.high);
}

/** The bounds of a feature of the event, null where there is none. */
export function boundsOf({ support }, feature) {
  if (support.kind === "positive") return [0, null];
  const of = (one) => (Array.isArray(one) ? one[feature] : one) ?? null;
  return [of(support.low), of(support.high)];
}

/** What a part of the chain is called. */
export function titleOf(part) {
  if (part.family === "supports") return part.parameters ? "standardize" : part.kind;
  return part.kind;
}

/** What is said of it in a line: its transform, the network that decides, how its draws are. */
export function lineOf(part, event) {
  if (part.family === "bases") return `base of ${several(part.features, "feature")}`;
  if (part.family === "supports") {
    const onto = supportText(event);
    return part.parameters && part.kind !== "real" ? `then onto ${onto}` : onto && `onto ${onto}`;
  }
  return [part.transform?.replaceAll("_", " "), ...part.networks.map((one) => one.kind)]
    .filter(Boolean)
    .join(" · ");
}

/** Which features a layer moves, in words. */
export function movesText(part) {
  if (part.order) return `order ${listed(part.order)}`;
  if (!part.mask) return part.family === "layers" ? "moves all" : "";
  const of = (wanted) => part.mask.flatMap((passes, at) => (passes === wanted ? [at] : []));
  return `passes ${listed(of(true))}, moves ${listed(of(false))}`;
}

/** What a context input is: `vector of 17`. */
export function contextText(context) {
  const size = context.kind === "category" ? context.count : context.shape.slice(1).join(" × ");
  return `${context.kind} of ${count(Number(size))}`;
}

/** What becomes of it. */
export function encoderText(part) {
  const [network] = part.networks;
  return network ? `${network.kind.replaceAll("_", " ")} → ${network.outputs}` : "";
}

/** The whole flow in a sentence, for those who do not see the diagram. */
export function sentence(flow, names) {
  const context = flow.context.map((one) => `${one.name} (${contextText(one)})`).join(", ");
  return (
    `From the latent to the event ${flow.event.name} (${several(flow.event.size, "feature")}): ` +
    `${names.join(", then ")}. ${context ? `Context: ${context}.` : "Without context."}`
  );
}

function listed(places, most = 24) {
  const some = places.slice(0, most).join(" ");
  return places.length > most ? `${some} … (${places.length} in all)` : some;
}
