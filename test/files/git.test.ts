import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { load } from '../../src/config/index.ts';
import { gitSource } from '../../src/files/git.ts';
import type { GitOptions } from '../../src/files/git-run.ts';
import { dintero, found, language, messages } from '../config/memory.ts';
import { commands, recorded, removeTemporary, repository, temporary } from './git-repository.ts';

afterAll(removeTemporary);

const role = (name: string) => `  - { name: ${name}, permissions: [read:hooks] }\n`;
const file = (...names: readonly string[]) => `provider: dintero\ntargets: [acme]\nroles:\n${names.map(role).join('')}`;

function loadAt(rev: string, options: GitOptions, paths: readonly string[] = ['roles']) {
  return load(paths, { cwd: options.cwd, language, source: gitSource(rev, options) });
}

const rolesIn = (config: ReturnType<typeof load>) =>
  config.targets.flatMap((target) => target.roles.map(({ name }) => name));

describe('gitSource', () => {
  it('reads the role files of a commit, whatever is in the working tree now', () => {
    const repo = repository();
    const then = repo.commit({ 'roles/targets.yaml': dintero, 'roles/sub/a.yml': file('one'), 'readme.md': 'x' });
    repo.commit({ 'roles/sub/a.yml': null, 'roles/b.yaml': file('two') });
    writeFileSync(join(repo.folder, 'roles/b.yaml'), file('three'));
    const config = loadAt('HEAD~1', repo.options);
    expect(config.problems).toEqual([]);
    expect(config.files).toEqual(['roles/sub/a.yml', 'roles/targets.yaml']);
    expect(rolesIn(config)).toEqual(['one']);
    expect(config.targets[0]?.roles[0]?.source).toEqual({ file: 'roles/sub/a.yml', line: 4, column: 5 });
    expect(rolesIn(loadAt('main', repo.options))).toEqual(['two']);
    expect(gitSource('HEAD~1', repo.options).commit).toBe(then);
  });

  it('gives what the disk gives for the same files', () => {
    const repo = repository();
    repo.commit({
      'roles/targets.yaml': dintero,
      'roles/ü 🦉/a.yaml': file('one'),
      'roles/:(top)b.yaml': file('two'),
      ':(exclude)roles/f.yaml': file('four'),
      'roles/-c.yaml': file('three'),
      'roles/.hidden/d.yaml': 'not: read',
      'roles/node_modules/e.yaml': 'not: read',
      'roles/f.json': '{"provider": "dintero", "roles": []}',
      'roles/g.yaml.bak': dintero,
    });
    for (const paths of [
      ['roles'],
      ['roles/'],
      ['./roles'],
      ['roles/targets.yaml', 'roles/-c.yaml'],
      ['.'],
      ['roles', ':(exclude)roles'],
    ]) {
      expect(loadAt('HEAD', repo.options, paths)).toEqual(load(paths, { cwd: repo.folder, language }));
    }
  });

  it('takes paths relative to the working directory, which may be below the top', () => {
    const repo = repository();
    repo.commit({
      'team/roles/a.yaml': `${dintero}roles:\n${role('inner')}`,
      'roles/a.yaml': `${dintero}roles:\n${role('outer')}`,
    });
    const options = { ...repo.options, cwd: join(repo.folder, 'team') };
    expect(loadAt('HEAD', options).files).toEqual(['roles/a.yaml']);
    expect(rolesIn(loadAt('HEAD', options))).toEqual(['inner']);
    expect(rolesIn(loadAt('HEAD', options, ['../roles']))).toEqual(['outer']);
    expect(rolesIn(loadAt('HEAD', options, [join(repo.folder, 'roles')]))).toEqual(['outer']);
    for (const outside of ['../../roles', '/roles']) {
      expect(messages(loadAt('HEAD', options, [outside]))).toMatch(/outside the repository$/);
    }
  });

  it('needs four processes, however many files there are', () => {
    const repo = repository();
    const files = Array.from({ length: 60 }, (_, at) => [`roles/f${at % 7}/${at}.yaml`, file(`role-${at}`)]);
    repo.commit({ 'roles/targets.yaml': dintero, ...Object.fromEntries(files) });
    const { calls, run } = recorded();
    const config = loadAt('HEAD', { ...repo.options, run });
    expect(config.problems).toEqual([]);
    expect(rolesIn(config)).toHaveLength(60);
    expect(commands(calls)).toEqual(['rev-parse', 'rev-parse', 'ls-tree', 'cat-file']);
  });

  it('refuses links and submodules in what it is given, and ignores those outside', () => {
    const inner = repository();
    inner.commit({ 'x.yaml': file('hidden') });
    const repo = repository();
    repo.link('roles/linked.yaml', 'a.yaml');
    repo.link('roles/folder', '/etc');
    repo.link('elsewhere', 'roles');
    repo.git('submodule', '--quiet', 'add', inner.folder, 'roles/module');
    repo.commit({ 'roles/a.yaml': `${dintero}roles:\n${role('one')}` });
    const config = loadAt('HEAD', repo.options);
    expect(found(config)).toEqual([
      'error roles/folder:1:1 unreadable',
      'error roles/linked.yaml:1:1 unreadable',
      'error roles/module:1:1 unreadable',
    ]);
    expect(config.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^roles\/folder cannot be read: it is a symbolic link/),
      expect.stringMatching(/^roles\/linked.yaml cannot be read: it is a symbolic link/),
      expect.stringMatching(/^roles\/module cannot be read: it is a submodule/),
    ]);
    for (const path of ['elsewhere', 'elsewhere/a.yaml']) {
      expect(messages(loadAt('HEAD', repo.options, [path]))).toMatch(/symbolic link/);
    }
    expect(messages(loadAt('HEAD', repo.options, ['roles/module/x.yaml']))).toMatch(
      /of `roles\/module`, it is a submodule/,
    );
    expect(loadAt('HEAD', repo.options, ['roles/a.yaml']).problems).toEqual([]);
  });

  it('reads an executable as any other file', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': `${dintero}roles:\n${role('one')}` });
    repo.git('update-index', '--chmod=+x', 'roles/a.yaml');
    repo.git('commit', '--quiet', '--message', 'mode');
    expect(rolesIn(loadAt('HEAD', repo.options))).toEqual(['one']);
  });

  it('says where nothing is, what is too large, and what is no text', () => {
    const repo = repository();
    repo.commit({
      'roles/big.yaml': Buffer.alloc(1024 * 1024 + 1, '#'),
      'roles/big.json': `{"provider": "dintero", "roles": []}${' '.repeat(2 * 1024 * 1024)}`,
      'roles/binary.yaml': Buffer.from([0x61, 0, 0x62]),
      'roles/latin.yaml': Buffer.from([0x61, 0xe9, 0x62]),
      'empty/.keep': '',
    });
    expect(found(loadAt('HEAD', repo.options))).toEqual([
      'warning roles/big.json:1:1 not-read',
      'error roles/big.yaml:1:1 unreadable',
      'error roles/binary.yaml:1:1 not-text',
      'error roles/latin.yaml:1:1 not-utf8',
    ]);
    expect(messages(loadAt('HEAD', repo.options, ['nowhere']))).toBe('nowhere cannot be read: no such file or folder');
    expect(found(loadAt('HEAD', repo.options, ['empty']))).toEqual(['error empty:1:1 no-files']);
    expect(found(loadAt('HEAD', repo.options, ['roles/binary.yaml/x']))).toEqual([
      'error roles/binary.yaml/x:1:1 missing',
    ]);
  });

  it('reads a file that is larger than what may be read without reading all of it', () => {
    const repo = repository();
    repo.commit({ 'roles/big.json': `start${' '.repeat(3 * 1024 * 1024)}` });
    const { calls, run } = recorded();
    const bytes = gitSource('HEAD', { ...repo.options, run }).read('roles/big.json', 4096);
    expect(bytes).toHaveLength(4096);
    expect(calls.at(-1)?.maxBytes).toBe(4096);
    expect(Buffer.from(bytes).toString()).toMatch(/^start /);
  });

  it('keeps files of equal content apart by their paths', () => {
    const repo = repository();
    repo.commit({ 'roles/targets.yaml': dintero, 'roles/a.yaml': file('one'), 'roles/b.yaml': file('one') });
    expect(found(loadAt('HEAD', repo.options))).toEqual(['error roles/b.yaml:4:13 duplicate-role']);
  });

  it('refuses a name that is not UTF-8, and a tree that holds one name twice', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': dintero });
    const blob = repo.git('rev-parse', 'HEAD:roles/a.yaml').trim();
    const bytes = Buffer.from(blob, 'hex');
    const entry = (name: Buffer) => Buffer.concat([Buffer.from('100644 '), name, Buffer.from([0]), bytes]);
    const commitOf = (...entries: readonly Buffer[]) => {
      writeFileSync(join(repo.folder, 'tree'), Buffer.concat(entries));
      const tree = repo.git('hash-object', '-t', 'tree', '-w', '--literally', 'tree').trim();
      return repo.git('commit-tree', tree, '-m', 'odd').trim();
    };
    const odd = commitOf(entry(Buffer.from([0x61, 0xff, 0x2e, 0x79, 0x6d, 0x6c])));
    expect(messages(loadAt(odd, repo.options, ['.']))).toMatch(/its name is not UTF-8/);
    const twice = commitOf(entry(Buffer.from('a.yaml')), entry(Buffer.from('a.yaml')));
    expect(messages(loadAt(twice, repo.options, ['.']))).toMatch(/holds `a.yaml` twice/);
  });

  it('hands git nothing of the environment but where programs and settings are', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': `${dintero}roles:\n${role('one')}` });
    const other = repository();
    other.commit({ 'roles/a.yaml': `${dintero}roles:\n${role('other')}` });
    const { calls, run } = recorded();
    const environment = {
      ...repo.options.environment,
      DINTERO_TOKEN: 's3cret',
      GITHUB_TOKEN: 's3cret',
      GIT_DIR: join(other.folder, '.git'),
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_TRACE: join(repo.folder, 'trace'),
    };
    expect(rolesIn(loadAt('HEAD', { ...repo.options, environment, run }))).toEqual(['one']);
    expect(JSON.stringify(calls)).not.toContain('s3cret');
    for (const call of calls) {
      expect(Object.keys(call.environment).sort()).toEqual([
        'GIT_ALLOW_PROTOCOL',
        'GIT_CONFIG_NOSYSTEM',
        'GIT_NO_LAZY_FETCH',
        'GIT_OPTIONAL_LOCKS',
        'GIT_TERMINAL_PROMPT',
        'HOME',
        'LC_ALL',
        'PATH',
      ]);
    }
  });

  it('is not led astray by replaced objects', () => {
    const repo = repository();
    const good = repo.commit({ 'roles/a.yaml': `${dintero}roles:\n${role('one')}` });
    const bad = repo.commit({ 'roles/a.yaml': `${dintero}roles:\n${role('two')}` });
    repo.git('replace', good, bad);
    expect(rolesIn(loadAt(good, repo.options))).toEqual(['one']);
  });

  it('fetches nothing that a partial clone lacks, and says so', () => {
    const origin = repository();
    origin.commit({ 'roles/a.yaml': dintero });
    origin.git('config', 'uploadpack.allowFilter', 'true');
    const clone = repository();
    clone.git('remote', 'add', 'origin', `file://${origin.folder}`);
    clone.git('fetch', '--quiet', '--filter=blob:none', 'origin', 'main');
    const config = loadAt('FETCH_HEAD', clone.options);
    expect(found(config)).toEqual(['error roles:1:1 unreadable']);
    expect(messages(config)).toMatch(/holds only part of the objects.*--filter/);
    expect(clone.git('rev-list', '--objects', '--missing=print', 'FETCH_HEAD')).toMatch(/^\?/m);
  });

  it('takes no object for another, whatever git answers', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': dintero, 'roles/b.yaml': file('b') });
    const blob = repo.git('rev-parse', 'HEAD:roles/b.yaml').trim();
    const { run } = recorded();
    const lying: typeof run = (call) => {
      const answer = run(call);
      return call.args.includes('--batch')
        ? { ...answer, stdout: Buffer.from(answer.stdout.toString().replace(blob, '0'.repeat(40))) }
        : answer;
    };
    const config = loadAt('HEAD', { ...repo.options, run: lying });
    expect(config.problems.every(({ code }) => code === 'unreadable')).toBe(true);
    expect(config.problems.length).toBeGreaterThan(0);
  });

  it('takes no folder of the working tree for a repository of its own', () => {
    const repo = repository();
    repo.commit({ 'roles/a.yaml': dintero });
    const evil = join(repo.folder, 'evil');
    repo.git('clone', '--quiet', '--bare', repo.folder, evil);
    expect(() => gitSource('HEAD', { ...repo.options, cwd: evil })).toThrow(/bare repository/);
  });

  it.skipIf(process.getuid?.() !== 0)('says what to do where git does not trust the owner of the folder', () => {
    const repo = repository(join(temporary(), 'repo'));
    repo.commit({ 'roles/a.yaml': dintero });
    chownSync(repo.folder, 12345, 12345);
    chownSync(join(repo.folder, '.git'), 12345, 12345);
    expect(() => gitSource('HEAD', repo.options)).toThrow(/safe\.directory/);
  });
});
