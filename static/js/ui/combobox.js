// Type a few letters, choose with the arrows, Enter or Tab: words and chosen value are two fields of a form.
//
// Markup: components/combobox.html. The list comes from data-url?q=…; without this script the server reads the
// words alone. The first line is highlighted by itself, so that Tab takes it and goes on.

import { text } from "./text.js";

const WAIT = 120;

class Combobox {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector("[data-combo]");
    this.value = box.querySelector("input[type=hidden]");
    this.list = box.querySelector("[data-combo-list]");
    this.status = box.querySelector("[data-combo-status]");
    this.timer = 0;
    this.asked = 0;
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    Object.entries(roles).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.input.addEventListener("input", (event) => event.isTrusted && this.typed());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the focus stays where the words are
      const option = event.target.closest("[role=option]");
      if (option) this.choose(option);
    });
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get current() {
    return this.list.querySelector("[aria-selected=true]");
  }

  typed() {
    this.value.value = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const words = this.input.value.trim();
    const turn = ++this.asked;
    if (!words) return this.close();
    const response = await fetch(`${this.box.dataset.url}?q=${encodeURIComponent(words)}`).catch(() => null);
    // A slow answer to earlier letters must not push out a later one, nor open a list that was left.
    if (!response?.ok || turn !== this.asked || document.activeElement !== this.input) return;
    this.show(await response.text());
  }

  show(html) {
    const found = new DOMParser().parseFromString(html, "text/html");
    this.list.replaceChildren(...found.body.children);
    this.options.forEach((option, place) => (option.id = `${this.list.id}_${place}`));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark(this.options[0]);
    this.status.textContent = text("suggestions", { n: this.options.length });
  }

  mark(option) {
    this.current?.removeAttribute("aria-selected");
    this.input.removeAttribute("aria-activedescendant");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  move(step) {
    const all = this.options;
    if (this.list.hidden) return this.ask();
    this.mark(all[(all.indexOf(this.current) + step + all.length) % all.length]);
  }

  choose(option) {
    this.value.value = option.dataset.value;
    this.input.value = option.dataset.label;
    this.close();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  onKey(event) {
    if (event.isComposing) return; // the keys still belong to the input method
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (this.list.hidden) {
      return;
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if ((event.key === "Enter" || event.key === "Tab") && this.current && !event.ctrlKey && !event.shiftKey) {
      if (event.key === "Enter") event.preventDefault();
      this.choose(this.current);
    }
  }
}

/** Make every combobox below the root one to choose from; those made already stay. */
export function startComboboxes(root = document) {
  root.querySelectorAll("[data-combo-box]:not([data-ready])").forEach((box) => {
    box.dataset.ready = "yes";
    new Combobox(box);
  });
}
