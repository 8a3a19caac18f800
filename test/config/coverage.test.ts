import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { load } from '../../src/config/index.ts';
import { gitSource } from '../../src/files/git.ts';
import { loadElsewhere } from '../../src/revisions/baseline.ts';
import { removeTemporary, repository } from '../files/git-repository.ts';
import { folder, write } from '../support/command.ts';
import { type Content, dintero, found, language, loadFiles, messages } from './memory.ts';

afterAll(removeTemporary);

const deleting = (globs: string) => dintero.replace('T11112222', `T11112222, unmanaged: delete, files: [${globs}]`);
const role = (name: string) =>
  `provider: dintero\ntargets: [acme]\nroles:\n  - { name: ${name}, permissions: [read:hooks] }\n`;
const files = {
  'roles/targets/a.yaml': deleting('roles/acme/**'),
  'roles/acme/one.yaml': role('one'),
  'roles/acme/deep/two.yml': role('two'),
  'roles/acme/README.md': 'provider: and roles: are words',
  'roles/acme/.hidden/three.yaml': role('three'),
  'roles/acme/node_modules/x/four.yaml': role('four'),
};

function gap(given: Readonly<Record<string, Content>>, ...paths: readonly string[]) {
  const config = loadFiles(given, { paths });
  return { unread: config.targets[0]?.unread, found: found(config), said: messages(config) };
}

describe('`unmanaged: delete`', () => {
  it('wants `files` on the target, and says what to write', () => {
    const config = loadFiles({ 'roles/acme/a.yaml': dintero.replace('T11112222', 'T11112222, unmanaged: delete') });
    expect(found(config)).toEqual(['error roles/acme/a.yaml:4:39 delete-without-files']);
    expect(messages(config)).toContain('`acme`');
    expect(messages(config)).toContain('add `files: [roles/acme/**]`');
    const ofFile = loadFiles({ 'roles/a.yaml': `${dintero}unmanaged: delete\n` });
    expect(found(ofFile)).toEqual(['error roles/a.yaml:4:5 delete-without-files']);
  });

  it('is whole where every file that the globs match was read, however it was given', () => {
    expect(gap(files, 'roles')).toEqual({ unread: undefined, found: [], said: '' });
    expect(gap(files, 'roles/targets', 'roles/acme').unread).toBeUndefined();
    const each = ['roles/targets/a.yaml', 'roles/acme/one.yaml', 'roles/acme/deep/two.yml'];
    expect(gap(files, ...each).unread).toBeUndefined();
  });

  it('is not whole in a run over a subfolder, and validate warns with the file', () => {
    const { unread, found: problems, said } = gap(files, 'roles/targets');
    expect(unread).toBe('`roles/acme/deep/two.yml` (and 1 more) was not read');
    expect(problems).toEqual(['warning roles/targets/a.yaml:4:5 part-of-files']);
    expect(said).toContain('`acme` deletes nothing here: `roles/acme/deep/two.yml`');
    expect(gap(files, 'roles/targets', 'roles/acme/deep').unread).toBe('`roles/acme/one.yaml` was not read');
  });

  it('looks at nothing for targets that do not delete', () => {
    const reporting = {
      ...files,
      'roles/targets/a.yaml': dintero.replace('T11112222', 'T11112222, files: [roles/acme/**]'),
    };
    expect(gap(reporting, 'roles/targets')).toEqual({ unread: undefined, found: [], said: '' });
  });

  it.each([
    ['rolse/**', 'no role file matches `files`'],
    ['roles/acme', 'there is no role file `roles/acme`'],
    ['roles/acme/**, roles/gone.yaml', 'there is no role file `roles/gone.yaml`'],
  ])('is not whole where `files` is %s', (globs, reason) => {
    const given = { ...files, 'roles/targets/a.yaml': deleting(globs) };
    const targetsOnly = globs.includes('acme/**') ? given : { 'roles/targets/a.yaml': given['roles/targets/a.yaml'] };
    expect(gap(targetsOnly, 'roles').unread).toBe(reason);
  });

  it('is not whole where a file of the globs cannot be looked at', () => {
    const hidden = { ...files, 'roles/acme/bad\u200b.yaml': role('x') };
    expect(gap(hidden, 'roles/targets', 'roles/acme/one.yaml', 'roles/acme/deep').unread).toMatch(/file name/);
  });

  it('takes globs from the working directory', () => {
    const given = { 'roles/a.yaml': deleting("'**'"), 'more/b.yaml': role('two') };
    expect(gap(given, 'roles').unread).toBe('`more/b.yaml` was not read');
    expect(gap(given, 'roles', 'more').unread).toBeUndefined();
  });

  it.each([
    ['roles/acme/**', 'roles/acme/two.YAML', true],
    ['roles/acme/*.yaml', 'roles/acme/two.YAML', true],
    ['roles/acme/*.yaml', 'roles/acme/two.yaml.bak', true],
    ['roles/acme/*.yaml', 'roles/acme/two.json', true],
    ['roles/acme/two.yaml', 'roles/acme/two.Yml', true],
    ['roles/acme/two.yaml', 'roles/acme/two.YAML', true],
    ['roles/acme/**', 'roles/acme/two.yaml~', true],
    ['roles/acme/*.yaml', 'roles/other/two.YAML', false],
  ])('makes a lookalike an error: %s and %s: %s', (globs, path, wrong) => {
    const given = {
      'roles/a.yaml': deleting(globs),
      'roles/acme/one.yaml': 'provider: dintero\ntargets: [acme]\n',
      [path]: role('two'),
    };
    for (const paths of [['roles'], ['roles/a.yaml']]) {
      const { found: problems, said } = gap(given, ...paths);
      expect(problems.filter((one) => one.startsWith('error'))).toEqual(wrong ? [`error ${path}:1:1 not-read`] : []);
      expect(problems.filter((one) => one.includes(path))).toHaveLength(wrong || paths[0] === 'roles' ? 1 : 0);
      if (wrong) expect(said).toContain('rename it to end in .yaml');
    }
  });

  it('is the same in a git revision, from its root and from a folder in it', () => {
    const repo = repository();
    const commit = repo.commit(
      Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('node_modules'))),
    );
    const at = (paths: readonly string[], cwd = repo.folder) =>
      load(paths, { language, cwd, source: gitSource('HEAD', { ...repo.options, cwd }) }).targets.map(
        ({ unread }) => unread,
      );
    expect([commit === '', at(['roles'])]).toEqual([false, [undefined]]);
    expect(at(['roles/targets'])).toEqual(['`roles/acme/deep/two.yml` (and 1 more) was not read']);
    mkdirSync(join(repo.folder, 'sub'), { recursive: true });
    repo.commit({ 'sub/roles/a.yaml': deleting('roles/acme/**'), 'sub/roles/acme/x.yaml': role('x') });
    expect(at(['roles'], join(repo.folder, 'sub'))).toEqual([undefined]);
    expect(at(['roles/a.yaml'], join(repo.folder, 'sub'))).toEqual(['`roles/acme/x.yaml` was not read']);
  });

  it('is no mistake of a revision that a branch is compared with', () => {
    const cwd = folder({ 'roles/a.yaml': dintero.replace('T11112222', 'T11112222, unmanaged: delete') });
    const base = loadElsewhere([], { folder: '.' }, { language, cwd, environment: {}, env: [] });
    expect(base.config.targets.map(({ unmanaged }) => unmanaged)).toEqual(['delete']);
  });

  it('sees on a disk that a file was renamed', () => {
    const cwd = folder({ 'roles/a.yaml': deleting('roles/acme/**') });
    write(cwd, 'roles/acme/one.yaml', role('one'));
    expect(found(load([], { language, cwd }))).toEqual([]);
    renameSync(join(cwd, 'roles/acme/one.yaml'), join(cwd, 'roles/acme/one.YAML'));
    expect(found(load([], { language, cwd })).filter((one) => one.startsWith('error'))).toEqual([
      'error roles/acme/one.YAML:1:1 not-read',
    ]);
  });
});
