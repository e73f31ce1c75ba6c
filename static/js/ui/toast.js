// Short messages: those the server put into the page, and those scripts or htmx answers raise.

import { csrfToken } from "./text.js";

const SHOWN_FOR = 8_000;
const UNDO_SHOWN_FOR = 20_000;
const STAYS = new Set(["error", "warning"]);
const SIGNS = { success: "check", warning: "warning", error: "warning" };

function addUndo(toast, url) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const token = document.createElement("input");
  token.type = "hidden";
  token.name = "csrfmiddlewaretoken";
  token.value = csrfToken();
  const button = document.getElementById("undo-template").content.firstElementChild.cloneNode(true);
  form.append(token, button);
  toast.querySelector(".toast__text").after(form);
}

// A fault stays until it is closed; the rest goes by itself, but not under a pointer or with the focus in it.
function schedule(toast) {
  if (STAYS.has(toast.dataset.toast)) return;
  const shownFor = toast.querySelector("form") ? UNDO_SHOWN_FOR : SHOWN_FOR;
  let timer = 0;
  const start = () => (timer = setTimeout(() => toast.remove(), shownFor));
  const stop = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", stop);
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", start);
  start();
}

/** Show a message; level is success, info, warning or error; undoUrl must be a path of this site. */
export function showToast({ level = "info", text, undoUrl = "" }) {
  const holder = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!holder || !template || !text) return;
  const toast = template.content.querySelector(".toast").cloneNode(true);
  toast.className = `toast toast--${level}`;
  toast.dataset.toast = level;
  toast.querySelector(".toast__text").textContent = text;
  const use = toast.querySelector(".toast__icon use");
  use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#${SIGNS[level] ?? "info"}`);
  if (undoUrl.startsWith("/") && !undoUrl.startsWith("//")) addUndo(toast, undoUrl);
  holder.append(toast);
  schedule(toast);
}

/** Wire closing, and htmx answers carrying an HX-Trigger header {"toast": {level, text, undoUrl}}. */
export function startToasts() {
  document.querySelectorAll(".toast").forEach(schedule);
  document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest(".toast").remove());
  document.addEventListener("toast", (event) => showToast(event.detail));
}
