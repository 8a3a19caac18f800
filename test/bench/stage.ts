/** A sandbox with a folder of role files beside it, and commands run there as processes of their own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SandboxRequest, startSandbox } from '../support/sandbox.ts';
import { type Measured, measure } from './measure.ts';
import { type Difference, live, none, type Size, writeFiles } from './world.ts';

/** Milliseconds before each answer. */
export const latency = 20;

export interface Stage {
  readonly run: (argv: readonly string[]) => Promise<Run>;
  readonly cwd: string;
  readonly sandbox: Sandbox;
  readonly environment: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

export interface Run extends Measured {
  readonly requests: readonly SandboxRequest[];
  /** Seconds from the first request to the last answer. */
  readonly network: number;
}

/** `inGit`: the files that equal what is live are committed, those that differ are in the working tree. */
export async function stage(
  root: string,
  size: Size,
  difference: Difference,
  { inGit = false }: { readonly inGit?: boolean } = {},
): Promise<Stage> {
  const { state, environment } = live(size, difference);
  const sandbox = await startSandbox({ state, latency });
  const cwd = mkdtempSync(join(tmpdir(), 'rolesync-bench-'));
  if (inGit) {
    writeFiles(cwd, sandbox.origin, size, none);
    const git = (...argv: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...argv], { cwd });
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'base');
  }
  writeFiles(cwd, sandbox.origin, size, difference, { keep: inGit });
  let seen = 0;
  return {
    cwd,
    sandbox,
    environment,
    run: async (argv) => {
      const measured = await measure(root, [join(root, 'dist/rolesync.js'), ...argv], { cwd, environment });
      const requests = sandbox.requests.slice(seen);
      seen = sandbox.requests.length;
      const first = requests.reduce((least, { arrived }) => Math.min(least, arrived), Number.POSITIVE_INFINITY);
      const last = requests.reduce((most, { answered }) => Math.max(most, answered), 0);
      return { ...measured, requests, network: requests.length === 0 ? 0 : (last - first) / 1000 };
    },
    close: async () => {
      await sandbox.close();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

/** Seconds that the requests of a plan take where nothing else is done: a loop of its own process sends them again. */
export async function bareLoop(root: string, { cwd, sandbox, environment }: Stage, run: Run): Promise<number> {
  const prefix = `${sandbox.origin}/dintero/v1`;
  const basic = Buffer.from(`${environment['DINTERO_CLIENT_ID']}:${environment['DINTERO_CLIENT_SECRET']}`).toString(
    'base64',
  );
  const byAccount = new Map<string, { login: object; pages: string[] }>();
  for (const { method, path, query, body } of run.requests) {
    const account = path.split('/')[2] ?? '';
    const url = `${prefix}${path}`;
    if (method === 'POST') byAccount.set(account, { login: { url, basic, body }, pages: [] });
    else byAccount.get(account)?.pages.push(`${url}?${new URLSearchParams(query)}`);
  }
  const input = JSON.stringify({ accounts: [...byAccount.values()], concurrency: 8 });
  const { stdout, stderr, code } = await measure(root, [join(root, 'test/bench/bare.js')], { cwd, input });
  if (code !== 0) throw new Error(`the bare loop failed: ${stderr}`);
  return Number(stdout);
}
