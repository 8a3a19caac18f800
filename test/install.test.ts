/** What a newcomer sees first: `npm ci`, without a warning. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly optional?: boolean }>>;
}

interface Manifest {
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

function json(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

describe('npm ci', () => {
  it('warns of nothing: every package takes this version of Node', () => {
    const flags = ['--dry-run', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', '--no-update-notifier'];
    const { status, stderr } = spawnSync('npm', ['ci', ...flags], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('leaves no install script undecided', () => {
    const { packages } = json('package-lock.json') as Lock;
    const { allowScripts = {} } = json('package.json') as Manifest;
    const scripted = Object.entries(packages)
      .filter(([, { hasInstallScript, optional }]) => hasInstallScript === true && optional !== true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(scripted).toContain('esbuild');
    expect(scripted.filter((name) => allowScripts[name] === undefined)).toEqual([]);
  });
});
