/** Compiles the JSON Schemas into plain checking functions, so that no run loads a schema compiler. Writes only src/config/generated. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { buildSync } from 'esbuild';

const types = `export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schema: unknown;
  readonly parentSchema: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}
export const validate: {
  (value: unknown): boolean;
  errors?: readonly SchemaError[] | null;
};
`;

/** What is read from outside: role files, and plans that were saved. */
const names = ['roles', 'plan'];

export function compileSchemas(root) {
  const folder = new URL('src/config/generated/', root);
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const schema = JSON.parse(readFileSync(new URL(`schemas/${name}.schema.json`, root), 'utf8'));
    writeFileSync(new URL(`${name}-schema.js`, folder), runnable(compile(schema)));
    writeFileSync(new URL(`${name}-schema.d.ts`, folder), types);
  }
}

function compile(schema) {
  // `verbose` puts the failing schema into an error: that is where the words that are allowed come from.
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    code: { source: true, esm: true },
  });
  ajv.addKeyword('patternErrorMessage');
  return standalone.default(ajv, ajv.compile(schema));
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

if (process.argv[1] === import.meta.filename) compileSchemas(new URL('../', import.meta.url));
