// Photos and position on a phone: preview, smaller files, and plain words when something is not allowed.
//
// Previews are drawn on a canvas rather than shown from a blob: address, so the page's content-security
// policy needs no exception; drawing anew also leaves the camera's position data behind.

import { text } from "./ui/text.js";

const LONGEST_SIDE = 2_000;
const QUALITY = 0.85;
const ROUGH_METRES = 100;

async function drawn(file, longest) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "white"; // a transparent picture would turn black as JPEG
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

function asJpeg(canvas, name) {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (!blob) return reject(new Error("canvas gave no picture"));
        resolve(new File([blob], `${name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg" }));
      },
      "image/jpeg",
      QUALITY,
    );
  });
}

class Capture {
  constructor(root) {
    this.root = root;
    this.max = Number(root.dataset.max);
    this.inputs = [...root.querySelectorAll("[data-capture-input]")];
    this.list = root.querySelector("[data-capture-list]");
    this.status = root.querySelector("[data-capture-status]");
    this.photos = [];
    this.work = Promise.resolve();
    this.inputs.forEach((input) => {
      input.addEventListener("change", () => this.take(input));
      // On a slow line a photo may have been chosen before this script arrived.
      if (input.files.length) this.take(input);
    });
  }

  take(input) {
    const files = [...input.files];
    this.work = this.work.then(() => this.add(files));
  }

  async add(files) {
    this.say(text("photoReading"));
    this.holdForm(true);
    const faults = [];
    for (const file of files) {
      if (this.photos.length >= this.max) {
        faults.push(text("photoMany", { n: this.max }));
        break;
      }
      try {
        const canvas = await drawn(file, LONGEST_SIDE);
        this.photos.push({ file: await asJpeg(canvas, file.name), preview: canvas });
      } catch {
        faults.push(text("photoBad"));
      }
    }
    this.show();
    this.holdForm(false);
    this.say([...new Set(faults)].join(" "));
  }

  remove(photo) {
    this.photos = this.photos.filter((other) => other !== photo);
    this.show();
    this.inputs[0].focus();
  }

  // All photos travel in the first input; the second only ever picks.
  show() {
    const transfer = new DataTransfer();
    this.photos.forEach(({ file }) => transfer.items.add(file));
    this.inputs[0].files = transfer.files;
    this.inputs.slice(1).forEach((input) => (input.value = ""));
    this.list.replaceChildren(...this.photos.map((photo, index) => this.tile(photo, index + 1)));
    this.inputs[0].dispatchEvent(new Event("input", { bubbles: true }));
  }

  tile(photo, number) {
    const item = document.createElement("li");
    item.className = "photos__item";
    photo.preview.setAttribute("role", "img");
    photo.preview.setAttribute("aria-label", text("photoAlt", { n: number }));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "photos__remove button button--icon button--inline";
    button.setAttribute("aria-label", text("photoRemove", { n: number }));
    button.textContent = "✕";
    button.addEventListener("click", () => this.remove(photo));
    item.append(photo.preview, button);
    return item;
  }

  holdForm(held) {
    this.root.closest("form")?.querySelectorAll("[type=submit]").forEach((button) => (button.disabled = held));
  }

  say(words) {
    this.status.textContent = words;
  }
}

class Locate {
  constructor(root) {
    this.root = root;
    this.status = root.querySelector("[data-locate-status]");
    this.button = root.querySelector("[data-locate-button]");
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.find());
    if ("locateAuto" in root.dataset) this.findIfAllowed();
  }

  // Asks by itself only where the answer is already yes; a question out of the blue gets a no.
  async findIfAllowed() {
    const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
    if (permission?.state === "granted") this.find();
  }

  find() {
    if (!navigator.geolocation) return this.say("locateMissing");
    this.say("locating");
    this.button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      (position) => this.fill(position.coords),
      (error) => {
        this.button.disabled = false;
        this.say(error.code === error.PERMISSION_DENIED ? "locateDenied" : "locateFailed");
      },
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  }

  fill({ latitude, longitude, accuracy }) {
    this.button.disabled = false;
    this.set("lat", latitude.toFixed(6));
    this.set("lng", longitude.toFixed(6));
    this.set("accuracy", Math.round(accuracy));
    this.say(accuracy > ROUGH_METRES ? "locatedRough" : "located", { n: Math.round(accuracy) });
    this.root.dispatchEvent(new CustomEvent("located", { bubbles: true }));
  }

  set(name, value) {
    const input = this.root.querySelector(`[data-locate-${name}]`);
    if (input) input.value = String(value);
  }

  say(name, values) {
    this.status.textContent = text(name, values);
  }
}

document.querySelectorAll("[data-capture]").forEach((root) => new Capture(root));
document.querySelectorAll("[data-locate]").forEach((root) => new Locate(root));
