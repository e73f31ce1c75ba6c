// Keeps the wall screen true: fetches the page's body anew, rests while hidden, and says when figures are old.

import { text } from "./ui/text.js";
import { refreshTimes, serverNow } from "./ui/time.js";

const body = document.querySelector("[data-screen]");
const status = document.querySelector("[data-screen-status]");
const clock = document.querySelector("[data-screen-clock]");
const every = Number(body.dataset.screenEvery) * 1_000;
const PATIENCE = 15_000;

let timer = 0;
let freshAt = serverNow();

const two = (number) => String(number).padStart(2, "0");

function hourMinute(moment) {
  const date = new Date(moment);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function tick() {
  const date = new Date(serverNow());
  clock.textContent = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${hourMinute(date)}`;
}

function say(state, name, values) {
  status.dataset.state = state;
  status.textContent = text(name, values);
}

async function fetchBody() {
  const answer = await fetch(body.dataset.screenUrl ?? location.href, {
    headers: { "HX-Request": "true", "X-Requested-With": "fetch" },
    signal: AbortSignal.timeout(PATIENCE),
  });
  // A redirect means the log-in page: its form must not appear on the wall.
  if (answer.redirected || answer.status === 401 || answer.status === 403) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-screen]") ?? page.body;
}

function show(fresh) {
  // A person with the keyboard on a figure keeps their place; the figures wait for the next turn.
  if (!body.contains(document.activeElement)) {
    body.replaceChildren(...fresh.childNodes);
    refreshTimes(body);
    freshAt = serverNow();
  }
  say("fresh", "screenFresh", { time: hourMinute(freshAt) });
}

async function refresh() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const fresh = await fetchBody();
    if (fresh) show(fresh);
    else say("stale", "sessionEnded");
  } catch {
    say("stale", "screenStale", { time: hourMinute(freshAt) });
  }
  timer = setTimeout(refresh, every);
}

document.addEventListener("visibilitychange", refresh);
setInterval(tick, 1_000);
say("fresh", "screenFresh", { time: hourMinute(freshAt) });
timer = setTimeout(refresh, every);
