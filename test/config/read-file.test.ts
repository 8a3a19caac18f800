import { describe, expect, it } from 'vitest';
import { load } from '../../src/config/index.ts';
import { fileReader } from '../../src/config/read-file.ts';
import { dintero, language, memory } from './memory.ts';

const roles = 'roles: [{ name: one, permissions: [read:hooks] }]\n';

/** A language that counts how often a document is checked. */
function counting() {
  let checks = 0;
  const check = (value: unknown) => {
    checks += 1;
    return language.check(value);
  };
  return { language: { ...language, check }, checks: () => checks };
}

describe('a file reader', () => {
  it('reads a file of two revisions once where its text is the same, and both say the same', () => {
    const counted = counting();
    const readFile = fileReader(counted.language);
    const options = { cwd: '/work', language: counted.language, readFile };
    const base = load(['roles'], {
      ...options,
      source: memory({ 'roles/a.yaml': dintero + roles, 'roles/b.yaml': 'provider: dintero\ntargets: [acme]\n' }),
    });
    expect(counted.checks()).toBe(2);
    const head = load(['roles'], {
      ...options,
      source: memory({ 'roles/a.yaml': dintero + roles, 'roles/b.yaml': 'provider: dintero\ntargets: [acme, x]\n' }),
    });
    expect(counted.checks()).toBe(3);
    expect(head.targets).toEqual(base.targets);
    expect(base.problems).toEqual([]);
    expect(head.problems).toMatchObject([{ code: 'unknown-target', source: { file: 'roles/b.yaml', line: 2 } }]);
  });

  it('tells files apart that say the same in two places', () => {
    const readFile = fileReader(language);
    const [one, other] = ['roles/a.yaml', 'roles/b.yaml'].map((file) => readFile({ file, text: 'provider: nobody\n' }));
    expect(one?.problems[0]?.source.file).toBe('roles/a.yaml');
    expect(other?.problems[0]?.source.file).toBe('roles/b.yaml');
  });
});
