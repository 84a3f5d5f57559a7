// Autosave: text is saved within 3 s of a pause and is never lost, whatever happens to the login or the network.
//
// Markup   <form method="post" data-autosave="/address/" ...> with a hidden field "version" and, inside it,
//          _components/autosave_status.html. Without data-autosave's value the form's own action is used.
// Request  POST, form fields + "version" (the one the text was written on) + "_key" (a UUID; the same when a save is
//          tried again: the server answers a known key as it did before) + "_person" (who wrote the text: a server
//          that sees another person logged in answers 403). Headers: Accept: application/json, X-Autosave: 1, X-CSRFToken.
// Answer   200 {"version": n, "saved_at": "10:42"}  saved; n goes into the form.
//          409 {"version": n, "html": "..."}        somebody else saved n: html (_components/conflict.html) shows both.
//          401, 403 or a redirect                   logged out: the text stays in localStorage, a link opens the login
//                                                   in a new tab, and saving goes on by itself afterwards.
//          400, 413, 422 {"error": "..."}           not accepted: kept here, said in words. Anything else: tried again.
// Backup   localStorage, per person and address, from the first keystroke until the server has acknowledged it.
// Submit   An ordinary submit waits until the last words are saved, so an expired login cannot swallow them.
// Others   styrkedja.saved(): a promise that is kept when nothing of the page is on its way to the server any more.
"use strict";

(() => {
  const PAUSE = 1500, LONGEST = 10000, RETRY = 5000, PASSING = /^(csrfmiddlewaretoken|_.*)$/; // true of one page, never restored
  const person = () => document.body.dataset.person ?? "";
  const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1];
  const savers = [];
  const uuid = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`; // randomUUID needs https or localhost

  const start = (form) => {
    const address = form.dataset.autosave || form.getAttribute("action") || location.pathname;
    const store = `styrkedja:draft:${person()}:${address}`;
    const status = form.querySelector("[data-autosave-status]");
    const line = form.querySelector("[data-autosave-text]");
    const conflict = form.querySelector("[data-autosave-conflict]");
    let dirty = false, saving = null, pending = null, key = uuid(), timer = 0, since = 0;

    const say = (state, value = "") => {
      status.dataset.state = state;
      line.textContent = (status.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`] ?? "").replace("{time}", value);
      if (state !== "login") return;
      const link = Object.assign(document.createElement("a"), { target: "_blank", href: status.dataset.loginUrl, textContent: status.dataset.textLink });
      line.append(" ", link);
    };
    const state = () => status.dataset.state;
    const content = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !PASSING.test(name));
    const backUp = () => {
      try {
        localStorage.setItem(store, JSON.stringify({ at: Date.now(), key, fields: content() }));
      } catch { /* storage full or forbidden: the guard on leaving the page still holds */ }
    };
    const forget = () => localStorage.removeItem(store);
    const token = () => { // a new login brings a new token; the form's own is then void
      const field = form.elements.csrfmiddlewaretoken, fresh = cookie("csrftoken");
      if (fresh && field) field.value = fresh;
      return fresh ?? field?.value ?? "";
    };
    const acknowledge = (answer, sent) => {
      form.elements.version.value = answer.version;
      pending = null;
      if (key === sent.key) { // nothing was written while the save was on its way
        dirty = false;
        since = 0;
        forget();
      } else backUp();
      say("saved", answer.saved_at);
    };
    const receive = async (response, sent) => {
      if (response.type === "opaqueredirect" || [401, 403].includes(response.status)) return say("login");
      if (response.ok) return acknowledge(await response.json(), sent);
      if (response.status === 409) {
        conflict.innerHTML = (await response.json()).html; // from our own server, escaped there
        say("conflict");
        return conflict.focus();
      }
      if (![400, 413, 422].includes(response.status)) throw new TypeError(String(response.status));
      pending = null;
      say("invalid");
      const { error } = await response.json().catch(() => ({}));
      return error && line.append(" ", error);
    };
    const send = async (leaving) => {
      pending ??= { key, body: new FormData(form) }; // an unanswered save is repeated as it was, under its own key
      const { body } = pending, headers = { Accept: "application/json", "X-Autosave": "1", "X-CSRFToken": token() };
      body.delete("csrfmiddlewaretoken");
      body.set("_key", pending.key);
      body.set("_person", person());
      if (!["login", "waiting"].includes(state())) say("saving");
      try {
        await receive(await fetch(address, { method: "POST", body, headers, redirect: "manual", keepalive: leaving }), pending);
      } catch {
        say("waiting");
      }
    };
    const save = async (leaving = false) => {
      clearTimeout(timer);
      if (!dirty || state() === "conflict") return;
      saving ??= send(leaving).finally(() => { saving = null; });
      await saving;
      clearTimeout(timer);
      if (dirty && !["conflict", "invalid"].includes(state())) timer = setTimeout(save, state() === "saved" ? PAUSE : RETRY);
    };
    const changed = () => {
      dirty = true;
      key = uuid();
      since ||= Date.now();
      backUp();
      clearTimeout(timer);
      timer = setTimeout(save, Date.now() - since > LONGEST ? 0 : PAUSE);
    };
    const choose = (button) => { // which of two versions; "mine" is saved on top of the other, which the server keeps
      dirty = button.dataset.conflict === "mine";
      if (!dirty) {
        forget();
        return location.reload();
      }
      form.elements.version.value = button.dataset.version;
      conflict.replaceChildren();
      pending = null;
      say("saving");
      changed();
      return save();
    };
    const submit = async (event) => {
      if (event.submitter?.dataset.conflict) {
        event.preventDefault();
        return choose(event.submitter);
      }
      token();
      if (!dirty) return undefined;
      event.preventDefault();
      while (dirty && !["login", "waiting", "conflict", "invalid"].includes((await save(), state())));
      if (state() === "invalid") dirty = false; // the page itself then says what is wrong
      return dirty ? status.scrollIntoView({ block: "center" }) : form.requestSubmit(event.submitter);
    };
    const restore = () => { // the page was left before the server had acknowledged
      const kept = JSON.parse(localStorage.getItem(store) ?? "null");
      const words = (fields) => JSON.stringify(fields.filter(([name]) => name !== "version"));
      if (!kept) return;
      if (words(kept.fields) === words(content())) return void forget();
      for (const field of form.elements) {
        const values = kept.fields.filter(([name]) => name === field.name).map(([, value]) => value);
        if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
        else if (values.length && field.type !== "file") field.value = values[0]; // also the old version: the server then shows both texts
      }
      [dirty, key] = [true, kept.key];
      say("restored", new Date(kept.at).toTimeString().slice(0, 5));
      timer = setTimeout(save, PAUSE);
    };

    form.addEventListener("input", changed);
    form.addEventListener("submit", submit);
    window.addEventListener("focus", () => save());
    savers.push(save);
    document.addEventListener("visibilitychange", () => save(document.hidden));
    window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
    restore();
  };

  window.styrkedja = { ...window.styrkedja, saved: () => Promise.all(savers.map((save) => save())) };
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-autosave]").forEach(start));
})();
