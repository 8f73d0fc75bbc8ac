export const data = { permalink: "index.json", eleventyExcludeFromCollections: true };

export const render = ({ base }) => JSON.stringify({
  docs: base.topics.flatMap(({ topic, facts }) =>
    facts.map((fact) => ({ location: `topics/${topic.id}/#${fact.id}`, text: fact.statement }))),
});
