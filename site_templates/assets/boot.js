/* Before the first paint: there is a script, and this is the scheme that the reader chose the last time. */
"use strict";
document.documentElement.className = "js";
try {
  const scheme = localStorage.getItem("briefing-scheme");
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;
} catch { /* a browser that keeps nothing follows the machine */ }
