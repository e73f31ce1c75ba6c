// Keeps an unsent form for as long as the tab lives: a phone drops a page in the background, and a stairwell
// has no signal. Kept per tab only, because what families say must not stay on the device.
//
// The form's own key is kept with it, so that a form whose answer was lost is still saved once.

const PREFIX = "keep:";
const LEFT_OUT = new Set(["csrfmiddlewaretoken", "people", "back"]);

function kept(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || LEFT_OUT.has(field.name)) continue;
    if (["radio", "checkbox"].includes(field.type)) {
      if (field.checked) values[field.name] = field.value;
    } else {
      values[field.name] = field.value;
    }
  }
  return values;
}

function restore(form, values) {
  for (const field of form.elements) {
    if (!field.name || LEFT_OUT.has(field.name)) continue;
    if (["radio", "checkbox"].includes(field.type)) field.checked = values[field.name] === field.value;
    else if (field.name in values) field.value = values[field.name];
    if (values[field.name]) field.closest("details")?.setAttribute("open", "");
  }
}

/** Bring back what was not sent, and forget what the address says was saved; called once. */
export function startKeep() {
  const saved = new URLSearchParams(location.search).get("saved");
  if (saved) sessionStorage.removeItem(PREFIX + saved);
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const key = PREFIX + form.dataset.keep;
  const values = sessionStorage.getItem(key);
  // A form that came back with faults holds what was just sent, which is newer.
  if (values && !document.querySelector(".error-summary")) restore(form, JSON.parse(values));
  form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(kept(form))));
}
