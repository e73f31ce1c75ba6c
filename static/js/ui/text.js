// Words shown by scripts: read from the page, so that they are translated with everything else.

const source = () => document.getElementById("ui-text");

/** Return the text of a name (as in data-<name>), its {placeholders} filled in. */
export function text(name, values = {}) {
  const pattern = source()?.dataset[name] ?? "";
  return pattern.replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/** Return the CSRF token the page was served with. */
export function csrfToken() {
  const headers = document.body.getAttribute("hx-headers");
  return headers ? JSON.parse(headers)["X-CSRFToken"] : "";
}
