/* As known on a day: only what a source had published by then. Each fact of a timeline, table or list carries since when it is
   known; one whose sources do not show their day stays, if it had begun by then, and says so. The list of all facts has a control of its own
   (facts.js); other pages get theirs here. Whatever is shown is set as text. */
"use strict";

{
  const folder = new URL("../data/", document.currentScript.src);
  const words = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });

  /* -- what was said before it was corrected or withdrawn ---------------------------------------------------------- */

  let changes;
  let arrived;
  const load = () => changes ??= new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = new URL("changes.js", folder);
    script.addEventListener("load", () => resolve(arrived));
    script.addEventListener("error", () => resolve({ corrected: [], withdrawn: [] }));
    document.head.append(script);
  });

  /* Says of each item that is shown what a reader of that day did not know, or knew otherwise. */
  let run = 0;
  const note = async (items, day) => {
    const mine = run += 1;
    for (const old of document.querySelectorAll(".known__note")) old.remove();
    if (!day) return;
    const { corrected, withdrawn } = await load();
    if (mine !== run) return;
    for (const item of items) {
      if (item.hidden) continue;
      const { fact, known } = item.dataset;
      const said = [];
      if (known.endsWith("?")) said.push("publication date unknown");
      const cure = corrected.find((each) => each.fact === fact && each.date > day);
      if (cure) said.push(`then shown as “${cure.was}”, corrected on ${cure.day}`);
      const end = withdrawn.find((each) => each.fact === fact && each.date > day);
      if (end) said.push(`not withdrawn until ${end.day}`);
      if (!said.length) continue;
      const made = document.createElement("span");
      made.className = "known__note mark";
      made.textContent = said.join("; ");
      (item.querySelector("td") ?? item).append(" ", made);
    }
  };

  window.briefing = Object.assign(window.briefing ?? {}, { known: { note, changed: (data) => { arrived = data; } } });

  /* -- pages of prose ---------------------------------------------------------------------------------------------- */

  const items = [...document.querySelectorAll("article :is(li, tr)[data-known]")];
  if (items.length && !document.querySelector("form.filter")) {
    const make = (tag, name, ...content) => {
      const made = document.createElement(tag);
      if (name) made.className = name;
      made.append(...content);
      return made;
    };
    const field = make("input");
    field.type = "date";
    field.name = "known";
    field.autocomplete = "off";
    const all = make("button", "", "Show all");
    all.type = "reset";
    all.hidden = true;
    const said = make("p", "known__said");
    said.setAttribute("role", "status");
    const form = make("form", "known", make("label", "", "As known on ", field), " ", all, said);
    document.querySelector(".dateline").after(form);

    const groups = [...document.querySelectorAll("li.timeline__day, div.month, figure.chart, article .table-wrap, article ul.claims, ol.timeline")].reverse();
    const apply = () => {
      const day = field.value;
      let shown = 0, undated = 0;
      for (const item of items) {
        const { known } = item.dataset;
        item.hidden = Boolean(day) && known.slice(0, 10) > day;
        shown += !item.hidden;
        undated += !item.hidden && known.endsWith("?");
      }
      for (const group of groups) {
        const own = [...group.querySelectorAll("[data-known]")];
        const left = own.filter((item) => !item.hidden).length;
        if (group.matches("figure.chart")) chart(group, day, left, own.length);
        else if (own.length) group.hidden = !left;
      }
      for (const link of document.querySelectorAll("nav.months a")) {
        link.hidden = document.getElementById(link.hash.slice(1)).closest("div.month").hidden;
      }
      for (const row of document.querySelectorAll("nav.months, nav.months p")) row.hidden = !row.querySelector("a:not([hidden])");
      all.hidden = !day;
      said.textContent = day ? `${shown} of ${items.length} entries of the timelines, tables and lists on this page had been published by ${words(day)}${undated ? `, or show no day of publication (${undated})` : ""}. The text between them is not changed.` : "";
      note(items, day);
    };

    /* A drawing cannot leave out what came later; its table can. */
    const chart = (figure, day, left, whole) => {
      const drawing = figure.querySelector(".chart__drawing"), table = figure.querySelector("details");
      const isLess = Boolean(day) && left < whole;
      drawing.hidden = isLess;
      if (isLess && !table.open) { table.open = true; table.dataset.opened = ""; }
      if (!isLess && "opened" in table.dataset) { table.open = false; delete table.dataset.opened; }
      const before = figure.querySelector(".known__drawing");
      if (before && !isLess) before.remove();
      if (!isLess) return;
      const told = before ?? make("p", "known__drawing");
      told.textContent = left ? "The drawing also holds what became known later, so it is left out here. The table shows what was known." : "Nothing that is drawn here was known then.";
      drawing.before(told);
    };

    const read = () => { field.value = new URLSearchParams(location.search).get("known") ?? ""; apply(); };
    const changed = () => {
      const address = new URL(location.href);
      if (field.value) address.searchParams.set("known", field.value); else address.searchParams.delete("known");
      if (address.href !== location.href) history.pushState(null, "", address);
      apply();
    };
    form.addEventListener("change", changed);
    form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
    form.addEventListener("reset", (event) => { event.preventDefault(); field.value = ""; changed(); field.focus(); });
    addEventListener("popstate", read);
    if (new URLSearchParams(location.search).has("known")) read();
  }
}
