import fs from "node:fs";
import * as yaml from "js-yaml";

export default function () {
  const base = yaml.load(fs.readFileSync("facts.yaml", "utf8"), { schema: yaml.CORE_SCHEMA });
  const of = Object.fromEntries(base.topics.map((topic) => [topic.id, { topic, facts: [] }]));
  for (const fact of base.facts) of[fact.topic].facts.push(fact);
  const named = (records, key) => Object.fromEntries(records.map((each) => [each.id, each[key]]));
  const sources = [], page = {};
  base.sources.forEach((source, at) => {
    const number = Math.floor(at / 200) + 1;
    page[source.id] = `page-${number}`;
    (sources[number - 1] ??= { number, sources: [] }).sources.push(source);
  });
  return {
    about: base.briefing, facts: base.facts.length, cited: base.sources.length, topics: Object.values(of), sources, page,
    title: named(base.sources, "title"), unit: named(base.measures, "unit"), side: named(base.sides, "label"),
  };
}
