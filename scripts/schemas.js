/**
 * Composes the schema of role files from the manifests, and compiles what is read from outside into plain checking
 * functions, so that no run loads a schema compiler. Writes schemas/roles.schema.json and src/config/generated.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build, buildSync } from 'esbuild';

/** `shape`: the type of what fits the schema. */
const types = (shape) => `export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schema: unknown;
  readonly parentSchema: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}
export const validate: {
  (value: unknown): ${shape ? `value is ${shape}` : 'boolean'};
  errors?: readonly SchemaError[] | null;
};
`;

export async function compileSchemas(root) {
  const folder = new URL('src/config/generated/', root);
  mkdirSync(folder, { recursive: true });
  const { published, checked } = await composed(root);
  writeFileSync(new URL('schemas/roles.schema.json', root), `${JSON.stringify(published, null, 2)}\n`);
  const plan = JSON.parse(readFileSync(new URL('schemas/plan.schema.json', root), 'utf8'));
  for (const [name, schema, shape] of [
    ['roles', withoutDescriptions(checked)],
    ['plan', plan, "import('../../core/plan.ts').Plan"],
  ]) {
    writeFileSync(new URL(`${name}-schema.js`, folder), runnable(compile(wordless(schema))));
    writeFileSync(new URL(`${name}-schema.d.ts`, folder), types(shape));
  }
}

/** What is published has the known permissions in it; what is checked does without. */
async function composed(root) {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import * as rooms from './src/providers/index.ts';
        import { roleSchema } from './src/config/role-schema.ts';
        const manifests = Object.values(rooms).map(({ manifest }) => manifest);
        export const published = roleSchema(manifests, { offers: true });
        export const checked = roleSchema(manifests, { offers: false });
      `,
      resolveDir: fileURLToPath(root),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    plugins: [dataAlone],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** Clients and stand-ins are behind imports that nobody awaits here. */
const dataAlone = {
  name: 'data-alone',
  setup: ({ onResolve }) =>
    onResolve({ filter: /.*/ }, ({ kind, path }) => (kind === 'dynamic-import' ? { path, external: true } : undefined)),
};

/** They are for editors and people; no message holds one. A property may be called `description`, and that is no text. */
function withoutDescriptions(schema) {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => key !== 'description' || typeof value !== 'string');
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutDescriptions(value)]));
}

function compile(schema) {
  // `verbose` puts the failing schema into an error: that is where the words that are allowed come from.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    // A definition is checked by one function, wherever it is used: a third less code for each run to load.
    inlineRefs: false,
    code: { source: true, esm: true },
  });
  ajv.addKeyword('patternErrorMessage');
  return linear(standalone.default(ajv, ajv.compile(schema)));
}

const named = new Set(['properties', 'patternProperties', 'definitions']);
const words = new Set(['description', 'examples', 'default']);

/** Without what no message shows: each error carries its schema, and every run would load all of it. */
function wordless(schema) {
  if (Array.isArray(schema)) return schema.map(wordless);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key]) => !words.has(key));
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      named.has(key)
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wordless(inner)]))
        : wordless(value),
    ]),
  );
}

/** Ajv copies all earlier errors for each item that has one: 45,000 of them in one file would take minutes. */
function linear(code) {
  const copying = /vErrors === null \? (\w+)\.errors : vErrors\.concat\(\1\.errors\)/g;
  return `${code.replace(copying, 'gathered(vErrors, $1.errors)')}
function gathered(all, more) {
  if (all === null) return more;
  for (const error of more) all.push(error);
  return all;
}
`;
}

/** Ajv writes `require` for its helpers even into ES modules: they are bundled in, so that every runtime takes the file. */
function runnable(code) {
  const { outputFiles } = buildSync({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return outputFiles[0].text;
}

if (process.argv[1] === import.meta.filename) await compileSchemas(new URL('../', import.meta.url));
