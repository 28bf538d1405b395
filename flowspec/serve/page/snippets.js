/* The same request from elsewhere: curl and Python. */

import { address, hasToken } from "./api.js";
import { html, tell } from "./dom.js";

const WORDS = { true: "True", false: "False", null: "None" };

/** A request with curl. The token is read from the environment, never written out. */
export function curl(path, body) {
  const lines = [`curl ${quoted(address(path))}`, `-H 'content-type: application/json'`];
  if (hasToken()) lines.push('-H "authorization: Bearer $FLOWSPEC_TOKEN"');
  lines.push(`-d ${quoted(body)}`);
  return lines.join(" \\\n  ");
}

/** A request with httpx. */
export function python(path, body) {
  const imports = hasToken() ? "import os\n\nimport httpx" : "import httpx";
  const deep = body.replace(/^ +/gm, (room) => room + room);
  const lines = [JSON.stringify(address(path)), `json=${literal(deep)}`];
  if (hasToken()) {
    lines.push(`headers={"authorization": f"Bearer {os.environ['FLOWSPEC_TOKEN']}"}`);
  }
  const written = lines.map((line) => `    ${line.replaceAll("\n", "\n    ")},`).join("\n");
  return `${imports}\n\nanswer = httpx.post(\n${written}\n)\nanswer.raise_for_status()\nprint(answer.json())\n`;
}

/** Both, each with a button that copies it; they follow the form while they are open. */
export function snippets(path, form) {
  const one = (name, make) => {
    const text = html("pre", { tabindex: 0 });
    const write = () => (text.textContent = make(path, form.text()));
    const details = html(
      "details",
      { ontoggle: write },
      html("summary", {}, name),
      html("div", { class: "code" }, copyButton(`Copy as ${name}`, write), text),
    );
    const follow = () => details.open && write();
    for (const event of ["input", "change", "click"]) form.element.addEventListener(event, follow);
    return details;
  };
  const title = html("h4", {}, "From elsewhere");
  return html("div", { class: "snippets" }, title, one("curl", curl), one("Python", python));
}

/** A button that copies a text, and says that it did. */
export function copyButton(name, text) {
  const button = html("button", { type: "button", class: "plain" }, name);
  button.addEventListener("click", async () => {
    const did = (await copied(text()))
      ? "Copied"
      : "Copy it by hand: this browser does not allow it";
    button.textContent = did;
    tell(did);
    setTimeout(() => (button.textContent = name), 2000);
  });
  return button;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not over plain HTTP from another machine
  }
}

/** A word of a POSIX shell. */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON as Python writes it: all but three words are the same. */
function literal(text) {
  const token = /"(?:[^"\\]|\\.)*"|\b(?:true|false|null)\b/g;
  return text.trim().replace(token, (word) => WORDS[word] ?? word);
}
