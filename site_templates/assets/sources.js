/* The page of all sources, where they stand on pages of their own: an address with the id of a source behind its # leads on
   to the page that holds it now. That address is the one that stays (generator/shelves.py); who comes with the address of a
   page that is there no more, since it was full and became two, is led to it. */
"use strict";

{
  const TABLES = 16; // as generator/shelves.py cuts them
  const said = document.querySelector(".source__sought");
  const pages = new Map();
  window.briefing.sources = (table) => { for (const [id, page] of Object.entries(table)) pages.set(id, page); };

  const seek = async () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* as it stands */ }
    if (!id || id.startsWith(":~:") || document.getElementById(id)) return;
    said.textContent = "Looking for the source …";
    try { await window.briefing.load(`data/sources/${window.briefing.slice(id, TABLES)}.js`); } catch { /* told below */ }
    if (pages.has(id)) location.replace(new URL(`sources/${pages.get(id)}.html#${encodeURIComponent(id)}`, window.briefing.root));
    else {
      said.textContent = "No source of this briefing has that address. Those who published first are listed below.";
      said.scrollIntoView({ block: "center" });
    }
  };

  if (said) {
    addEventListener("hashchange", seek);
    seek();
  } else if (location.hash && location.pathname.startsWith(new URL("sources/", window.briefing.root).pathname)) {
    location.replace(new URL(`sources.html${location.hash}`, window.briefing.root)); // nothing is at this address: 404.html
  }
}
