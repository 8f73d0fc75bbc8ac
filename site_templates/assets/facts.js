/* The filter of the list of all facts: choices -> which facts are shown, and an address that keeps them. The list is whole
   without it. What each fact is stands in attributes of its item (generator/facets.py); where there are too many facts for
   a page, it has their topics alone, and what is chosen comes in slices (generator/listing.py). */
"use strict";

{
  const form = document.querySelector("form.filter");
  const said = form.querySelector(".filter__said");
  const sections = [...document.querySelectorAll("section.topic")];
  const isParted = form.matches(".filter--parted");
  const controls = [...form.querySelectorAll("select, input")];

  /* The first word of a list is none; a word that there is no more, neither. */
  const chosen = (control) => (control.selectedIndex === 0 ? "" : control.value);
  const choose = (control, value) => {
    control.value = value;
    if (control.selectedIndex === -1) control.selectedIndex = 0;
  };

  /* Each fact as it is asked for, read once: from its item, or where the list is in slices from the columns of their index. */
  const asKnown = (of) => {
    const days = of.days.split("/");
    return {
      topic: [of.topic], kind: [of.kind], side: [of.side], who: (of.who ?? "").split(" "), origin: (of.origins ?? "").split(" "),
      state: (of.state ?? "").split(" "), source: (of.sources ?? "").split(" "), first: days[0], last: days.at(-1), known: of.known,
    };
  };
  let known;
  const facts = () => known ??= sections.flatMap((section) => [...section.querySelectorAll("li[data-fact]")].map((item) => (
    { item, section, ...asKnown(item.dataset) }
  )));

  /* What of each control a fact must be; origins go by the number of their place in the list. */
  const asked = () => {
    const tests = [];
    for (const control of controls) {
      const { name } = control, value = chosen(control).trim();
      if (!value) continue;
      if (name === "from") tests.push((fact) => fact.last >= value);
      else if (name === "known") tests.push((fact) => fact.known.slice(0, 10) <= value);
      else if (name === "to") tests.push((fact) => fact.first <= value);
      else {
        const wanted = name === "origin" ? String(control.selectedIndex - 1) : value;
        tests.push((fact) => fact[name].includes(wanted));
      }
    }
    return tests;
  };

  const counts = new Map(sections.map((section) => [section, section.querySelector(".topic__count")]));
  const whole = new Map([...counts].map(([section, count]) => [section, count.textContent]));

  const NONE = "No fact matches all of these choices. Undo one of them.";
  const applyWhole = () => {
    const tests = asked();
    if (!tests.length && !known) return; // the list is whole, and was never narrowed
    const held = new Map(sections.map((section) => [section, 0]));
    let shown = 0;
    for (const fact of facts()) {
      const fits = tests.every((test) => test(fact));
      if (fact.item.hidden === fits) fact.item.hidden = !fits;
      if (fits) {
        shown += 1;
        held.set(fact.section, held.get(fact.section) + 1);
      }
    }
    for (const [section, number] of held) {
      section.hidden = tests.length > 0 && number === 0;
      counts.get(section).textContent = tests.length ? `${number} of ${whole.get(section)}` : whole.get(section);
    }
    const day = chosen(form.elements.known);
    window.briefing.known.note(facts().map((fact) => fact.item), day);
    said.textContent = !tests.length ? "" : shown ? `${shown} of ${facts().length} facts shown` : NONE;
  };

  /* -- a list in slices: what facts are found by is loaded when something is chosen, their words when they are shown --- */

  const AT_ONCE = 100;
  const arrived = new Map();
  window.briefing.listing = (name, data) => { arrived.set(name, data); };
  const slice = async (kind, number) => {
    const name = `${kind}-${String(number).padStart(3, "0")}`;
    if (!arrived.has(name)) await window.briefing.load(`data/facts/${name}.js`);
    return arrived.get(name);
  };

  let run = 0;
  const more = document.createElement("button");
  if (isParted) {
    more.type = "button";
    more.className = "search__more";
    more.hidden = true;
    sections.at(-1)?.after(more);
  }

  /* The facts of the whole list, in its order. */
  let loading;
  const index = async () => {
    let here = 0;
    const told = (all) => { here += 1; if (asked().length) said.textContent = `Loading the list: ${here} of ${all} parts`; };
    const first = await slice("index", 0);
    told(first.slices);
    const rest = Array.from({ length: first.slices - 1 }, async (_, at) => {
      const one = await slice("index", at + 1);
      told(first.slices);
      return one;
    });
    const columns = await Promise.all([first, ...rest]);
    const bySection = new Map(sections.map((section) => [section.getAttribute("aria-labelledby"), section]));
    const all = columns.flatMap((of) => of.topic.map((_, at) => {
      const fact = asKnown({
        topic: of.topic[at], kind: of.kind[at], side: of.side[at], days: of.days[at], who: of.who[at],
        origins: of.origins[at], state: of.state[at], sources: of.sources[at], known: of.known[at],
      });
      fact.section = bySection.get(fact.state.includes("withdrawn") ? "withdrawn-facts" : `topic-${of.topic[at]}`);
      return fact;
    }));
    all.forEach((fact, number) => { fact.number = number; });
    return { all, size: first.items };
  };
  const showTopics = () => {
    sections.forEach((section) => { section.hidden = false; section.querySelector("ul")?.remove(); });
    for (const [section, count] of counts) count.textContent = whole.get(section);
    more.hidden = true;
  };

  const applyParted = async () => {
    const mine = run += 1;
    const isStale = () => mine !== run;
    const tests = asked();
    if (!tests.length) { showTopics(); said.textContent = ""; return; }
    const failed = () => { said.textContent = "The list could not be loaded. Load the page again, or open a topic below."; };
    let all, size;
    try {
      ({ all, size } = await (loading ??= index()));
    } catch {
      loading = undefined;
      if (!isStale()) { showTopics(); failed(); }
      return;
    }
    if (isStale()) return;
    const found = all.filter((fact) => tests.every((test) => test(fact)));
    const held = new Map();
    for (const { section } of found) held.set(section, (held.get(section) ?? 0) + 1);
    const day = chosen(form.elements.known);
    const items = [];
    const next = async () => {
      const page = found.slice(items.length, items.length + AT_ONCE);
      const slices = await Promise.all(page.map((fact) => slice("items", Math.floor(fact.number / size))));
      if (isStale()) return;
      if (!items.length) {
        showTopics();
        for (const section of sections) section.hidden = true;
        for (const [section, number] of held) counts.get(section).textContent = `${number} of ${whole.get(section)}`;
      }
      const made = page.map((fact, at) => {
        const part = document.createElement("template");
        part.innerHTML = slices[at][fact.number % size]; // made by the generator, which has escaped every text of a fact
        const item = part.content.firstElementChild;
        let list = fact.section.querySelector("ul");
        if (!list) {
          list = document.createElement("ul");
          list.className = "claims claims--index";
          fact.section.append(list);
        }
        list.append(item);
        fact.section.hidden = false;
        return item;
      });
      if (items.length) made[0].querySelector("a").focus();
      items.push(...made);
      more.hidden = items.length >= found.length;
      more.textContent = `Show more (${found.length - items.length})`;
      said.textContent = !found.length ? NONE : items.length < found.length
        ? `${found.length} of ${all.length} facts found, the first ${items.length} shown` : `${found.length} of ${all.length} facts shown`;
      window.briefing.known.note(items, day);
    };
    more.onclick = () => { next().catch(failed); };
    try { await next(); } catch { if (!isStale()) { showTopics(); failed(); } }
  };

  const apply = isParted ? applyParted : applyWhole;

  /* -- the address keeps the choices ------------------------------------------------------------------------------- */

  const address = () => {
    const made = new URL(location.href);
    made.hash = "";
    for (const control of controls) {
      const value = chosen(control);
      if (value) made.searchParams.set(control.name, value); else made.searchParams.delete(control.name);
    }
    return made;
  };
  const read = () => {
    const given = new URLSearchParams(location.search);
    for (const control of controls) choose(control, given.get(control.name) ?? "");
    apply();
  };
  const changed = () => {
    const made = address();
    if (made.href !== location.href) history.pushState(null, "", made);
    apply();
  };

  form.addEventListener("change", changed);
  form.addEventListener("submit", (event) => { event.preventDefault(); changed(); });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const control of controls) choose(control, "");
    changed();
    said.textContent = isParted ? "All topics shown" : "All facts shown";
  });
  addEventListener("popstate", read);

  form.querySelector("[data-copy-link]").addEventListener("click", async () => {
    const link = address().href;
    try {
      await navigator.clipboard.writeText(link);
    } catch { // no right to it, or a page that came without encryption or from disk
      const field = document.createElement("textarea");
      field.value = link;
      form.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    said.textContent = "Link copied";
  });

  read();
  if (matchMedia("(max-width: 45em)").matches && !asked().length) form.querySelector("details").open = false;
}
