// Keyboard work in a list of cases: move, open, act, select; keeps its place across reloads and swaps.
//
// Markup: [data-queue data-current] holds rows [data-queue-row data-id]; each row has one a[data-open] and may
// have a checkbox [data-select data-title]. Any button or link with data-key answers to that letter; one inside
// a row answers for the current row only, one inside [data-panel-for=id] only while that row is the current one.

import { text } from "./ui/text.js";
import { showToast } from "./ui/toast.js";

const SWITCH = "queue-keys-off";
const placeKey = `queue-place:${location.pathname}`;

const list = () => document.querySelector("[data-queue]");
const rows = () => [...(list()?.querySelectorAll("[data-queue-row]") ?? [])];
const currentRow = () => list()?.querySelector("[data-queue-row][aria-current]") ?? null;
const boxes = () => rows().flatMap((row) => [...row.querySelectorAll("[data-select]")]);

function remember(row) {
  sessionStorage.setItem(placeKey, JSON.stringify({ id: row.dataset.id, index: rows().indexOf(row) }));
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(placeKey));
  } catch {
    return null;
  }
}

function makeCurrent(row, { focus = true } = {}) {
  if (!row) return;
  currentRow()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  remember(row);
  if (!focus) return;
  row.querySelector("[data-open]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(currentRow());
  const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
  makeCurrent(all[next]);
}

// After a case has left the list, the one that took its place becomes the current one by itself.
function restore({ focus = false } = {}) {
  const all = rows();
  // What the server opened goes before what this page remembers: after a step it names the next case.
  const opened = list()?.dataset.current;
  const place = opened ? { id: opened, index: 0 } : remembered();
  if (!all.length) return;
  if (!place) {
    makeCurrent(all[0], { focus });
    return;
  }
  const same = all.find((row) => row.dataset.id === place.id);
  makeCurrent(same ?? all[Math.min(Math.max(place.index, 0), all.length - 1)], { focus });
}

function showSelection() {
  const bar = document.querySelector("[data-batch-bar]");
  if (!bar) return;
  const picked = boxes().filter((box) => box.checked).length;
  bar.hidden = picked === 0;
  bar.querySelector("[data-batch-count]").textContent = text("chosen", { n: picked });
  const all = document.querySelector("[data-select-all]");
  if (!all) return;
  all.checked = picked > 0 && picked === boxes().length;
  all.indeterminate = picked > 0 && !all.checked;
}

function toggleSelection() {
  const box = currentRow()?.querySelector("[data-select]");
  if (!box) return;
  box.checked = !box.checked;
  showSelection();
}

function actionFor(key) {
  const here = currentRow();
  return [...document.querySelectorAll("[data-key]")].find((element) => {
    const row = element.closest("[data-queue-row]");
    const panel = element.closest("[data-panel-for]");
    // The panel follows the current row a moment later; until then its letters belong to another case.
    const isHere = (!row || row === here) && (!panel || !here || panel.dataset.panelFor === here.dataset.id);
    return element.dataset.key === key && !element.disabled && isHere && element.checkVisibility();
  });
}

// With nothing picked, an action of the batch bar is meant for the current row alone.
function batchActionFor(key) {
  const action = document.querySelector(`[data-batch-bar] [data-key="${CSS.escape(key)}"]`);
  const box = currentRow()?.querySelector("[data-select]");
  if (!action || !box) return null;
  box.checked = true;
  showSelection();
  return action;
}

function describeKeys() {
  const known = [
    ["j", text("keyNext")],
    ["k", text("keyPrevious")],
    ["Enter", text("keyOpen")],
  ];
  if (!list()) known.length = 0;
  if (boxes().length) known.push(["x", text("keySelect")]);
  const seen = new Set();
  document.querySelectorAll("[data-key]").forEach((element) => {
    if (seen.has(element.dataset.key)) return;
    seen.add(element.dataset.key);
    known.push([element.dataset.key, element.dataset.keyLabel ?? element.textContent.trim()]);
  });
  known.push(["Esc", text("keyEscape")], ["?", text("keyHelp")]);
  return known;
}

function openHelp() {
  const dialog = document.getElementById("key-help");
  if (!dialog) return;
  const lines = describeKeys().flatMap(([key, meaning]) => {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    return [term, Object.assign(document.createElement("dd"), { textContent: meaning })];
  });
  dialog.querySelector("[data-key-list]").replaceChildren(...lines);
  dialog.querySelector("[data-keys-enabled]").checked = !localStorage.getItem(SWITCH);
  dialog.showModal();
}

function goBack() {
  const row = currentRow();
  if (document.querySelector("[data-panel-close]")) document.querySelector("[data-panel-close]").click();
  if (row) makeCurrent(row);
}

const COMMANDS = {
  j: () => move(1),
  k: () => move(-1),
  x: toggleSelection,
  "?": openHelp,
  Escape: goBack,
  Enter: () => currentRow()?.querySelector("[data-open]")?.click(),
};

function isTyping(event) {
  const target = event.target;
  const box = target.matches?.("input[type=checkbox], input[type=radio]");
  return !box && Boolean(target.closest?.("input, textarea, select, [contenteditable]"));
}

// On a focused link or button Enter already does its own work; in the list itself it opens the current row.
function isOwnEnter(event) {
  return event.key === "Enter" && Boolean(event.target.closest?.("a, button, summary, input"));
}

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const written = event.key === "Escape" && isTyping(event) && event.target.closest("[data-queue-row]");
  if (written) {
    // Out of the note of a row, so that the next letter decides about it.
    event.preventDefault();
    makeCurrent(written);
    return;
  }
  if (document.querySelector("dialog[open]") || isTyping(event) || isOwnEnter(event)) return;
  if (localStorage.getItem(SWITCH) && event.key !== "?") return;
  const searchField = event.key === "/" ? document.querySelector('[data-key-focus="/"]') : null;
  if (searchField) {
    event.preventDefault();
    searchField.focus();
    return;
  }
  const command = list() || event.key === "?" || event.key === "Escape" ? COMMANDS[event.key] : null;
  const action = command ? null : (actionFor(event.key) ?? batchActionFor(event.key));
  if (!command && !action) return;
  event.preventDefault();
  if (command) command();
  else action.click();
}

function onClick(event) {
  if (event.target.closest("[data-batch-clear]")) {
    boxes().forEach((box) => (box.checked = false));
    showSelection();
  }
  if (event.target.closest("[data-key-help]")) openHelp();
  const row = event.target.closest("[data-queue-row]");
  if (row) makeCurrent(row, { focus: false });
}

function onChange(event) {
  if (event.target.matches("[data-select-all]")) {
    boxes().forEach((box) => (box.checked = event.target.checked));
  }
  if (event.target.matches("[data-keys-enabled]")) {
    if (event.target.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "1");
  }
  showSelection();
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-queue-row]");
  if (row && row !== currentRow()) makeCurrent(row, { focus: false });
});
document.addEventListener("htmx:afterSettle", () => {
  // Focus follows only where the swap took it away; a person typing elsewhere isn't disturbed.
  restore({ focus: document.activeElement === document.body });
  showSelection();
});
document.addEventListener("queue:empty", (event) => showToast({ level: "success", text: event.detail.text }));

restore({ focus: !document.querySelector("[data-autofocus]") });
showSelection();
