/* The page: which flow and revision is shown, and whether it is still what the service has. */

import { ask, hasToken, isReady, keepToken, onTokenWanted } from "./api.js";
import { diagram } from "./diagram.js";
import { html, tell } from "./dom.js";
import { endpoint } from "./endpoint.js";
import { diagnosticsOf, faultOf } from "./faults.js";
import { overview } from "./overview.js";
import { askToken } from "./token.js";

const SOON = 1000;
const LATER = 5000;
const LOOKS = 3;

const main = document.getElementById("main");
const state = document.getElementById("state");
const forget = document.getElementById("forget");

let shown = "";
let shownName = "";
let turn = 0;
let looks = 0;
let timer = null;

/** The flow and the revision that the address names: `#/name` or `#/name/2`. */
function route() {
  const match = /^#\/([^/]+)(?:\/(\d+))?$/.exec(location.hash);
  return match ? { name: match[1], revision: match[2] ?? null } : { name: null, revision: null };
}

/** Ask what there is, and show it where it is not what is shown. */
async function refresh(isLast) {
  const { flows } = (await ask("flows")).data;
  const { name, revision } = route();
  const flow = flows.find((one) => one.name === name) ?? flows[0];
  forget.hidden = !hasToken();
  if (flow === undefined) return showNothing();
  const isThere = flow.name === name && flow.revisions.includes(Number(revision));
  const wanted = isThere ? revision : null;
  const path = `flows/${flow.name}/revisions/${wanted}`;
  const description = wanted === null ? flow : (await ask(path)).data;
  if (!isLast()) return;
  showFlows(flows, flow.name);
  show(description, wanted);
}

/** The links to the flows; they stay where they are when another one is chosen, with their focus. */
function showFlows(flows, name) {
  const list = document.getElementById("flows");
  const names = flows.map((flow) => flow.name).join(" ");
  if (list.dataset.names !== names) {
    list.dataset.names = names;
    const link = ({ name }) => html("li", {}, html("a", { href: `#/${name}` }, name));
    list.replaceChildren(...flows.map(link));
  }
  for (const link of list.querySelectorAll("a")) {
    if (link.textContent === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function show(flow, revision) {
  const { ready, ...rest } = flow;
  const text = JSON.stringify([rest, revision]);
  showState(ready ? "ready" : "loading");
  if (text === shown) return;
  if (shown) tell(`${flow.name} is shown as it is now`);
  const open = openOutputs(flow);
  const wasChoosing = document.activeElement.matches(".hero select");
  if (flow.name !== shownName) scrollTo(0, 0);
  shown = text;
  shownName = flow.name;
  document.title = `${flow.name} · flowspec`;
  const base =
    revision === null ? `flows/${flow.name}` : `flows/${flow.name}/revisions/${revision}`;
  main.replaceChildren(
    overview(
      flow,
      revision,
      (chosen) => (location.hash = `#/${flow.name}${chosen && `/${chosen}`}`),
    ),
    html(
      "div",
      { class: "columns" },
      html(
        "section",
        { class: "flow card", "aria-label": "The flow" },
        html("h2", {}, "The flow"),
        diagram(flow),
      ),
      html(
        "section",
        { class: "endpoints", "aria-label": "Endpoints" },
        html("h2", {}, "Endpoints"),
        flow.outputs.map((output) => endpoint(flow, output, base, open.includes(output.name))),
      ),
    ),
  );
  if (wasChoosing) main.querySelector(".hero select").focus();
}

/** The outputs that stay open where the same flow is shown anew; the first where there are none. */
function openOutputs(flow) {
  const open = [...main.querySelectorAll("details.endpoint[open]")].map(
    (one) => one.dataset.output,
  );
  const known = flow.outputs.map((output) => output.name);
  const kept = flow.name === shownName ? open.filter((name) => known.includes(name)) : [];
  return kept.length ? kept : known.slice(0, 1);
}

function showNothing() {
  main.replaceChildren(html("h1", {}, "flowspec"), html("p", {}, "No flow is served."));
}

function showState(word) {
  if (state.dataset.word === word) return;
  state.dataset.word = word;
  state.textContent = word;
}

function showError(error) {
  showState(error.status === undefined ? "unreachable" : "refused");
  if (shown) return;
  main.replaceChildren(html("h1", {}, "flowspec"), ...diagnosticsOf(error).map(faultOf));
}

/** Look again and again: at readiness often, at everything now and then. */
async function look() {
  looks += 1;
  const mine = looks;
  const isLast = () => mine === looks;
  let good = false;
  try {
    good = await isReady();
    if (!good || turn % LOOKS === 0 || state.dataset.word !== "ready") await refresh(isLast);
    turn += 1;
  } catch (error) {
    good = false;
    if (isLast()) showError(error);
  }
  clearTimeout(timer);
  if (isLast() && !document.hidden) timer = setTimeout(look, good ? LATER : SOON);
}

function lookNow() {
  turn = 0;
  look();
}

onTokenWanted(askToken);
forget.addEventListener("click", () => (keepToken(null), location.reload()));
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.addEventListener("stale", lookNow);
document.addEventListener("visibilitychange", () => document.hidden || lookNow());
addEventListener("hashchange", lookNow);
lookNow();
