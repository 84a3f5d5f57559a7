// The editing page of an analysis or a plan: one line says when anything was last saved, and what one presses waits for the
// last words to be saved. Everything works without it.
"use strict";

(() => {
  const LONGEST = 5000;
  const statuses = () => [...document.querySelectorAll("[data-autosave-status]")];

  // "Saved 10:42" beside the heading follows the latest row that was saved.
  const tell = () => {
    const line = document.querySelector("[data-saved-summary]");
    const rows = document.querySelector(".steps, .plan-parts");
    if (!line || !rows) return;
    new MutationObserver((changes) => {
      const status = changes.map((change) => change.target.closest?.("[data-autosave-status]")).find(Boolean);
      if (status?.dataset.state === "saved") line.textContent = status.textContent.trim();
    }).observe(rows, { subtree: true, attributes: true, attributeFilter: ["data-state"], childList: true });
  };

  // What is unsaved is saved first, but nobody waits for ever. A turn of the loop at least: a form cannot be submitted
  // again while its first submit is still being told to listeners.
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const settled = () => Promise.all([pause(0), Promise.race([window.styrkedja.saved(), pause(LONGEST)])]);

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.hasAttribute("data-autosave") || form.dataset.settled) return;
    event.preventDefault();
    form.dataset.settled = "1";
    delete form.dataset.sentAt; // forms.js has counted this press already
    await settled();
    form.requestSubmit(event.submitter);
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("main a[href]");
    if (!link || link.target || event.ctrlKey || event.metaKey || event.shiftKey || link.hash && link.pathname === location.pathname) return;
    if (!statuses().length || event.defaultPrevented) return;
    event.preventDefault();
    await settled();
    location.assign(link.href);
  });

  window.addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.settled; });
  document.addEventListener("DOMContentLoaded", tell);
})();
