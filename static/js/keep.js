// Keep: what one writes in a form that is sent once (a follow-up, an evaluation) is kept in this browser until the
// server has it, so that an expired login or a closed window loses nothing.
//
// Markup   <form data-keep method="post">; on the page one comes to afterwards <span data-forget="/address/of/the/form/">.
// Backup   localStorage, per person and address, from the first keystroke; put back when the form is opened empty again.
"use strict";

(() => {
  const PASSING = /^(csrfmiddlewaretoken|version|_.*)$/;
  const name = (address) => `styrkedja:kept:${document.body.dataset.person ?? ""}:${address}`;
  const content = (form) => [...new FormData(form)].filter(([field, value]) => typeof value === "string" && !PASSING.test(field));

  const putBack = (form, fields) => {
    for (const field of form.elements) {
      if (!field.name || PASSING.test(field.name)) continue;
      const values = fields.filter(([known]) => known === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
  };

  const start = (form) => {
    const store = name(location.pathname);
    const kept = JSON.parse(localStorage.getItem(store) ?? "null");
    if (kept && !document.querySelector("[data-error-summary]")) putBack(form, kept);
    form.addEventListener("input", () => {
      try {
        localStorage.setItem(store, JSON.stringify(content(form)));
      } catch { /* storage full or forbidden: the form works as any other */ }
    });
    form.querySelector(".actions a")?.addEventListener("click", () => localStorage.removeItem(store));
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-forget]").forEach((mark) => localStorage.removeItem(name(mark.dataset.forget)));
    document.querySelectorAll("form[data-keep]").forEach(start);
  });
})();
