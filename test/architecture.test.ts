import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** What each folder or file of src may import from the others; its own folder is always allowed. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  'nearest-word.ts': [],
  http: ['core'],
  files: ['core'],
  providers: ['core', 'http', 'nearest-word.ts', 'sandbox'],
  config: ['core', 'files', 'nearest-word.ts', 'providers'],
  revisions: ['config', 'core', 'files'],
  authoring: ['config', 'core', 'files', 'providers'],
  render: ['core'],
  sandbox: ['core', 'providers'],
  'reconcile.ts': ['core', 'providers/provider.ts'],
  'execute.ts': ['core', 'providers/provider.ts', 'write-role.ts'],
  'write-role.ts': ['core', 'providers/provider.ts'],
  'connect.ts': ['config', 'core', 'http', 'io.ts', 'providers', 'reconcile.ts', 'sandbox', 'version.ts'],
  'table.ts': ['config', 'core', 'providers'],
  commands: [
    'authoring',
    'config',
    'connect.ts',
    'core',
    'execute.ts',
    'files',
    'http/job.ts',
    'io.ts',
    'nearest-word.ts',
    'providers',
    'reconcile.ts',
    'render',
    'revisions',
    'sandbox',
    'table.ts',
    'version.ts',
  ],
  action: [
    'cli.ts',
    'commands',
    'config',
    'core',
    'files',
    'io.ts',
    'output.ts',
    'providers',
    'render',
    'revisions',
    'table.ts',
    'version.ts',
  ],
  'cli.ts': ['commands', 'core', 'io.ts', 'render', 'table.ts', 'version.ts'],
  'main.ts': ['cli.ts', 'output.ts', 'render'],
  'output.ts': ['io.ts'],
  'io.ts': ['table.ts'],
  'version.ts': [],
};

const pure = ['core', 'render', 'reconcile.ts', 'execute.ts', 'write-role.ts'];
const src = join(import.meta.dirname, '..', 'src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.includes('generated'))
  .map((file) => ({ file, home: homeOf(file), text: readFileSync(join(src, file), 'utf8') }));

function homeOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function imports(file: string, text: string): readonly string[] {
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return found.map((path) => relative(src, join(src, dirname(file), path)));
}

/** Each circle as the files on it, from one back to itself; a file is looked at once. */
function circles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const from = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return [[...way.slice(way.indexOf(file)), file].join(' → ')];
    if (done.has(file)) return [];
    const found = (graph.get(file) ?? []).flatMap((next) => from(next, [...way, file]));
    done.add(file);
    return found;
  };
  return [...graph.keys()].flatMap((file) => from(file, []));
}

describe('the house', () => {
  it('has a row in the table for every folder and file', () => {
    expect([...new Set(files.map(({ home }) => home))].sort()).toEqual(Object.keys(allowed).sort());
  });

  it.each(files)('$file imports inwards only', ({ file, home, text }) => {
    const fine = (path: string) =>
      homeOf(path) === home || allowed[home]?.some((one) => path === one || path.startsWith(`${one}/`));
    expect(imports(file, text).filter((path) => !fine(path))).toEqual([]);
  });

  it('has no circle of imports, types included', () => {
    expect(circles(new Map(files.map(({ file, text }) => [file, imports(file, text)])))).toEqual([]);
  });

  it('imports nothing from outside into the core but node:crypto', () => {
    const outside = files
      .filter(({ home }) => home === 'core')
      .flatMap(({ text }) => [...text.matchAll(/from '([^.'][^']*)'/g)].map((match) => match[1]));
    expect(new Set(outside)).toEqual(new Set(['node:crypto']));
  });

  it('touches the process in the two entries alone, and the console nowhere', () => {
    const touching = files.filter(({ text }) => /\bprocess\.|\bconsole\./.test(text)).map(({ file }) => file);
    expect(touching.sort()).toEqual(['action/main.ts', 'main.ts']);
  });

  it('has no clock and no chance in what must be pure', () => {
    const impure = files.filter(
      ({ home, text }) => pure.includes(home) && /Date\.now|new Date\(\)|Math\.random/.test(text),
    );
    expect(impure.map(({ file }) => file)).toEqual([]);
  });

  it('opens every file with a sentence that says what it is for', () => {
    expect(files.filter(({ text }) => !text.startsWith('/**')).map(({ file }) => file)).toEqual([]);
  });
});
