/** Files of the disk replaced together: all of them or none, each in one step, as readable and writable as before. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../core/failure.ts';
import { shown } from '../core/text.ts';

export interface Replacement {
  readonly path: string;
  /** What is in the file, as far as the caller knows. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/**
 * `check` looks at what was written and says what is wrong with it; then, and when anything fails, all files are as before.
 * @throws Failure 'config' that says what happened and that the files are as they were.
 */
export function replaceFiles(
  replacements: readonly Replacement[],
  cwd: string,
  check: () => string | undefined = () => undefined,
): void {
  // A link stays a link: what it leads to is replaced.
  const files = replacements.map((one) => ({
    ...one,
    at: attempt(one.path, () => realpathSync(resolve(cwd, one.path))),
  }));
  const drafts = new Map<string, string>();
  const replaced: typeof files = [];
  try {
    for (const { path, at, after } of files) attempt(path, () => draft(at, after, drafts));
    for (const { path, at, before } of files) {
      if (!attempt(path, () => readFileSync(at)).equals(before)) {
        throw new Failure(
          'moved',
          `${shown(path)} was changed in the meantime; nothing was written; run the command again`,
        );
      }
    }
    for (const file of files) {
      attempt(file.path, () => renameSync(drafts.get(file.at) ?? '', file.at));
      replaced.push(file);
    }
    const fault = check();
    if (fault !== undefined) throw new Failure('config', `${fault}; the files are as they were`);
  } catch (error) {
    for (const { path, at, before } of replaced) attempt(path, () => restore(at, before));
    throw error;
  } finally {
    for (const left of drafts.values()) rmSync(left, { force: true });
  }
}

/** Beside the file, so that a rename does not cross a file system; hidden, so that nobody reads it as a role file. */
function draft(at: string, content: Uint8Array, drafts: Map<string, string>): void {
  const path = join(dirname(at), `.${basename(at)}.rolesync-${drafts.size}.tmp`);
  const { mode } = statSync(at);
  // Never through a link or into a file that somebody has put there.
  const file = openSync(path, 'wx', 0o600);
  drafts.set(at, path);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  chmodSync(path, mode & 0o7777);
}

function restore(at: string, before: Uint8Array): void {
  const drafts = new Map<string, string>();
  draft(at, before, drafts);
  renameSync(drafts.get(at) ?? '', at);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    if (code === undefined) throw error;
    throw new Failure('config', `${shown(path)} cannot be written (${code}); the files are as they were`);
  }
}
