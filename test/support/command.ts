/** Runs the command line in this process, as a person or a CI job would, and keeps what it printed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../../src/cli.ts';
import type { Io } from '../../src/io.ts';
import type { Table } from '../../src/table.ts';

export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the person at the terminal answers; without it there is no terminal. */
  readonly answer?: string | (() => string | Promise<string>);
  readonly signal?: AbortSignal;
  readonly terminal?: boolean;
  /** Milliseconds since the epoch; default: the clock. */
  readonly now?: () => number;
  /** Default: the providers that are shipped. */
  readonly table?: Table;
}

export async function rolesync(argv: readonly string[], world: World): Promise<Printed> {
  const printed = { stdout: '', stderr: '' };
  const { answer } = world;
  const output = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      printed[stream] += text;
    },
    isTerminal: world.terminal === true,
    columns: 80,
  });
  const io: Io = {
    cwd: world.cwd,
    environment: world.environment ?? {},
    stdout: output('stdout'),
    stderr: output('stderr'),
    ask: answer === undefined ? undefined : async () => (typeof answer === 'function' ? answer() : answer),
    signal: world.signal ?? new AbortController().signal,
    now: world.now ?? Date.now,
  };
  const code = await run(argv, io, world.table);
  return { code, ...printed };
}

/** A folder with these files, gone after the test. */
export function folder(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'rolesync-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  return root;
}

export function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
