import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shipped } from '../src/table.ts';

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
  sandbox: ['core'],
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
    'http',
    'io.ts',
    'output.ts',
    'providers',
    'render',
    'revisions',
    'table.ts',
    'version.ts',
  ],
  'cli.ts': ['command-line.ts', 'commands', 'core', 'io.ts', 'render', 'table.ts'],
  'command-line.ts': ['commands', 'io.ts', 'table.ts', 'version.ts'],
  'main.ts': ['cli.ts', 'output.ts', 'render', 'version.ts'],
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

/** Where a file of a provider lives: its name, and which of the two readings of its API it is. */
function roomOf(file: string): { readonly provider: string; readonly side: string } | undefined {
  const [, provider, inner] = /^providers\/(?!support\/)([^/]+)\/(.+)$/.exec(file) ?? [];
  if (provider === undefined || inner === undefined) return undefined;
  const isData = /^(?:manifest|catalogue)\.ts$/.test(inner);
  return {
    provider,
    side: inner === 'room.ts' ? 'door' : isData ? 'data' : inner.split('/').length > 1 ? 'sandbox' : 'client',
  };
}

/** Code alone: no comment, no string. */
function withoutText(code: string): string {
  return code.replace(/\/\*.*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gs, "''");
}

/** A room is entered through its door, and what is data reads data. The stand-in is written without the manifest. */
function entersRoom(file: string, path: string): boolean {
  const [from, to] = [roomOf(file), roomOf(path)];
  if (to === undefined) return false;
  if (from?.provider !== to.provider) return !(file === 'providers/index.ts' && to.side === 'door');
  if (from.side === 'door') return false;
  const reads: Readonly<Record<string, readonly string[]>> = {
    data: ['data'],
    client: ['client', 'data'],
    sandbox: ['sandbox'],
  };
  return !reads[from.side]?.includes(to.side);
}

/** The circle that the file is the first of, by name. */
function circleFrom(start: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const seen = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] => {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return [[...path, start].join(' → ')];
      if (next < start || seen.has(next)) continue;
      seen.add(next);
      const found = walk(next, [...path, next]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return walk(start, [start]);
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

  it('keeps each provider in its room, and its client and its stand-in apart', () => {
    const breaches = files.flatMap(({ file, text }) =>
      imports(file, text)
        .filter((path) => entersRoom(file, path))
        .map((path) => `${file} → ${path}`),
    );
    expect(breaches).toEqual([]);
  });

  it('names no provider outside of its room and the one line of the table', () => {
    const words = [...shipped.manifests.values()].flatMap(({ name, title, hosts }) => [name, title, ...hosts]);
    const named = files.flatMap(({ file, text }) =>
      words
        .filter((word) => !file.startsWith(`providers/${word}/`) && roomOf(file) === undefined)
        .filter((word) => text.toLowerCase().includes(word.toLowerCase()))
        .map((word) => `${file}: ${word}`),
    );
    expect(named.filter((one) => !one.startsWith('providers/index.ts: '))).toEqual([]);
    const table = files.find(({ file }) => file === 'providers/index.ts')?.text.split('\n') ?? [];
    for (const { name } of shipped.manifests.values())
      expect(table.filter((line) => line.includes(name))).toEqual([`export { ${name} } from './${name}/room.ts';`]);
  });

  it('keeps manifests data', () => {
    const data = files.filter(({ file }) => roomOf(file)?.side === 'data');
    expect(
      data.filter(({ text }) => /=>|\bfunction\b|\bawait\b|\bnew\b/.test(withoutText(text))).map(({ file }) => file),
    ).toEqual([]);
    expect(data).toHaveLength(2 * shipped.manifests.size);
  });

  it('has no circle of imports, types included', () => {
    const graph = new Map(files.map(({ file, text }) => [file, imports(file, text)]));
    const circles = [...graph.keys()].flatMap((file) => circleFrom(file, graph));
    expect(circles).toEqual([]);
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
