// The open case beside the queue, and the forms of its steps.

// On a narrow screen there is no panel: the row's link goes to the page of the case instead.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { target, elt, requestConfig } = event.detail;
  if (target?.id !== "panel" || target.checkVisibility()) return;
  event.preventDefault();
  if (requestConfig.triggeringEvent?.type === "click") location.assign(elt.href);
});

// After a reload the list remembers its row before the panel can follow; bring the two together.
document.addEventListener("DOMContentLoaded", () => {
  const row = document.querySelector("[data-queue-row][aria-current]");
  const panel = document.getElementById("panel");
  if (!row || !panel?.checkVisibility()) return;
  if (panel.querySelector("[data-panel-for]")?.dataset.panelFor !== row.dataset.id) row.querySelector("[data-open]").click();
});

// A form that has just been opened is filled in at once.
document.addEventListener(
  "toggle",
  (event) => {
    const step = event.target;
    if (!step.open || !step.matches?.("[data-step]")) return;
    step.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  },
  true,
);

// A link to a step (#act-finish) opens its form.
function openNamedStep() {
  const step = location.hash.startsWith("#act-") ? document.getElementById(location.hash.slice(1)) : null;
  const more = step?.closest(".step--more");
  if (more) more.open = true;
  if (step instanceof HTMLDetailsElement) step.open = true;
}

window.addEventListener("hashchange", openNamedStep);
openNamedStep();

// What must be read first — a refusal, a list of faults — takes the focus after a swap as it does after a load.
document.addEventListener("htmx:afterSettle", (event) => {
  event.detail.target?.querySelector?.("[data-autofocus]")?.focus();
});
