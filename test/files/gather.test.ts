import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { load } from '../../src/config/index.ts';
import { limits } from '../../src/files/file-source.ts';
import { dintero, found, language, loadFiles, messages } from '../config/memory.ts';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'rolesync-'));
});

afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
}

const roles = 'provider: dintero\ntargets: [acme]\n';

describe('files on disk', () => {
  it('reads a folder recursively and sorted, without dot-entries and node_modules', () => {
    put({
      'roles/b.yaml': dintero,
      'roles/a.yml': roles,
      'roles/sub/c.yaml': roles,
      'roles/.hidden.yaml': 'x',
      'roles/.git/d.yaml': 'x',
      'roles/node_modules/e.yaml': 'x',
      'roles/README.md': 'provider: roles:',
    });
    const { files, problems } = load([], { language, cwd });
    expect(problems).toEqual([]);
    expect(files).toEqual(['roles/a.yml', 'roles/b.yaml', 'roles/sub/c.yaml']);
  });

  it('names files as one types them, however the path was given', () => {
    put({ 'roles/a.yaml': dintero, 'roles/sub/b.yaml': roles });
    for (const paths of [['./roles/'], [join(cwd, 'roles')], ['roles/sub/..'], ['.'], ['roles', 'roles/a.yaml']]) {
      expect(load(paths, { language, cwd }).files, String(paths)).toEqual(['roles/a.yaml', 'roles/sub/b.yaml']);
    }
    const outside = join(cwd, 'roles/a.yaml');
    expect(load([outside], { language, cwd: join(cwd, 'roles/sub') }).files).toEqual([outside]);
    expect(load(['../a.yaml'], { language, cwd: join(cwd, 'roles/sub') }).files).toEqual(['../a.yaml']);
  });

  it('makes a missing path an error, the default folder too', () => {
    expect(found(load([], { language, cwd }))).toEqual(['error roles:1:1 missing']);
    expect(messages(load(['rolse'], { language, cwd }))).toContain('rolse cannot be read: there is nothing there');
  });

  it('makes a folder without role files an error', () => {
    put({ 'roles/README.md': 'x' });
    expect(found(load([], { language, cwd }))).toEqual(['error roles:1:1 no-files']);
  });

  it('warns of a file that looks like a role file but is not read', () => {
    put({
      'roles/a.yaml': dintero,
      'roles/b.yaml.txt': roles,
      'roles/c.YAML': roles,
      'roles/d.json': '{"provider": "dintero", "targets": []}',
      'roles/e.yml.bak': roles,
      'roles/package.json': '{"name": "x"}',
      'roles/f.yaml.swp': 'something else',
      'roles/notes.txt': roles,
    });
    expect(found(load([], { language, cwd }))).toEqual(
      ['b.yaml.txt', 'c.YAML', 'd.json', 'e.yml.bak'].map((name) => `warning roles/${name}:1:1 not-read`),
    );
  });

  it('refuses links that leave the folder, to files and to folders', () => {
    put({ 'roles/a.yaml': dintero, 'elsewhere/b.yaml': roles, 'roles-too/c.yaml': roles });
    symlinkSync('../elsewhere/b.yaml', join(cwd, 'roles/b.yaml'));
    symlinkSync('../roles-too', join(cwd, 'roles/c'));
    expect(found(load([], { language, cwd }))).toEqual(['error roles/b.yaml:1:1 link', 'error roles/c:1:1 link']);
  });

  it('reads what a link inside the folder leads to once, under its real name', () => {
    put({ 'roles/a.yaml': dintero, 'roles/sub/b.yaml': roles, 'roles/.hidden/c.yaml': roles });
    symlinkSync('sub/b.yaml', join(cwd, 'roles/0.yaml'));
    symlinkSync('.hidden/c.yaml', join(cwd, 'roles/owned.yaml'));
    symlinkSync('..', join(cwd, 'roles/sub/loop'));
    const { files, problems } = load([], { language, cwd });
    expect(problems).toEqual([]);
    expect(files).toEqual(['roles/.hidden/c.yaml', 'roles/a.yaml', 'roles/sub/b.yaml']);
  });

  it('makes links to nothing and to themselves errors', () => {
    put({ 'roles/a.yaml': dintero });
    symlinkSync('nothing.yaml', join(cwd, 'roles/b.yaml'));
    symlinkSync('c.yaml', join(cwd, 'roles/c.yaml'));
    const config = load([], { language, cwd });
    expect(found(config)).toEqual(['error roles/b.yaml:1:1 unreadable', 'error roles/c.yaml:1:1 unreadable']);
    expect(messages(config)).toContain('leads back to itself');
  });

  it('does not wait for a pipe', () => {
    put({ 'roles/a.yaml': dintero });
    execFileSync('mkfifo', [join(cwd, 'roles/b.yaml')]);
    expect(found(load([], { language, cwd }))).toEqual(['error roles/b.yaml:1:1 unreadable']);
    expect(found(load(['roles/b.yaml'], { language, cwd }))).toEqual(['error roles/b.yaml:1:1 unreadable']);
  });

  it('takes by name what a folder takes, and nothing else', () => {
    put({ 'roles/a.yaml': dintero, 'roles/b.yaml.txt': roles, 'roles/c.YAML': roles, 'roles/d\u202elmay.yaml': roles });
    for (const name of ['b.yaml.txt', 'c.YAML']) {
      const config = load(['roles/a.yaml', `roles/${name}`], { language, cwd });
      expect(found(config)).toEqual([`error roles/${name}:1:1 file-name`]);
      expect(messages(config)).toBe(
        `roles/${name} is not read: the name of a role file ends in .yaml or .yml: rename it`,
      );
    }
    expect(found(load(['roles/d\u202elmay.yaml'], { language, cwd }))).toEqual([
      'error roles/d\u202elmay.yaml:1:1 file-name',
    ]);
    expect(load(['roles/a.yaml'], { language, cwd }).problems).toEqual([]);
  });

  it('refuses standard input and what a shell substitutes, and says what to do', () => {
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    for (const path of ['/dev/stdin', '/dev/null', 'pipe']) {
      const config = load([path], { language, cwd });
      expect(found(config)).toEqual([`error ${path}:1:1 file-name`]);
      expect(messages(config)).toBe(
        `${path} is not read: role files are regular files; save it as a file whose name ends in .yaml or .yml`,
      );
    }
  });

  it('refuses the pipe of a process substitution, which leads to no path', () => {
    const source = {
      stat: () => ({ kind: 'other' as const, size: 0 }),
      list: () => [],
      read: () => new Uint8Array(),
      real: () => {
        throw Object.assign(new Error('no'), { code: 'ENOENT' });
      },
    };
    expect(messages(load(['/dev/fd/63'], { language, cwd: '/work', source }))).toContain(
      '/dev/fd/63 is not read: role files are',
    );
  });

  it('refuses a path with a zero byte instead of throwing', () => {
    expect(found(load(['a\0b'], { language, cwd }))).toHaveLength(1);
  });
});

describe('files', () => {
  it('makes every file that cannot be read an error', () => {
    const config = loadFiles({
      'roles/a.yaml': dintero,
      'roles/b.yaml': { fails: 'EACCES' },
      'roles/c.yaml': new Uint8Array([0x61, 0xff]),
      'roles/d.yaml': 'a\0b',
      'roles/e.yaml': { fails: 'EIO' },
    });
    expect(found(config)).toEqual([
      'error roles/b.yaml:1:1 unreadable',
      'error roles/c.yaml:1:1 not-utf8',
      'error roles/d.yaml:1:1 not-text',
      'error roles/e.yaml:1:1 unreadable',
    ]);
    expect(messages(config)).toContain('roles/b.yaml cannot be read: permission denied');
  });

  it('makes a folder that cannot be listed an error', () => {
    const source = {
      stat: () => ({ kind: 'folder' as const, size: 0 }),
      list: () => {
        throw Object.assign(new Error('no'), { code: 'EACCES' });
      },
      read: () => new Uint8Array(),
      real: (path: string) => path,
    };
    expect(found(load([], { language, cwd: '/', source }))).toEqual(['error roles:1:1 unreadable']);
  });

  it('throws on what is not a fault of a file', () => {
    const source = { stat: () => JSON.parse('{'), list: () => [], read: () => new Uint8Array(), real: () => '' };
    expect(() => load([], { language, cwd: '/', source })).toThrow(SyntaxError);
  });

  it('does not call a target unknown when the file that may define it cannot be read', () => {
    expect(found(loadFiles({ 'roles/a.yaml': roles, 'roles/b.yaml': { fails: 'EACCES' } }))).toEqual([
      'error roles/b.yaml:1:1 unreadable',
    ]);
    expect(found(loadFiles({ 'roles/a.yaml': roles, 'roles/b.yaml': 'a: "' }))).toEqual([
      'error roles/b.yaml:1:5 yaml',
    ]);
  });

  it('refuses a file over the limit, many files over the limit, and too many files', () => {
    const comment = (bytes: number) => `${roles}#${'x'.repeat(bytes)}`;
    expect(messages(loadFiles({ 'roles/a.yaml': dintero, 'roles/b.yaml': comment(limits.bytes) }))).toBe(
      'roles/b.yaml cannot be read: it is larger than 1 MiB',
    );
    const large = Object.fromEntries(
      Array.from({ length: 17 }, (_, i) => [`roles/${i}.yaml`, comment(limits.bytes - 100)]),
    );
    expect(messages(loadFiles({ 'roles/a.yaml': dintero, ...large }))).toContain('more than 16 MiB together');
    const many = Object.fromEntries(Array.from({ length: limits.files + 1 }, (_, i) => [`roles/${i}.yaml`, roles]));
    expect(messages(loadFiles(many))).toBe('there are 2001 role files; at most 2000 are read');
  });

  it('refuses file names that do not show what they are', () => {
    expect(found(loadFiles({ 'roles/a.yaml': dintero, 'roles/b\u202elmay.yaml': roles }))).toEqual([
      'error roles/b\u202elmay.yaml:1:1 file-name',
    ]);
  });
});
