/* The question for the service's token. */

import { keepToken } from "./api.js";
import { fresh, html } from "./dom.js";

let open = null;

/** Ask for the token in a dialog; returns once one was given. Asked twice, it opens once. */
export function askToken(isWrong) {
  open ??= answered(isWrong).finally(() => (open = null));
  return open;
}

function answered(isWrong) {
  return new Promise((resolve) => {
    const id = fresh("token");
    const field = html("input", {
      id,
      type: "password",
      autocomplete: "off",
      required: true,
      pattern: "[!-~]+",
      "aria-describedby": `${id}-why`,
      "aria-invalid": isWrong ? "true" : false,
    });
    const form = html(
      "form",
      { method: "dialog" },
      html("h2", { id: `${id}-title` }, "This service wants a token"),
      html(
        "p",
        { id: `${id}-why`, class: isWrong ? "fault" : "quiet", role: "alert" },
        isWrong ? "The token was not the right one." : "It is kept in this tab until it is closed.",
      ),
      html("label", { for: id }, "Token"),
      field,
      html("p", { class: "buttons" }, html("button", { class: "main" }, "Go on")),
    );
    const dialog = html("dialog", { "aria-labelledby": `${id}-title`, class: "card" }, form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    form.addEventListener("submit", () => {
      keepToken(field.value.trim());
      dialog.remove();
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
}
