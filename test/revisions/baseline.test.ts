import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import { loadBaseline, loadElsewhere, unknownSafeguards } from '../../src/revisions/baseline.ts';
import { dintero, language } from '../config/memory.ts';
import { removeTemporary, repository } from '../files/git-repository.ts';

afterAll(removeTemporary);

const roles = 'roles: [{ name: one, permissions: [read:hooks] }]\n';
const names = (base: ReturnType<typeof loadBaseline>) =>
  base.name === null ? base.warning : base.config.targets.flatMap((target) => target.roles.map(({ name }) => name));

describe('loadBase', () => {
  it('reads the same paths of a revision, and names its commit', () => {
    const repo = repository();
    const then = repo.commit({ 'roles/a.yaml': dintero + roles });
    repo.commit({ 'roles/a.yaml': dintero });
    const base = loadBaseline([], { rev: 'HEAD~1' }, { ...{ ...repo.options, language }, language });
    expect(base.name).toBe(then);
    expect(names(base)).toEqual(['one']);
  });

  it('reads the same paths of another folder', () => {
    const repo = repository();
    for (const [folder, text] of [
      ['roles', dintero],
      ['old/roles', dintero + roles],
    ] as const) {
      mkdirSync(join(repo.folder, folder), { recursive: true });
      writeFileSync(join(repo.folder, folder, 'a.yaml'), text);
    }
    for (const paths of [[], ['roles/a.yaml'], [join(repo.folder, 'roles')]]) {
      const base = loadBaseline(paths, { folder: 'old' }, { ...{ ...repo.options, language }, language });
      expect(base.name).toBe('old');
      expect(names(base)).toEqual(['one']);
    }
    expect(names(loadBaseline([], { folder: 'nowhere' }, { ...{ ...repo.options, language }, language }))).toMatch(
      /there is no folder `nowhere`/,
    );
  });

  it('takes what was not there yet for no roles, not for a mistake', () => {
    const repo = repository();
    repo.commit({ readme: 'x', 'empty/.keep': '' });
    expect(names(loadBaseline([], { rev: 'HEAD' }, { ...{ ...repo.options, language }, language }))).toEqual([]);
    expect(names(loadBaseline(['empty'], { rev: 'HEAD' }, { ...{ ...repo.options, language }, language }))).toEqual([]);
    repo.commit({ 'roles/a.yaml': dintero + roles });
    expect(
      names(
        loadBaseline(
          ['roles/a.yaml', 'roles/new.yaml'],
          { rev: 'HEAD' },
          { ...{ ...repo.options, language }, language },
        ),
      ),
    ).toEqual(['one']);
  });

  it('warns, and gives nothing, where the revision is missing or its files have mistakes', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': `${dintero}rolez: []\n`, 'roles/b.yaml': '{' });
    expect(names(loadBaseline([], { rev: 'nope' }, { ...{ ...repo.options, language }, language }))).toMatch(
      /^the base `nope` is left out: there is no revision `nope` .*; drift is not told apart, and changed safeguards are not shown$/,
    );
    expect(names(loadBaseline([], { rev: 'HEAD' }, { ...{ ...repo.options, language }, language }))).toMatch(
      /^the base `HEAD` is left out: its role files have mistakes: roles\/a.yaml:5:1 `rolez` is not a valid key .* \(and 1 more\)/,
    );
    repo.link('roles/c.yaml', 'a.yaml');
    repo.commit({ 'roles/a.yaml': dintero, 'roles/b.yaml': null });
    expect(names(loadBaseline([], { rev: 'HEAD' }, { ...{ ...repo.options, language }, language }))).toMatch(
      /symbolic link/,
    );
  });

  it('leaves warnings of the base alone', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': `${dintero}roles: [{ name: one, permissions: [read:hookz] }]\n` });
    const base = loadBaseline([], { rev: 'HEAD' }, { ...{ ...repo.options, language }, language });
    expect(base.name === null ? undefined : base.config.problems).toEqual([]);
  });

  it('refuses what cannot be trusted where no warning is enough', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': '{' });
    for (const rev of ['HEAD', 'nope'])
      expect(() => loadElsewhere([], { rev }, { ...{ ...repo.options, language }, language })).toThrow(Failure);
  });
});

describe('unknownSafeguards', () => {
  it('stands where the safeguards would', () => {
    expect(unknownSafeguards('why')).toMatchObject({ code: 'no-base', message: 'why', role: null });
  });
});
