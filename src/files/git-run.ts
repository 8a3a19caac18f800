/** Runs git to read objects, and for nothing else: no network, no prompt, no hook, no write, and none of the caller's secrets. */
import { spawnSync } from 'node:child_process';

export interface GitOptions {
  readonly cwd: string;
  /** Of the caller; little of it is passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default: the `git` that the PATH leads to. */
  readonly run?: RunGit;
}

export interface GitCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly input: string;
  /** Of standard output; git is ended where it says more. */
  readonly maxBytes: number;
}

export interface GitAnswer {
  /** null: git was ended, or could not be started. */
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Node's code of what went wrong with the process itself: ENOENT, ENOBUFS, … */
  readonly error?: string;
}

export type RunGit = (call: GitCall) => GitAnswer;

interface Extent {
  readonly input?: string;
  readonly maxBytes?: number;
}

/** Never throws: whoever asks knows what a failure means. `args` begin with the name of a git command. */
export function git(
  args: readonly string[],
  { cwd, environment, run = runGit }: GitOptions,
  { input = '', maxBytes = 1024 * 1024 }: Extent = {},
): GitAnswer {
  return run({ args: [...safety, ...args], cwd, environment: sparse(environment), input, maxBytes });
}

const safety: readonly string[] = [
  '--no-pager',
  // What a commit holds must not depend on `refs/replace` of this clone.
  '--no-replace-objects',
  '--literal-pathspecs',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.warnAmbiguousRefs=true'].flatMap((one) => ['-c', one]),
  // A pull request can hold a folder that looks like a bare repository with a configuration of its own.
  ...['-c', 'safe.bareRepository=explicit'],
];

/**
 * `HOME` and `XDG_CONFIG_HOME` for the user's `safe.directory`, the rest so that a process starts at all. Not passed on:
 * credentials and tokens, and every `GIT_…` (`GIT_DIR`, `GIT_CONFIG_COUNT`, `GIT_OBJECT_DIRECTORY`, `GIT_TRACE`, …), which
 * would let a variable choose the repository, its configuration, or where to write.
 */
const kept = new Set([
  'PATH',
  'HOME',
  'XDG_CONFIG_HOME',
  ...['USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'SYSTEMROOT', 'PATHEXT'],
]);

const fixed: Readonly<Record<string, string>> = {
  // Messages are read.
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // A partial clone would fetch what is missing. git before 2.45 knows the first one not, but no version has a protocol.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
};

function sparse(environment: GitOptions['environment']): Readonly<Record<string, string>> {
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && kept.has(name.toUpperCase()) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(passed), ...fixed };
}

/** The `git` that the PATH of the call's environment leads to. */
export function runGit({ args, cwd, environment, input, maxBytes }: GitCall): GitAnswer {
  const { status, stdout, stderr, error } = spawnSync('git', args, {
    cwd,
    env: { ...environment },
    input,
    maxBuffer: maxBytes,
    windowsHide: true,
  });
  return {
    status,
    stdout: stdout ?? Buffer.alloc(0),
    stderr: stderr?.toString('utf8') ?? '',
    ...(error !== undefined && { error: 'code' in error ? String(error.code) : error.message }),
  };
}
