/** Builds dist/: the command as a bundle whose heavy parts load only when a command needs them, the action as one file. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildCompletion } from './completion.js';
import { buildPage } from './page.js';
import { compileSchemas } from './schemas.js';
import { buildWorkflows } from './workflows.js';

const rootUrl = new URL('../', import.meta.url);
const root = fileURLToPath(rootUrl);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const requireShim =
  "import { createRequire as createRequire_ } from 'node:module';const require = createRequire_(import.meta.url);\n";

// Another entry may be given, to try the build out.
try {
  await bundle(process.argv[2] ?? 'src/main.ts', process.argv[3] ?? 'dist');
} catch (error) {
  // esbuild has said already what is wrong with the sources.
  if (!Array.isArray(error.errors)) throw error;
  process.exitCode = 1;
}

async function bundle(entry, folder) {
  await compileSchemas(rootUrl);
  buildPage(rootUrl);
  buildCompletion(rootUrl);
  buildWorkflows(rootUrl);
  const outdir = join(root, folder);
  const built = [
    await bundled({ rolesync: entry }, outdir, { splitting: true, chunkNames: 'chunks/[name]-[hash]' }),
    // GitHub fetches the repository at a commit and runs one file of it; nothing is installed there.
    await bundled({ action: 'src/action/main.ts' }, outdir, { splitting: false }),
  ];
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(join(outdir, 'chunks'), { recursive: true });
  const files = built.flatMap(({ outputFiles }) => outputFiles);
  let size = 0;
  for (const { path, text } of files) {
    const isCommand = path === join(outdir, 'rolesync.js');
    // CommonJS inside a bundle calls `require`, which ES modules do not have.
    const code =
      (isCommand ? '#!/usr/bin/env node\n' : '') + (text.includes('typeof require') ? requireShim : '') + text;
    writeFileSync(path, code, { mode: isCommand ? 0o755 : 0o644 });
    size += code.length;
  }
  writeFileSync(join(outdir, 'THIRD-PARTY.txt'), licences(packages(built.map(({ metafile }) => metafile))));
  console.log(`${folder}: ${files.length} files, ${Math.round(size / 1024)} kB`);
}

function bundled(entryPoints, outdir, shape) {
  return build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Names stay, so that the stack of a bug can be read.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    define: { __VERSION__: JSON.stringify(version) },
    metafile: true,
    write: false,
    logLevel: 'warning',
    plugins: [withoutSubprocesses(), evaluatedLate('yaml', 'picomatch')],
    ...shape,
  });
}

/**
 * commander loads what starts processes, for commands that are programs of their own. There is none, and loading it takes a
 * third of what `--version` adds to a bare Node.
 */
function withoutSubprocesses() {
  return {
    name: 'without-subprocesses',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
        /[\\/]node_modules[\\/]commander[\\/]/.test(importer) ? { path: 'processes', namespace: 'nothing' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

/**
 * Packages of functions that many runs do without: a plain role file needs no YAML library, and a target without globs no
 * globs. They are evaluated at the first call, since that takes a twentieth of what a start does.
 */
function evaluatedLate(...names) {
  const late = 'evaluated-late';
  return {
    name: late,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^(?:${names.join('|')})$`) }, ({ path, namespace }) =>
        namespace === late ? undefined : { path, namespace: late },
      );
      onLoad({ filter: /.*/, namespace: late }, ({ path }) => {
        const whole = createRequire(rootUrl)(path);
        const call = (member) =>
          `(...args) { return new.target ? new (whole()${member})(...args) : whole()${member}(...args); }`;
        const functions = Object.keys(whole).filter((name) => typeof whole[name] === 'function');
        return {
          resolveDir: root,
          contents: [
            `const whole = () => require(${JSON.stringify(path)});`,
            ...functions.map((name) => `export function ${name}${call(`.${name}`)}`),
            ...(typeof whole === 'function' ? [`function all${call('')}`, 'export default Object.assign(all, {'] : []),
            ...(typeof whole === 'function' ? [`${functions.join(', ')} });`] : []),
          ].join('\n'),
        };
      });
    },
  };
}

/** Folders of the packages that have code in the bundle. */
function packages(metafiles) {
  const outputs = metafiles.flatMap((metafile) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap((output) =>
    Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

function licences(folders) {
  const parts = folders.map((folder) => {
    const path = join(root, folder);
    const { name, version: of, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const files = existsSync(path)
      ? readdirSync(path).filter((file) => /^(licen[cs]e|notice|copying)/i.test(basename(file)))
      : [];
    const texts = files.map((file) => readFileSync(join(path, file), 'utf8').trim());
    return `${name} ${of} (${license})\n\n${texts.join('\n\n')}\n`;
  });
  return `rolesync ${version} contains code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
