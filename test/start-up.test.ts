/** What a command loads before it does anything. Times depend on the machine; what is loaded does not. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder } from './support/command.ts';

const dist = join(import.meta.dirname, '..', 'dist');

/** The files that are loaded with this one: imports that are not awaited. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = [...readFileSync(file, 'utf8').matchAll(/(?:from|import)"(\.{1,2}\/[^"]+)"/g)].map(
    (match) => match[1] ?? '',
  );
  for (const path of imports) loadedWith(join(dirname(file), path), seen);
  return seen;
}

function chunk(name: string): string {
  const found = readdirSync(join(dist, 'chunks')).find((file) => file.startsWith(`${name}-`));
  if (found === undefined) throw new Error(`no chunk ${name}; build first`);
  return join(dist, 'chunks', found);
}

function holds(files: ReadonlySet<string>, marker: string): boolean {
  return [...files].some((file) => readFileSync(file, 'utf8').includes(marker));
}

describe('the built command', () => {
  // Each marker stands in the code of that package alone.
  const [undici, yaml] = ['UND_ERR_CONNECT_TIMEOUT', 'BLOCK_LITERAL'];

  it('loads nothing else to print its version', () => {
    const size = [...loadedWith(join(dist, 'rolesync.js'))].reduce((sum, file) => sum + readFileSync(file).length, 0);
    expect(size).toBeLessThan(10_000);
  });

  it('loads neither the HTTP client nor the YAML parser to show its help', () => {
    const files = loadedWith(chunk('cli'));
    expect([holds(files, undici), holds(files, yaml)]).toEqual([false, false]);
  });

  it('loads nothing that starts processes, to show its help or to validate', () => {
    const files = [...loadedWith(chunk('cli')), ...loadedWith(chunk('validate'))];
    expect(holds(new Set(files), 'child_process')).toBe(false);
    expect(holds(loadedWith(chunk('load-revisions')), 'child_process')).toBe(true);
  });

  it('does not load the HTTP client to validate', () => {
    const files = loadedWith(chunk('validate'));
    expect([holds(files, undici), holds(files, yaml)]).toEqual([false, true]);
  });

  it('knows the providers by their manifests alone: no client, no stand-in', () => {
    // A phrase of a catalogue, a path of a client, a secret of a stand-in.
    const markers = ['change which role has which permission', 'management/users?expand=roles', 'sandbox-secret-'];
    for (const file of [chunk('cli'), chunk('validate')]) {
      const files = new Set([...loadedWith(chunk('cli')), ...loadedWith(file)]);
      expect(markers.map((marker) => holds(files, marker))).toEqual([true, false, false]);
    }
    const all = new Set(readdirSync(join(dist, 'chunks')).map((file) => join(dist, 'chunks', file)));
    expect(markers.map((marker) => holds(all, marker))).toEqual([true, true, true]);
  });

  it('loads what completes a command line only to complete one', () => {
    const library = 'ShellCompDirectiveError';
    for (const file of [chunk('cli'), chunk('validate')]) {
      expect(holds(loadedWith(file), library)).toBe(false);
    }
    expect(holds(loadedWith(chunk('completion')), library)).toBe(true);
  });

  it.each([
    ['does not evaluate the YAML library for a plain role file', '', false],
    ['evaluates the YAML library for any other', 'unmanaged: !!str report\n', true],
  ])('%s', (_, line, evaluated) => {
    const cwd = folder({ 'roles/a.yaml': `provider: dintero\n${line}targets:\n  - name: a\n    account: T11112222\n` });
    // The library makes its symbols when it is evaluated.
    const told =
      'const make = Symbol.for; Symbol.for = (key) => { if (/^yaml/.test(key)) console.error(key); return make(key); }';
    const argv = [
      '--import',
      `data:text/javascript,${encodeURIComponent(told)}`,
      join(dist, 'rolesync.js'),
      'validate',
    ];
    const { stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8', env: {} });
    expect(stderr.includes('yaml.map')).toBe(evaluated);
  });

  it('loads the HTTP client to connect, so that this test can fail', () => {
    expect(holds(loadedWith(chunk('plan')), undici)).toBe(true);
  });
});
