/** Git repositories of their own in a temporary folder, for tests; the user's configuration plays no part. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type GitCall, type GitOptions, type RunGit, runGit } from '../../src/files/git-run.ts';

export interface Repository {
  readonly folder: string;
  readonly git: (...args: readonly string[]) => string;
  /** Puts files there (null: takes them away) and commits everything; the id of the commit. */
  readonly commit: (files: Readonly<Record<string, string | Uint8Array | null>>) => string;
  readonly link: (path: string, to: string) => void;
  readonly options: GitOptions & { readonly env: readonly string[] };
}

const made: string[] = [];

export function temporary(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'rolesync-git-')));
  made.push(folder);
  return folder;
}

export function removeTemporary(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function environmentOf(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
}

export function repository(folder = join(temporary(), 'repo')): Repository {
  const environment = environmentOf(dirname(folder));
  mkdirSync(folder, { recursive: true });
  const git: Repository['git'] = (...args) => {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always'];
    return execFileSync('git', [...who, ...args], { cwd: folder, env: environment, encoding: 'utf8', stdio: 'pipe' });
  };
  git('init', '--quiet', '--initial-branch=main');
  const link: Repository['link'] = (path, to) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(to, join(folder, path));
  };
  return {
    folder,
    git,
    link,
    options: { cwd: folder, environment, env: [] },
    commit: (files) => {
      for (const [path, content] of Object.entries(files)) {
        const at = join(folder, path);
        if (content === null) rmSync(at, { recursive: true });
        else {
          mkdirSync(dirname(at), { recursive: true });
          writeFileSync(at, content);
        }
      }
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', 'change');
      return git('rev-parse', 'HEAD').trim();
    },
  };
}

/** The real git, and what it was called with. */
export function recorded(): { readonly calls: GitCall[]; readonly run: RunGit } {
  const calls: GitCall[] = [];
  const run: RunGit = (call) => {
    calls.push(call);
    return runGit(call);
  };
  return { calls, run };
}

/** Which commands of git ran, without their arguments. */
export function commands(calls: readonly GitCall[]): readonly string[] {
  return calls.map(({ args }) => args.find((arg) => /^(?:rev-parse|ls-tree|cat-file)$/.test(arg)) ?? '?');
}
