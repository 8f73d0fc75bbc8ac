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

/* -- the evidence card: what is known of a fact, wherever it is used ----------------------------------------------- */

globalThis.briefing ??= {};

{
  const script = document.currentScript;
  const root = new URL(".", new URL(script.dataset.root, location.href));
  const TRIGGER = "a.cite, a.value, .chart svg a, .chart table a, table.data td > a:not(.data__source), .timeline__link, .claims__date[href]";
  const known = new Map();
  const asked = new Map();

  /* A slice of cards, as its script hands it over (generator/cards.py). */
  briefing.cards = (slice) => { for (const [id, html] of Object.entries(slice)) known.set(id, html); };

  /** Loads a script of the site once; resolves when it has run. Other files of the site use it, too. */
  briefing.load = (path) => {
    if (!asked.has(path)) {
      asked.set(path, new Promise((resolve, reject) => {
        const element = document.createElement("script");
        element.src = new URL(path, root);
        element.onload = resolve;
        element.onerror = () => { asked.delete(path); reject(new Error(path)); };
        document.head.append(element);
      }));
    }
    return asked.get(path);
  };
  briefing.root = root;

  /** The number of the slice in which a name stands, of so many (generator/slices.py). */
  briefing.slice = (name, count) => {
    let value = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(name)) value = Math.imul(value ^ byte, 0x01000193) >>> 0;
    return value % count;
  };
  const path = (id) => `data/cards/${briefing.slice(id, Number(script.dataset.cards))}.js`;

  /** The id of the fact that a link leads to: by its note on this page, or by its permanent place. */
  const factOf = (link) => {
    const [path, anchor] = (link.getAttribute("href") ?? "").split("#");
    if (!anchor) return null;
    if (!path && anchor.startsWith("note-")) return document.getElementById(anchor)?.dataset.fact ?? null;
    const target = new URL(path, location.href);
    const isFact = target.pathname.startsWith(new URL("facts/", root).pathname) || (!path && document.getElementById(anchor)?.matches(".fact"));
    return isFact ? decodeURIComponent(anchor) : null;
  };

  /* One card for the page, in the top layer; it is filled anew for every fact. */
  const card = document.createElement("div");
  card.className = "card";
  card.id = "card";
  card.popover = "manual";
  card.tabIndex = -1;
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-label", "Evidence");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "card__close";
  close.textContent = "Close";
  const body = document.createElement("div");
  body.className = "card__body md-typeset";
  card.append(close, body);
  document.body.append(card);

  let current = null; // the link whose card is open
  let pinned = false; // opened by a click, a tap or the Enter key: it stays until it is closed
  let timer = 0;
  let pointer = "";
  let resting = ""; // where the pointer was when the card was closed under it: what comes to light there was not asked for
  let returning = false; // the focus goes back to where it was: nor was that asked for

  const isOpen = () => card.matches(":popover-open");

  const hide = () => {
    clearTimeout(timer);
    if (!isOpen()) return;
    const hadFocus = card.contains(document.activeElement);
    card.hidePopover();
    current?.removeAttribute("aria-describedby");
    returning = true;
    if (hadFocus) current?.focus({ preventScroll: true });
    returning = false;
    current = null;
    pinned = false;
    resting = pointer;
  };

  /** Below what it belongs to, or above where there is more room; on a narrow screen a sheet at the foot of it. */
  const place = (at) => {
    card.style.cssText = "";
    if (innerWidth < 600) return;
    const gap = 8;
    const below = innerHeight - at.bottom - gap * 2;
    const above = at.top - gap * 2;
    const isBelow = below >= Math.min(card.offsetHeight, 320) || below >= above;
    card.style.maxHeight = `${Math.max(160, isBelow ? below : above)}px`;
    card.style.left = `${Math.max(gap, Math.min(at.left, innerWidth - card.offsetWidth - gap))}px`;
    card.style.top = isBelow ? `${at.bottom + gap}px` : `${Math.max(gap, at.top - gap - card.offsetHeight)}px`;
  };

  const fill = (html) => {
    const part = document.createElement("template");
    part.innerHTML = html; // made by the generator, which has escaped every text of a fact; the policy allows no script in it
    for (const link of part.content.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      if (!/^[a-z][a-z0-9+.-]*:/i.test(href)) link.href = new URL(href, root);
    }
    body.replaceChildren(part.content);
    briefing.offer(body);
    body.scrollTop = 0;
  };

  const show = async (link, isPinned, at = link.getClientRects()[0] ?? link.getBoundingClientRect()) => {
    const id = factOf(link);
    if (!id) return false;
    clearTimeout(timer);
    if (current === link && isOpen()) { pinned ||= isPinned; return true; }
    current = link;
    pinned = isPinned;
    if (!known.has(id)) {
      try { await briefing.load(path(id)); } catch { return false; }
    }
    if (current !== link) return true; // the reader went on meanwhile
    if (!known.has(id)) return false;
    fill(known.get(id));
    if (!isOpen()) card.showPopover();
    place(at);
    return true;
  };

  document.addEventListener("pointermove", (event) => { pointer = `${event.clientX} ${event.clientY}`; }, { passive: true, capture: true });
  const later = (what, wait) => { clearTimeout(timer); timer = setTimeout(what, wait); };
  const trigger = (event) => event.target.closest?.(TRIGGER);

  /* By the pointer: it opens after a moment, and stays while the pointer is on the link or on the card. */
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse" || pinned || `${event.clientX} ${event.clientY}` === resting) return;
    if (card.contains(event.target)) { clearTimeout(timer); return; }
    const link = trigger(event);
    if (link && factOf(link)) later(() => show(link, false), isOpen() ? 60 : 160);
    else if (isOpen()) later(hide, 280);
    else clearTimeout(timer);
  });

  /* By the keyboard: it opens with the focus, unless it would lie over the link; Enter leads into it. */
  document.addEventListener("focusin", (event) => {
    if (card.contains(event.target)) { clearTimeout(timer); return; }
    if (returning) return;
    const link = trigger(event);
    if (link && link.matches(":focus-visible") && innerWidth >= 600 && factOf(link)) show(link, false);
    else if (isOpen()) hide();
  });

  /* By a click, a tap or the Enter key; with a key that opens a new tab, the link does what links do. */
  document.addEventListener("click", (event) => {
    const link = trigger(event);
    if (!link || !factOf(link)) {
      if (isOpen() && !card.contains(event.target)) hide();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link, true).then((isShown) => {
      if (isShown) card.focus({ preventScroll: true });
      else location.href = link.href.baseVal ?? link.href;
    });
  });

  close.addEventListener("click", () => hide());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) { event.preventDefault(); hide(); }
  });
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const stops = [...card.querySelectorAll("a[href], button, summary, [tabindex='0']")];
    const isEnd = event.shiftKey ? document.activeElement === stops[0] || document.activeElement === card : document.activeElement === stops.at(-1);
    if (!isEnd) return;
    if (event.shiftKey) event.preventDefault();
    hide(); // the focus goes back to the link, and with Tab on from there
  });
  addEventListener("resize", () => { if (isOpen() && current) place(current.getBoundingClientRect()); });
  addEventListener("scroll", (event) => {
    if (!isOpen() || card.contains(event.target)) return;
    if (pinned && current) place(current.getBoundingClientRect());
    else if (!card.contains(document.activeElement)) hide();
  }, { passive: true, capture: true });

  /* Charts: one stop of the Tab key; the arrow keys lead from mark to mark, and the pointer need not hit one exactly. */
  for (const drawing of document.querySelectorAll(".chart svg")) {
    const marks = [...drawing.querySelectorAll("a[aria-label]")];
    if (!marks.length) continue;
    const centre = (mark) => { const box = mark.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
    marks[0].setAttribute("tabindex", "0");
    drawing.addEventListener("keydown", (event) => {
      const places = new Map(marks.map((mark) => [mark, centre(mark)]));
      marks.sort((one, other) => places.get(one)[0] - places.get(other)[0] || places.get(one)[1] - places.get(other)[1]);
      const here = marks.indexOf(document.activeElement);
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -marks.length, End: marks.length }[event.key];
      if (here < 0 || !step) return;
      event.preventDefault();
      const next = marks[Math.max(0, Math.min(marks.length - 1, here + step))];
      marks[here].setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
    const nearest = (event) => {
      let [best, distance] = [null, 24];
      for (const mark of marks) {
        const [x, y] = centre(mark);
        const away = Math.hypot(event.clientX - x, event.clientY - y);
        if (away < distance) [best, distance] = [mark, away];
      }
      return best;
    };
    drawing.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "mouse" || pinned || event.target.closest("a")) return;
      const mark = nearest(event);
      if (mark && mark !== current) later(() => show(mark, false), isOpen() ? 60 : 160);
    });
    drawing.addEventListener("click", (event) => {
      const mark = event.target.closest("a") ? null : nearest(event);
      if (!mark) return;
      event.stopPropagation();
      show(mark, true).then((isShown) => { if (isShown) card.focus({ preventScroll: true }); });
    });
  }
}

/* -- citing: the briefing, a fact, a chart or a source in the style that the reader needs (generator/exports.py) ------ */

{
  const records = new Map();
  let styles = [];
  let dialog = null;
  const HERE = /\uE000/g; // where the address of the site belongs

  briefing.cite = (slice) => {
    styles = slice.styles;
    for (const [key, record] of Object.entries(slice.records)) records.set(key, record);
  };

  const count = Number(document.currentScript.dataset.citations);
  const load = (key) => briefing.load(`data/cite/${briefing.slice(key, count)}.js`);

  /** A citation in a style, complete: the record's own text and those of the sources on which it rests. */
  const written = (key, style) => {
    const record = records.get(key);
    const texts = [record, ...record.sources.map((each) => records.get(each))].map((each) => each.texts[style.key]);
    const address = location.protocol === "file:" ? "" : briefing.root.href;
    return (style.opening + texts.join(style.between) + style.closing).replace(HERE, address);
  };

  const make = (tag, properties = {}, ...content) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...content);
    return element;
  };

  const open = (key, what) => {
    dialog?.remove();
    const text = make("textarea", { readOnly: true, rows: 9, spellcheck: false, className: "citing__text" });
    text.setAttribute("aria-label", "The citation");
    const told = make("span", { className: "citing__told" });
    told.setAttribute("role", "status");
    const choice = make("select", { className: "citing__style" }, ...styles.map((style) => make("option", { value: style.key }, style.label)));
    const chosen = () => styles.find((style) => style.key === choice.value);
    const save = make("a", { className: "citing__button", href: "#", textContent: "Save as a file" });
    const fill = () => {
      text.value = written(key, chosen());
      told.textContent = "";
      URL.revokeObjectURL(save.href);
      save.href = URL.createObjectURL(new Blob([text.value], { type: "text/plain;charset=utf-8" }));
      save.download = `${key.split("/").at(-1)}.${chosen().suffix}`;
    };
    choice.addEventListener("change", () => {
      fill();
      try { localStorage.setItem("briefing-style", choice.value); } catch { /* the next time from the top */ }
    });
    try { if (styles.some((style) => style.key === localStorage.getItem("briefing-style"))) choice.value = localStorage.getItem("briefing-style"); } catch { /* as above */ }
    const copy = make("button", { type: "button", className: "citing__button", textContent: "Copy" });
    copy.addEventListener("click", async () => {
      text.select();
      try { await navigator.clipboard.writeText(text.value); } catch { document.execCommand("copy"); }
      told.textContent = "Copied";
    });
    const close = make("button", { type: "button", className: "citing__button", textContent: "Close" });
    const heading = make("h2", { id: "citing--heading", textContent: what });
    dialog = make("dialog", { className: "citing" }, heading, make("label", { className: "citing__label" }, "Style ", choice), text, make("p", { className: "citing__row" }, copy, save, close, told));
    dialog.setAttribute("aria-labelledby", "citing--heading");
    close.addEventListener("click", () => dialog.close());
    document.body.append(dialog);
    fill();
    dialog.showModal();
    choice.focus();
  };

  const WHAT = { fact: "Cite this fact", chart: "Cite this chart", source: "Cite this source", briefing: "Cite this briefing" };

  /** Gives everything that can be cited below an element its button. */
  briefing.offer = (within) => {
    for (const element of within.querySelectorAll("[data-cite]")) {
      const key = element.dataset.cite;
      const button = make("button", { type: "button", className: "cite-button", textContent: "Cite" });
      button.setAttribute("aria-label", `${WHAT[key.split("/")[0]]}: ${element.dataset.citeName ?? key.split("/").at(-1)}`);
      button.addEventListener("click", async () => {
        await load(key);
        await Promise.all(records.get(key).sources.map(load));
        open(key, WHAT[key.split("/")[0]]);
      });
      element.append(button);
      element.removeAttribute("data-cite");
    }
  };
  briefing.offer(document);
}
