/** New files on the disk: all of them or none, and never in place of an existing one. */
import { closeSync, fsyncSync, mkdirSync, openSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Failure } from '../core/failure.ts';
import { codeOf } from '../core/record.ts';
import { shown } from '../core/text.ts';

export interface NewContent {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/**
 * Creates the files, folders included, and runs `then`. When anything fails, `then` too, they are gone again.
 * @throws Failure 'config' where a file is there already or cannot be written.
 */
export function createFiles(files: readonly NewContent[], cwd: string, then: () => void = () => undefined): void {
  const made: (() => void)[] = [];
  try {
    for (const { path, content } of files) attempt(path, () => create(resolve(cwd, path), content, made));
    then();
  } catch (error) {
    for (const undo of made.reverse()) undo();
    throw error;
  }
}

function create(at: string, content: string | Uint8Array, made: (() => void)[]): void {
  const first = mkdirSync(dirname(at), { recursive: true });
  if (first !== undefined) made.push(() => removeFolders(dirname(at), first));
  // Never through a link or into an existing file.
  const file = openSync(at, 'wx');
  made.push(() => rmSync(at, { force: true }));
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** As far as they are empty: what somebody put there in the meantime stays. */
function removeFolders(folder: string, first: string): void {
  try {
    for (let at = folder; at.length >= first.length; at = dirname(at)) rmdirSync(at);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const why = code === 'EEXIST' ? 'already exists and is not overwritten' : `cannot be written (${code})`;
    throw new Failure('config', `${shown(path)} ${why}; no file was written`, { cause: error });
  }
}
