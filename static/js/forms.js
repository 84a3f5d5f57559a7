// Forms: moves focus to the error summary, keeps a double click from sending twice, lights a file drop.
"use strict";

(() => {
  const focusSummary = (root) => root.querySelector("[data-error-summary]")?.focus();

  document.addEventListener("DOMContentLoaded", () => focusSummary(document));
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));

  // The summary's links lead to the field itself, with its label in sight.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-error-summary] a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });

  // The server ignores a repeated request as well; this only spares the reader its answer.
  const PAUSE = 2000;
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    const last = Number(form.dataset.sentAt ?? 0);
    if (form.method !== "dialog" && Date.now() - last < PAUSE) event.preventDefault();
    else form.dataset.sentAt = String(Date.now());
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sentAt;
  });

  for (const kind of ["dragenter", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.target.closest?.("[data-upload]")?.classList.toggle("upload-over", kind === "dragenter");
    });
  }
})();
