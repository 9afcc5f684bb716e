// Builds ../src/main/resources/public/react-example.js, which the demo serves: React, the hooks of the browser client, and this page.
// What is built is committed, so that a build of the demo needs no Node.js; with --check it is compared instead.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

const LIMIT = 250 * 1024; // bytes
const OUT = "../src/main/resources/public/react-example.js";

/** `import code from "./ticks.jsx?code"` is the file's text: the page shows what runs. */
const code = {
  name: "code",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?code$/ }, ({ path, resolveDir }) => ({ path: resolve(resolveDir, path.slice(0, -"?code".length)), namespace: "code" }));
    onLoad({ filter: /./, namespace: "code" }, ({ path }) => ({ contents: readFileSync(path, "utf8"), loader: "text" }));
  },
};

process.chdir(import.meta.dirname);
const { outputFiles: [{ text }] } = await build({
  entryPoints: ["page.jsx"],
  bundle: true,
  write: false,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  // One React for the page and the hooks, which are here from their source.
  alias: { "millrace-client/react": resolve("../../client/src/react.ts"), react: resolve("node_modules/react") },
  charset: "utf8",
  legalComments: "inline",
  plugins: [code],
  logLevel: "warning",
});
const size = Buffer.byteLength(text);
console.log(`react-example.js: ${size} bytes (at most ${LIMIT})`);
if (size > LIMIT) process.exit(1);
if (!process.argv.includes("--check")) writeFileSync(OUT, text);
else if (readFileSync(OUT, "utf8") !== text) {
  console.log("react-example.js: not what the demo serves (run: npm run build)");
  process.exit(1);
}
