/* What a page can do beyond being read: the choice of a scheme, and menus that close. Everything here adds to a page that is
   whole without it; nothing is asked for from elsewhere, and nothing is evaluated. */
"use strict";

/* -- light and dark --------------------------------------------------------------------------------------------- */

{
  const root = document.documentElement;
  const button = document.querySelector("[data-scheme-switch]");
  const machine = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.scheme ? root.dataset.scheme === "dark" : machine.matches);
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.title = "Switch between light and dark";
  button.hidden = false;
  name();
  machine.addEventListener("change", name);
  button.addEventListener("click", () => {
    root.dataset.scheme = isDark() ? "light" : "dark";
    try { localStorage.setItem("briefing-scheme", root.dataset.scheme); } catch { /* it holds for this page */ }
    name();
  });
}

/* -- menus close with Escape, and when the reader goes elsewhere -------------------------------------------------- */

for (const group of document.querySelectorAll("details.menu__group")) {
  const close = () => { group.open = false; };
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !group.open) return;
    event.stopPropagation();
    event.preventDefault();
    close();
    group.querySelector("summary").focus();
  });
  group.addEventListener("focusout", (event) => { if (event.relatedTarget && !group.contains(event.relatedTarget)) close(); });
  document.addEventListener("pointerdown", (event) => { if (!group.contains(event.target)) close(); });
}
