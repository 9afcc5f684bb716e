import { element } from "./dom.js";

/** First match wins, so what may contain anything (comments, text blocks, strings) comes before words. */
const token = new RegExp([
  /(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)/,
  /(?<string>"""[^]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/,
  /(?<annotation>@\w+)/,
  /(?<number>\b\d[\d_]*(?:\.\d+)?[dfLx]?\b)/,
  /(?<keyword>\b(?:abstract|boolean|break|byte|case|catch|char|class|continue|default|do|double|else|enum|extends|false|final|finally|float|for|if|implements|import|instanceof|int|interface|long|new|null|package|permits|private|protected|public|record|return|sealed|short|static|super|switch|this|throw|throws|true|try|var|void|while|yield)\b)/,
  /(?<type>\b[A-Z]\w*)/,
  /(?<call>\b[a-z]\w*(?=\())/,
].map(part => part.source).join("|"), "g");

/** Highlighted Java: one block per line (so that long lines can wrap with a hanging indent), one span per token. */
export function javaLines(source) {
  const lines = [element("span", { class: "line" })];
  const append = (text, kind) => text.split("\n").forEach((part, index) => {
    if (index > 0) {
      lines.at(-1).append("\n"); // kept, so that copying and textContent give the code back
      lines.push(element("span", { class: "line" }));
    }
    if (part) lines.at(-1).append(kind ? element("span", { class: `java-${kind}` }, part) : part);
  });
  let end = 0;
  for (const match of source.matchAll(token)) {
    append(source.slice(end, match.index));
    append(match[0], Object.keys(match.groups).find(kind => match.groups[kind] !== undefined));
    end = match.index + match[0].length;
  }
  append(source.slice(end));
  return lines;
}
