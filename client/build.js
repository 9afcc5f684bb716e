// Builds dist/: bundles with source maps, and types. Fails when a bundle is larger than its limit.
// What the server serves is copied to where it looks for it, so that a build of the server needs no Node.js; with
// --check it is compared instead.
// esbuild bundles and mangles; terser makes of that some five percent less than esbuild does by itself.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'

const KIB = 1024

/** Entries, their bundles, and the bytes that each may have after gzip -9. */
const bundles = [
  { entry: 'src/index.ts', out: 'millrace.js', limit: 6 * KIB },
  { entry: 'src/stream-only.ts', out: 'stream.js', limit: 2.5 * KIB },
  { entry: 'src/shared.ts', out: 'millrace-shared.js' },
  { entry: 'src/react.ts', out: 'react.js' },
  { entry: 'src/worker.ts', out: 'millrace-worker.js' },
]

/** What one bundle imports from another: React's hooks use the page's client, and sharing is loaded by who shares. */
const external = {
  name: 'modules that are bundles of their own',
  setup(build) {
    build.onResolve({ filter: /^\.\/(index|shared)$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path === './index' ? './millrace.js' : './millrace-shared.js', external: true },
    )
  },
}

process.chdir(import.meta.dirname)
rmSync('dist', { recursive: true, force: true })
let failed = false
for (const { entry, out, limit } of bundles) {
  if (!existsSync(entry)) continue
  const result = await build({
    entryPoints: [entry],
    outfile: `dist/${out}`,
    bundle: true,
    write: false,
    minifySyntax: true,
    minifyIdentifiers: true,
    sourcemap: 'external',
    format: 'esm',
    target: 'es2022',
    // What begins with an underscore is private to its bundle, and nothing of it crosses a port.
    mangleProps: /^_[a-z]/,
    external: ['react'],
    plugins: [external],
    logLevel: 'warning',
  })
  const file = end => result.outputFiles.find(({ path }) => path.endsWith(end)).text
  const { code, map } = await minify(file('.js'), {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true },
    sourceMap: { content: file('.map'), url: `${out}.map` },
  })
  mkdirSync('dist', { recursive: true })
  writeFileSync(`dist/${out}`, code)
  writeFileSync(`dist/${out}.map`, map)
  const zipped = gzipSync(code, { level: 9 }).length
  const over = zipped > limit
  failed ||= over
  console.log(
    `${out}: ${code.length} bytes, ${zipped} after gzip${limit ? ` (at most ${limit})` : ''}${over ? ': TOO LARGE' : ''}`,
  )
}

execFileSync('node_modules/.bin/tsc', ['-p', 'tsconfig.types.json'], { stdio: 'inherit' })
// Node's resolution wants the file's whole name.
for (const name of readdirSync('dist/types')) {
  const file = `dist/types/${name}`
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace(/((?:from|import\()\s*['"])(\.\/[\w-]+)(['"])/g, '$1$2.js$3'))
}

const served = '../core/src/main/resources/dev/millrace/route/client'
mkdirSync(served, { recursive: true })
for (const name of readdirSync('dist').filter(name => name.startsWith('millrace'))) {
  const built = readFileSync(`dist/${name}`)
  if (!process.argv.includes('--check')) writeFileSync(`${served}/${name}`, built)
  else if (!existsSync(`${served}/${name}`) || !built.equals(readFileSync(`${served}/${name}`))) {
    console.log(`${name}: not what the server serves (run: npm run build)`)
    failed = true
  }
}
if (failed) process.exit(1)
