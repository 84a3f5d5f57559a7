// Menus close as one expects, and the keyboard help opens with "?". Shortcuts can be turned off there.
"use strict";

(() => {
  const STORE = "styrkedja:shortcuts";
  const dialog = () => document.getElementById("keyboard-help");
  const shortcutsOn = () => localStorage.getItem(STORE) !== "off";

  const openDialog = (element) => {
    if (element && !element.open) element.showModal();
  };

  const closeMenus = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open], .nav-more details[open]")) {
      if (menu !== except) menu.open = false;
    }
  };

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest?.("details.menu, .nav-more details"));
    const opener = event.target.closest?.("[data-open-dialog]");
    if (!opener) return;
    event.preventDefault();
    openDialog(document.getElementById(opener.dataset.openDialog));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.activeElement?.closest("details.menu, .nav-more details");
      closeMenus();
      menu?.querySelector("summary").focus();
      return;
    }
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
    if (event.key === "?") openDialog(dialog());
    if (event.key === "/") {
      const search = document.getElementById("topbar-search");
      if (search) {
        event.preventDefault();
        search.focus();
      }
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("[data-shortcuts]");
    if (!box) return;
    box.checked = shortcutsOn();
    box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
  });
})();
