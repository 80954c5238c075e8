// Says of every chart of a JSON list on stdin what Mermaid reads in it, or why it does not parse.
import { text } from "node:stream/consumers";
import purify from "dompurify";
import mermaid from "mermaid";

// Without a page the sanitizer of labels has no functions at all; parsing only has to call them.
purify.addHook = () => {};
purify.sanitize = String;

async function read(chart) {
  const { diagramType, config } = await mermaid.parse(chart);
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(chart);
  return { type: diagramType, config, drawn: db.getXYChartData?.() };
}

const said = [];
for (const chart of JSON.parse(await text(process.stdin))) {
  said.push(await read(chart).catch((problem) => ({ problem: String(problem) })));
}
console.log(JSON.stringify(said));
