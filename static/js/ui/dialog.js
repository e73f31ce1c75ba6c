// Native dialogs opened and closed by data attributes, and the question asked before a weighty step.

import { text } from "./text.js";

const confirmed = new WeakSet();

function fillConfirm(dialog, form, submitter) {
  const wish = submitter?.dataset.confirm ? submitter.dataset : form.dataset;
  const picked = [...document.querySelectorAll("[data-select]:checked")].filter((box) => box.form === form);
  const title = dialog.querySelector("#confirm-title");
  title.dataset.default ??= title.textContent;
  title.textContent = wish.confirmTitle ?? title.dataset.default;
  dialog.querySelector("#confirm-text").textContent = wish.confirm.replace("{n}", String(picked.length));

  const lines = picked.map((box) => box.dataset.title ?? box.value);
  form.querySelectorAll("[data-summary]").forEach((field) => {
    const value = field.selectedOptions ? field.selectedOptions[0]?.textContent.trim() : field.value;
    if (value) lines.push(text("pair", { name: field.dataset.summary, value }));
  });
  const list = dialog.querySelector("[data-confirm-list]");
  list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  list.hidden = lines.length === 0;

  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.dataset.default ??= yes.textContent;
  yes.textContent = wish.confirmYes ?? submitter?.dataset.keyLabel ?? yes.dataset.default;
  yes.classList.toggle("button--danger", "confirmDanger" in wish);
  yes.classList.toggle("button--primary", !("confirmDanger" in wish));
  return yes;
}

function ask(form, submitter) {
  const dialog = document.getElementById("confirm-dialog");
  const yes = fillConfirm(dialog, form, submitter);
  yes.onclick = () => {
    dialog.close();
    confirmed.add(form);
    form.requestSubmit(submitter ?? undefined);
  };
  dialog.showModal();
  // A quick key and Enter carry out what can be mended; what cannot starts on the way out.
  if (!yes.classList.contains("button--danger")) yes.focus();
}

// Runs before htmx and before the double-submit guard, because it listens in the capture phase.
function onSubmit(event) {
  const { target: form, submitter } = event;
  if (confirmed.delete(form)) return;
  if (!(submitter?.dataset.confirm ?? form.dataset.confirm)) return;
  if (!document.getElementById("confirm-dialog")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form, submitter);
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
    return;
  }
  if (event.target.closest("[data-dialog-close]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target instanceof HTMLDialogElement) {
    event.target.close(); // a press on the backdrop
  }
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

function onKey(event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

/** Wire dialogs, menus and confirmations; called once per page. */
export function startDialogs() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
}
