import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'rolesync-package-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const manifest: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The digests of what a copy of the sources in a folder of another name is built to. */
function built(name: string): ReadonlyMap<string, string> {
  const copy = join(scratch, name);
  for (const part of ['src', 'scripts', 'schemas', 'docs', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  // Hard links: a symbolic one would lead the bundler back to this folder.
  execFileSync('cp', ['-al', join(root, 'node_modules'), join(copy, 'node_modules')]);
  execFileSync(process.execPath, ['scripts/build.js'], { cwd: copy, stdio: 'pipe' });
  const dist = join(copy, 'dist');
  return new Map(
    readdirSync(dist, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [file.slice(dist.length), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

describe('the package', () => {
  it('holds these files and no others', () => {
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--dry-run', '--ignore-scripts'], { cwd: root, encoding: 'utf8' }),
    );
    const allowed =
      /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/rolesync\.js|dist\/THIRD-PARTY\.txt|dist\/chunks\/[\w-]+\.js|schemas\/[\w-]+\.schema\.json|docs\/(?!pictures\/)[\w/-]+\.(?:md|yml|sh|mjs))$/;
    const paths: readonly string[] = packed.files.map((file: { readonly path: string }) => file.path);
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['dist/rolesync.js', 'schemas/roles.schema.json', 'LICENSE']));
  });

  it('needs no other package, and runs nothing when it is installed', () => {
    const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundleDependencies'];
    expect(kinds.filter((kind) => kind in manifest)).toEqual([]);
    const scripts = Object.keys(manifest['scripts'] ?? {});
    // npm warns of `prepare`, too, where a tarball is installed.
    const atInstall = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare'];
    expect(scripts.filter((name) => atInstall.includes(name))).toEqual([]);
  });

  it('is had by the lines of the README, in an empty folder outside the clone, without any script', () => {
    const repository = join(scratch, 'repository');
    mkdirSync(repository);
    const npm = (...argv: readonly string[]) =>
      execFileSync('npm', [...argv, '--ignore-scripts', '--no-audit', '--no-fund'], {
        cwd: repository,
        encoding: 'utf8',
      });
    // What `npm pack` runs first is built already.
    const [packed] = JSON.parse(npm('pack', root, '--json'));
    const lines = readFileSync(join(root, 'README.md'), 'utf8').split('\n');
    const line = lines.find((one) => one.startsWith('npm i -D ../rolesync/')) ?? '';
    const [, , flag = '', tarball = ''] = line.split(' ');
    expect(tarball.split('/').at(-1)).toBe(packed.filename);
    npm('init', '-y');
    npm('i', flag, '--offline', `./${packed.filename}`);
    expect(lines).toContain('npx rolesync --version');
    const version = execFileSync('npx', ['--no-install', 'rolesync', '--version'], {
      cwd: repository,
      encoding: 'utf8',
    });
    expect(version.trim()).toBe(manifest['version']);
    expect(readdirSync(join(repository, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['rolesync']);
  });

  it('is byte for byte the same when it is built twice, in two folders', () => {
    expect(built('one/deep/folder')).toEqual(built('another'));
  });
});
