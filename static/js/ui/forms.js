// Comfort and safety round forms that work without it: double presses, counters, unsaved text, copying.

import { text } from "./text.js";
import { showToast } from "./toast.js";

const dirty = new Set();

function release(form) {
  form.querySelectorAll("[data-busy]").forEach((button) => {
    delete button.dataset.busy;
    button.removeAttribute("aria-disabled");
  });
  delete form.dataset.sent;
}

function onSubmit(event) {
  const { target: form, submitter } = event;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  if (form.method === "post" && navigator.onLine === false) {
    event.preventDefault();
    event.stopImmediatePropagation();
    showToast({ level: "warning", text: text("offline") });
    return;
  }
  dirty.delete(form);
  if (form.method !== "post" || "allowRepeat" in form.dataset) return;
  form.dataset.sent = "1";
  if (!submitter) return;
  // Not the disabled property: a disabled button's name and value would not be sent.
  submitter.dataset.busy = "1";
  submitter.setAttribute("aria-disabled", "true");
}

function onInput(event) {
  const form = event.target.form;
  if (form && "guard" in form.dataset) dirty.add(form);
  const counter = document.querySelector(`[data-counter-for="${CSS.escape(event.target.id)}"]`);
  if (event.target.id && counter) count(event.target, counter);
}

function count(field, counter) {
  // The server counts characters, not UTF-16 units, and a line break as two.
  const length = [...field.value.replace(/\r?\n/g, "\r\n")].length;
  const left = Number(field.getAttribute("maxlength") ?? field.dataset.maxlength) - length;
  counter.toggleAttribute("data-over", left < 0);
  counter.textContent = text(left < 0 ? "charactersOver" : "charactersLeft", { n: Math.abs(left) });
}

async function copy(button) {
  const target = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText((target?.value ?? target?.textContent ?? "").trim());
    showToast({ level: "success", text: text("copied") });
  } catch {
    showToast({ level: "warning", text: text("copyFailed") });
  }
}

function onRequestError(event) {
  const status = event.detail.xhr?.status ?? 0;
  if (status === 401) showToast({ level: "warning", text: text("sessionEnded") });
  else if (status >= 400 && status < 500) showToast({ level: "error", text: text("requestRefused") });
  else showToast({ level: "error", text: text("requestFailed") });
}

/** Wire every form of the page; called once. */
export function startForms() {
  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("input", onInput);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) release(form);
  });
  document.addEventListener("htmx:responseError", onRequestError);
  document.addEventListener("htmx:sendError", onRequestError);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });
  document.querySelectorAll("[data-counter-for]").forEach((counter) => {
    const field = document.getElementById(counter.dataset.counterFor);
    if (field) count(field, counter);
  });
  document.querySelector("[data-autofocus]")?.focus();
}
