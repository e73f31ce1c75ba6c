// The hotline desk by keyboard: Enter goes on to the next field, Ctrl+Enter files, Alt+N begins a new call.

import { startComboboxes } from "./ui/combobox.js";

startComboboxes();

const form = document.getElementById("desk-form");

function goOn(from) {
  const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea, select, button")];
  const next = fields.slice(fields.indexOf(from) + 1).find((field) => !field.disabled && field.checkVisibility());
  next?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form?.requestSubmit(form.querySelector("[type=submit]"));
  } else if (event.altKey && event.code === "KeyN") {
    event.preventDefault();
    document.querySelector("[data-new-call]")?.click();
  }
});

// A call is never filed by an Enter that only meant "next".
form?.addEventListener("keydown", (event) => {
  const isLine = event.target.matches("input:not([type=checkbox], [type=radio])");
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (!event.target.matches("input")) return;
  event.preventDefault();
  if (isLine || event.target.type === "radio") goOn(event.target);
  else event.target.click();
});

// A call about a case there is needs only the words.
function followChoice() {
  const same = form?.querySelector("[name=same_as]:checked")?.value;
  form?.toggleAttribute("data-same", Boolean(same));
}

form?.addEventListener("change", followChoice);
document.addEventListener("htmx:afterSwap", followChoice);
followChoice();
