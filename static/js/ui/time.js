// Keeps relative times and lamps true while a page stays open, counted from the server's clock.

import { text } from "./text.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const REFRESH_EVERY = 20_000;

let offset = 0;

/** Return the server's present moment in milliseconds, whatever this device's clock says. */
export function serverNow() {
  return Date.now() + offset;
}

function spanWords(milliseconds) {
  const span = Math.abs(milliseconds);
  const days = Math.floor(span / DAY);
  const hours = Math.floor((span % DAY) / HOUR);
  const minutes = Math.floor((span % HOUR) / MINUTE);
  const parts = [];
  if (days) {
    parts.push(text("days", { n: days }));
    if (days < 3 && hours) parts.push(text("hours", { n: hours }));
  } else if (hours) {
    parts.push(text("hours", { n: hours }));
    if (hours < 3 && minutes) parts.push(text("minutes", { n: minutes }));
  } else if (minutes) {
    parts.push(text("minutes", { n: minutes }));
  } else {
    parts.push(text("moment"));
  }
  return parts.join(" ");
}

function refreshRelative(element, now) {
  const distance = Date.parse(element.dataset.relative) - now;
  const pattern = distance < 0 ? "ago" : "ahead";
  element.textContent =
    Math.abs(distance) < MINUTE ? text("justNow") : text(pattern, { span: spanWords(distance) });
}

function lampState(lamp, now) {
  if (now >= Date.parse(lamp.dataset.due)) return "red";
  return lamp.dataset.warn && now >= Date.parse(lamp.dataset.warn) ? "yellow" : "green";
}

function refreshLamp(lamp, now) {
  const left = Date.parse(lamp.dataset.due) - now;
  const state = lampState(lamp, now);
  lamp.querySelector(".lamp__text").textContent = text(left > 0 ? "left" : "over", { span: spanWords(left) });
  if (lamp.classList.contains(`lamp--${state}`)) return;
  lamp.classList.remove("lamp--green", "lamp--yellow", "lamp--red");
  lamp.classList.add(`lamp--${state}`);
  const use = lamp.querySelector("use");
  use.setAttribute("href", `${use.getAttribute("href").split("#")[0]}#lamp-${state}`);
}

/** Bring every relative time and lamp below the root up to date. */
export function refreshTimes(root = document) {
  const now = serverNow();
  root.querySelectorAll("[data-relative]").forEach((element) => refreshRelative(element, now));
  root.querySelectorAll("[data-lamp]").forEach((lamp) => refreshLamp(lamp, now));
}

/** Start keeping times true; called once per page. */
export function startTimes() {
  const now = document.getElementById("ui-text")?.dataset.now;
  if (!now) return;
  offset = Date.parse(now) - Date.now();
  setInterval(() => document.hidden || refreshTimes(), REFRESH_EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || refreshTimes());
}
