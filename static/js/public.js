// A position once found sends the resident on by itself; without JavaScript the place is chosen by name.

document.querySelectorAll("[data-position-form]").forEach((form) => {
  form.hidden = false;
  form.addEventListener("located", () => form.requestSubmit());
});
