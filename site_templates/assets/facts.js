/* The filter of the list of all facts: choices -> which facts are shown, and an address that keeps them. The list is whole
   without it. What each fact is stands in attributes of its item (generator/facets.py). */
"use strict";

{
  const form = document.querySelector("form.filter");
  const said = form.querySelector(".filter__said");
  const sections = [...document.querySelectorAll("section.topic")];
  const controls = [...form.querySelectorAll("select, input")];

  /* The first word of a list is none; a word that there is no more, neither. */
  const chosen = (control) => (control.selectedIndex === 0 ? "" : control.value);
  const choose = (control, value) => {
    control.value = value;
    if (control.selectedIndex === -1) control.selectedIndex = 0;
  };

  /* Each fact as it is asked for, read once. */
  let known;
  const facts = () => known ??= sections.flatMap((section) => [...section.querySelectorAll("li[data-fact]")].map((item) => {
    const of = item.dataset;
    const days = of.days.split("/");
    return {
      item, section, topic: [of.topic], kind: [of.kind], side: [of.side], who: (of.who ?? "").split(" "),
      origin: (of.origins ?? "").split(" "), state: (of.state ?? "").split(" "), first: days[0], last: days.at(-1), known: of.known,
    };
  }));

  /* What of each control a fact must be; origins go by the number of their place in the list. */
  const asked = () => {
    const tests = [];
    for (const control of controls) {
      const { name } = control, value = chosen(control);
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

  const apply = () => {
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
    said.textContent = !tests.length ? "" : shown ? `${shown} of ${facts().length} facts shown` : "No fact is like that. Take one of the choices back.";
  };

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
    said.textContent = "All facts shown";
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
