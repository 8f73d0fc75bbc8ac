/* The search: words typed -> what of the briefing has them, best first. The index is data in plain scripts, made with
   the site (generator/search.py); only the slices that a query needs are loaded. It works from disk, where a page may
   fetch nothing. Whatever is shown is set as text, never as markup. */
"use strict";

{
  const form = document.querySelector("form.search");
  const field = form.querySelector("input");
  const said = document.querySelector(".search__said");
  const list = document.querySelector(".search__results");
  const folder = new URL("../data/search/", document.currentScript.src);
  const AT_ONCE = 10;

  /* -- words, as generator/search.py folds them ------------------------------------------------------------------ */

  const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };
  const SEPARATED = /(?<=\p{Nd})[,’'\u00a0\u2009\u202f](?=\p{Nd}{3}(?!\p{Nd}))/gu;
  const INITIALS = /(?<![\p{L}\p{N}])(?:\p{L}\.){2,}/gu;
  const CHUNK = /\p{Nd}+(?:\.\p{Nd}+)+|[\p{L}\p{N}]+(?:[-\u2010][\p{L}\p{N}]+)*/gu;

  const chunks = (text) => text.replace(SEPARATED, "").normalize("NFKD").toLowerCase().replace(/\p{Mn}/gu, "")
    .replace(/[ßæœøłđðþı]/g, (letter) => LETTERS[letter])
    .replace(INITIALS, (letters) => `${letters.replaceAll(".", "")} `)
    .replace(/['’]s(?![\p{L}\p{N}])/gu, "").replace(/['’‘ʼʻʿʾ`]/g, "").match(CHUNK) ?? [];
  const parts = (chunk) => {
    const found = chunk.split(/[-\u2010]/);
    return found.length > 1 ? [...found, found.join("")] : found;
  };
  const words = (text) => chunks(text).flatMap(parts);

  /* What is asked for: for each word typed the ways in which it may be met, each a list of words that must all be there.
     `cease-fire` is met by `ceasefire`, and by `cease` with `fire`. */
  const asked = (text) => chunks(text).map((chunk) => {
    const found = parts(chunk);
    return found.length > 1 ? [[found.at(-1)], found.slice(0, -1)] : [found];
  });

  /* -- slices ------------------------------------------------------------------------------------------------------ */

  const loaded = new Map();
  const arrived = new Map();
  const load = (name) => {
    if (!loaded.has(name)) {
      loaded.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(`${name}.js`, folder);
        script.addEventListener("load", () => { script.remove(); resolve(arrived.get(name)); });
        script.addEventListener("error", () => { script.remove(); loaded.delete(name); reject(new Error(name)); });
        document.head.append(script);
      }));
    }
    return loaded.get(name);
  };
  /* Beside what the other scripts of the page keep there: their `load` is not this one. */
  Object.assign((window.briefing ??= {}), { index: (name, data) => { arrived.set(name, data); }, words });

  const numbered = (name, number) => `${name}-${String(number).padStart(3, "0")}`;
  /* The number of the last slice that begins at or before a value. */
  const slice = (starts, value) => {
    let low = 0, high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= value) low = middle + 1; else high = middle;
    }
    return Math.max(0, low - 1);
  };

  const DIGITS = new Map([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].map((each, value) => [each, value]));
  const places = (text) => {
    const found = [];
    let number = 0, value = 0, shift = 0;
    for (const each of text) {
      const digit = DIGITS.get(each);
      value |= (digit & 31) << shift;
      shift += 5;
      if (digit < 32) {
        number += value >> 1;
        found.push([number, (value & 1) === 1]);
        value = shift = 0;
      }
    }
    return found;
  };

  /* -- ranking ----------------------------------------------------------------------------------------------------- */

  const WHOLE = 3, TITLE = 2, SOURCE = 0.6;

  /* Entry -> how well it has a word: whole before its beginning, in the title before elsewhere, a rare word before others. */
  const having = async (index, word) => {
    const isOne = [...word].length === 1; // too many words begin with a letter: it stands for itself
    const last = isOne ? word : `${word}\uffff`;
    const needed = [];
    for (let number = slice(index.words, word); number <= slice(index.words, last); number += 1) needed.push(numbered("words", number));
    const found = new Map();
    for (const held of await Promise.all(needed.map(load))) {
      for (const [each, text] of Object.entries(held)) {
        if (each !== word && (isOne || !each.startsWith(word))) continue;
        const where = places(text);
        const weight = Math.log(1 + index.entries / where.length) * (each === word ? WHOLE : 1);
        for (const [number, inTitle] of where) {
          const worth = weight * (inTitle ? TITLE : 1);
          if (worth > (found.get(number) ?? 0)) found.set(number, worth);
        }
      }
    }
    return found;
  };

  /* Of several such, the entries that all of them have, with what they are worth together. */
  const all = (sets) => {
    const [first, ...rest] = sets.toSorted((one, other) => one.size - other.size);
    const found = new Map();
    for (const [number, worth] of first) {
      if (rest.every((each) => each.has(number))) found.set(number, rest.reduce((sum, each) => sum + each.get(number), worth));
    }
    return found;
  };

  const matching = async (index, way) => {
    const telling = way.filter((each) => !index.small.includes(each));
    return telling.length ? all(await Promise.all(telling.map((word) => having(index, word)))) : null;
  };

  const search = async (index, text) => {
    const sets = [];
    for (const ways of asked(text)) {
      const met = (await Promise.all(ways.map((way) => matching(index, way)))).filter(Boolean);
      if (!met.length) continue; // a word that is nearly everywhere finds nothing, and forbids nothing
      const either = new Map();
      for (const [number, worth] of met.flatMap((each) => [...each])) {
        either.set(number, Math.max(worth, either.get(number) ?? 0));
      }
      sets.push(either);
    }
    if (!sets.length) return null;
    const rank = ([number, worth]) => (number >= index.sources ? worth * SOURCE : worth);
    return [...all(sets)].sort((one, other) => rank(other) - rank(one) || one[0] - other[0]).map(([number]) => number);
  };

  /* -- slips ------------------------------------------------------------------------------------------------------- */

  /* How many letters are missing, too many, others, or two in each other's place (optimal string alignment). */
  const distance = (one, other) => {
    let before = [], last = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let row = 1; row <= one.length; row += 1) {
      const next = [row];
      for (let place = 1; place <= other.length; place += 1) {
        const same = one[row - 1] === other[place - 1];
        next[place] = Math.min(last[place] + 1, next[place - 1] + 1, last[place - 1] + (same ? 0 : 1));
        const isTurned = row > 1 && place > 1 && one[row - 1] === other[place - 2] && one[row - 2] === other[place - 1];
        if (isTurned) next[place] = Math.min(next[place], before[place - 2] + 1);
      }
      [before, last] = [last, next];
    }
    return last[other.length];
  };

  /* A word that nothing has -> the nearest that something has, of two the more frequent; empty where none is near. */
  const nearest = async (index, word) => {
    const own = slice(index.words, word);
    const around_ = [own - 1, own, own + 1].filter((each) => each >= 0 && each < index.words.length);
    let best = "", least = word.length < 6 ? 1 : 2, most = 0;
    for (const held of await Promise.all(around_.map((each) => load(numbered("words", each))))) {
      for (const [each, { length }] of Object.entries(held)) {
        if (Math.abs(each.length - word.length) > least) continue;
        const away = distance(word, each);
        if (away < least || (away === least && length > most)) [best, least, most] = [each, away, length];
      }
    }
    return best;
  };

  /* What somebody typed of which nothing was found -> the same with its slips mended, if that finds anything. */
  const mended = async (index, text) => {
    let made = text;
    for (const match of [...text.matchAll(RAW)].reverse()) {
      const [word, ...others] = words(match[0]);
      if (!word || others.length || word.length < 4 || /\p{Nd}/u.test(word) || index.small.includes(word)) continue;
      if ((await having(index, word)).size) continue;
      const other = await nearest(index, word);
      if (!other) return "";
      made = `${made.slice(0, match.index)}${other}${made.slice(match.index + match[0].length)}`;
    }
    return made !== text && (await search(index, made))?.length ? made : "";
  };

  /* -- results ----------------------------------------------------------------------------------------------------- */

  const element = (tag, name, ...content) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...content);
    return made;
  };
  const isMet = (raw, looked) => words(raw).some((word) => looked.some((each) => ([...each].length === 1 ? word === each : word.startsWith(each))));
  const RAW = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’ʼʻʿʾ.,\u00a0\u2010-]*/gu;

  /* A text with the words that were looked for marked. */
  const marked = (text, looked) => {
    const made = [];
    let end = 0;
    for (const match of text.matchAll(RAW)) {
      const raw = match[0].replace(/[.,'’-]+$/u, "");
      if (!isMet(raw, looked)) continue;
      made.push(text.slice(end, match.index), element("mark", "", raw));
      end = match.index + raw.length;
    }
    return [...made, text.slice(end)];
  };

  /* What of a long text is shown: the words around the first that was looked for. */
  const AROUND = 90;
  const around = (text, looked) => {
    const first = [...text.matchAll(RAW)].find((match) => isMet(match[0], looked));
    if (!first) return "";
    const start = first.index <= AROUND ? 0 : text.indexOf(" ", first.index - AROUND) + 1;
    const stop = text.length - first.index <= 2 * AROUND ? text.length : text.lastIndexOf(" ", first.index + 2 * AROUND);
    return `${start > 0 ? "… " : ""}${text.slice(start, Math.max(stop, first.index + first[0].length))}${stop < text.length ? " …" : ""}`;
  };

  const result = ([kind, href, title, line, body], looked) => {
    const link = element("a", "", ...marked(title, looked));
    link.setAttribute("href", href);
    const found = [element("p", "search__kind", `${kind} · `, ...marked(line, looked)), element("p", "search__title", link)];
    const passage = around(body, looked.filter((each) => !isMet(title, [each])));
    if (passage) found.push(element("p", "search__passage", ...marked(passage, looked)));
    return element("li", "search__result", ...found);
  };

  const more = element("button", "search__more");
  more.type = "button";
  more.hidden = true;
  list.after(more);

  let run = 0;
  const show = async (text) => {
    const mine = run += 1;
    const isStale = () => mine !== run;
    const empty = (words_) => { list.replaceChildren(); more.hidden = true; said.textContent = words_; };
    if (!chunks(text).length) { empty(text.trim() ? "There is no word and no number in this to search for." : ""); return; }
    try {
      const index = await load("index");
      const found = await search(index, text);
      if (isStale()) return;
      if (!found) { empty("These words are nearly everywhere; add one that says more."); return; }
      if (!found.length) {
        const other = await mended(index, text);
        if (isStale()) return;
        empty(`Nothing has all of these words. ${other ? "Did you mean " : "Try fewer words, or only the beginning of one; a number finds itself with or without its comma."}`);
        if (!other) return;
        const link = element("a", "", other);
        link.setAttribute("href", `?q=${encodeURIComponent(other)}`);
        said.append(link, "?");
        return;
      }
      const looked = asked(text).flat(2).filter((each) => !index.small.includes(each));
      let shown = 0;
      const next = async () => {
        const page = found.slice(shown, shown + AT_ONCE);
        const made = await Promise.all(page.map(async (number) => {
          const place = slice(index.texts, number);
          return result((await load(numbered("texts", place)))[number - index.texts[place]], looked);
        }));
        if (isStale()) return;
        if (!shown) list.replaceChildren();
        list.append(...made);
        if (shown) made[0].querySelector("a").focus();
        shown += made.length;
        more.hidden = shown >= found.length;
        more.textContent = `Show more (${found.length - shown})`;
      };
      await next();
      if (isStale()) return;
      more.onclick = () => { next().catch(failed); };
      said.textContent = `${found.length} ${found.length === 1 ? "result" : "results"}`;
    } catch { if (!isStale()) failed(); }
  };
  const failed = () => { said.textContent = "The index could not be loaded. Load the page again, or look in the lists below."; };

  const keep = (text) => {
    const address = new URL(location.href);
    if (text.trim()) address.searchParams.set("q", text); else address.searchParams.delete("q");
    history.replaceState(null, "", address);
  };

  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { keep(field.value); show(field.value); }, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    keep(field.value);
    show(field.value);
  });

  /* The arrows lead from the field to the results and back. */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [field, ...list.querySelectorAll("a")];
    const here = stops.indexOf(document.activeElement);
    const next = here < 0 ? undefined : stops[here + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) show(field.value);
}
