// Keep: what one writes in a form that is sent once (a follow-up, an evaluation) is kept in this browser until the
// server has it, so that an expired login or a closed window loses nothing. With it is kept which version one wrote
// over: where somebody else has changed it since, the server shows both texts, as for any two editors.
//
// Markup   <form data-keep method="post"> (data-keep="name" where several share an address); on the page one comes to afterwards <span data-forget="/what/the/forms/addresses/begin/with/">.
//          A page that says "done" (a flash of success) has received the form that was sent last, also without a mark.
// Backup   localStorage, per person and the form's address, from the first keystroke; put back when it is opened again.
"use strict";

(() => {
  const PASSING = /^(csrfmiddlewaretoken|version|_.*)$/;
  const name = (address) => `styrkedja:kept:${document.body.dataset.person ?? ""}:${address}`;
  const SENT = "styrkedja:sent"; // the form sent last in this window
  const written = (field) => field.name && field.type !== "hidden" && !PASSING.test(field.name);
  const content = (form) => {
    const names = new Set([...form.elements].filter(written).map((field) => field.name));
    return [...new FormData(form)].filter(([field, value]) => typeof value === "string" && names.has(field));
  };

  const version = (form) => form.elements.namedItem("version");

  const putBack = (form, { fields, writtenOver }) => {
    if (writtenOver && version(form)) version(form).value = writtenOver;
    for (const field of form.elements) {
      if (!written(field)) continue;
      const values = fields.filter(([known]) => known === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
  };

  const start = (form) => {
    const store = name((form.getAttribute("action") || location.pathname) + form.dataset.keep);
    const kept = JSON.parse(localStorage.getItem(store) ?? "null");
    if (kept?.fields && !document.querySelector("[data-error-summary], .conflict")) {
      putBack(form, kept);
      form.closest("details")?.setAttribute("open", "");
    }
    form.addEventListener("submit", () => sessionStorage.setItem(SENT, store));
    form.addEventListener("input", () => {
      try {
        localStorage.setItem(store, JSON.stringify({ fields: content(form), writtenOver: version(form)?.value ?? "" }));
      } catch { /* storage full or forbidden: the form works as any other */ }
    });
    form.querySelector(".actions a")?.addEventListener("click", () => localStorage.removeItem(store));
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.body.dataset.person) return; // the login has received nothing
    const sent = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    if (sent && document.querySelector("#messages .tone-success")) localStorage.removeItem(sent);
    for (const mark of document.querySelectorAll("[data-forget]")) {
      Object.keys(localStorage).filter((key) => key.startsWith(name(mark.dataset.forget))).forEach((key) => localStorage.removeItem(key));
    }
    document.querySelectorAll("form[data-keep]").forEach(start);
  });
})();
