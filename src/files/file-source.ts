/** How role files are reached, be it on a disk or in a commit, and how the ways in which that fails are worded. */

import type { Problem } from '../core/problem.ts';
import { type Location, problem, wholeFile } from '../core/problem.ts';
import { codeOf } from '../core/record.ts';
import { shown } from '../core/text.ts';

/** Paths have forward slashes and are relative to one root, or absolute. Functions throw errors that have a Node `code`. */
export interface FileSource {
  /** Follows links. Throws ENOENT where nothing is. */
  readonly stat: (path: string) => { readonly kind: 'file' | 'folder' | 'other'; readonly size: number };
  /** Names in a folder. */
  readonly list: (folder: string) => readonly string[];
  /** At most `limit` bytes of a file. */
  readonly read: (path: string, limit: number) => Uint8Array;
  /** The path with all links resolved, for comparison only. */
  readonly real: (path: string) => string;
}

export const limits = { bytes: 1024 * 1024, files: 2000, entries: 20_000, depth: 32, total: 16 * 1024 * 1024 } as const;

/** What is wrong with files as such, collected. */
export interface FileProblems {
  readonly problems: readonly Problem[];
  readonly add: (path: string, code: string, message: string, severity?: Problem['severity']) => void;
  /**
   * Runs an action on a file. What fails is an error, and the result is undefined: nothing that cannot be read is passed
   * over, because a role that is not seen must never look like a role that is gone.
   */
  readonly attempt: <T>(path: string, action: () => T) => T | undefined;
}

export function createFileProblems(): FileProblems {
  const problems: Problem[] = [];
  const add: FileProblems['add'] = (path, code, message, severity) => {
    const place: Location = wholeFile(path);
    problems.push(problem(place, code, message, severity));
  };
  return {
    problems,
    add,
    attempt: (path, action) => {
      try {
        return action();
      } catch (error) {
        add(path, 'unreadable', `${shown(path)} cannot be read: ${reason(error)}`);
        return undefined;
      }
    },
  };
}

/** Nothing is there, for certain. */
export function isMissing(path: string, source: FileSource): boolean {
  try {
    source.stat(path);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
  }
}

/** An error as a FileSource throws it. With the code 'git', `message` is the reason, in plain words. */
export function fileError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'it is a link that leads back to itself',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ERR_INVALID_ARG_VALUE: 'it is not a valid path',
  'not-a-file': 'it is not a regular file',
  'too-large': `it is larger than ${limits.bytes / 1024 / 1024} MiB`,
};

/** In plain words; what is not a fault of the file is a bug and is thrown on. */
function reason(error: unknown): string {
  const code = error instanceof Error ? codeOf(error) : undefined;
  if (!(error instanceof Error) || code === undefined) throw error;
  return code === 'git' ? error.message : (reasons[code] ?? code);
}
