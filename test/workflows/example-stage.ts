/** What the examples run against: the sandbox as people start it, and a repository with a branch to be merged. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, onTestFinished } from 'vitest';
import { createOrigin, type Origin } from '../github/repository.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** The sandbox as people start it, with what it printed to paste. */
export interface Stand {
  readonly variables: Readonly<Record<string, string>>;
  /** Writes to roles and permissions since the last call, as the request log shows them. */
  readonly writes: () => number;
}

const command = resolve('dist/rolesync.js');

/** A folder of the test file's own, and a path that finds `rolesync`; both gone after its tests. Other files may share this module. */
export function makeHome(): { readonly home: string; readonly path: string } {
  const home = mkdtempSync(join(tmpdir(), 'rolesync-examples-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));
  const bin = join(home, 'bin');
  mkdirSync(bin);
  symlinkSync(command, join(bin, 'rolesync'));
  return { home, path: `${bin}:${process.env['PATH']}` };
}

export async function sandbox(): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'rolesync-sandbox-'));
  // A file, because what runs below blocks this process while the sandbox writes its log.
  const log = join(folder, 'log');
  const output = openSync(log, 'w');
  const child = spawn(process.execPath, [command, 'sandbox', '--port', '0'], { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const printed = () => readFileSync(log, 'utf8');
  while (!/^export ROCKETCHAT_TOKEN=.*\n/m.test(printed())) {
    if (child.exitCode !== null) throw new Error('the sandbox did not start');
    await wait(20);
  }
  const exported = [...printed().matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)];
  let seen = 0;
  return {
    variables: Object.fromEntries(exported.map(([, name = '', value = '']) => [name, value])),
    writes: () => {
      const lines = printed().split('\n');
      const sent = lines.filter((line) => /(?:POST|PUT|DELETE) .*(?:roles|permissions\.update)/.test(line));
      const fresh = sent.length - seen;
      seen = sent.length;
      return fresh;
    },
  };
}

/** A repository whose default branch has the targets and what else is given, and a branch `support` with the first roles. */
export function repository(more: Readonly<Record<string, string>> = {}): Origin {
  const origin = createOrigin();
  onTestFinished(origin.remove);
  const file = (name: string) => readFileSync(`roles/${name}.yaml`, 'utf8');
  const targets = (name: string) => file(name).replace(/^roles:[\s\S]*/m, '');
  origin.commit({ 'roles/dintero.yaml': targets('dintero'), 'roles/rinne.yaml': targets('rinne'), ...more });
  origin.push();
  origin.commit({ 'roles/dintero.yaml': file('dintero'), 'roles/rinne.yaml': file('rinne') }, { branch: 'support' });
  origin.push('support');
  return origin;
}
