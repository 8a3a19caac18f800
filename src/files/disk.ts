/** Role files on disk. */
import { closeSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { FileSource } from './file-source.ts';

/** Paths are relative to `cwd`. */
export function disk(cwd: string): FileSource {
  const at = (path: string) => resolve(cwd, path);
  return {
    stat: (path) => {
      const stats = statSync(at(path));
      return { kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other', size: stats.size };
    },
    list: (folder) => readdirSync(at(folder)),
    read: (path, limit) => {
      const file = openSync(at(path), 'r');
      try {
        return readAll(file, limit);
      } finally {
        closeSync(file);
      }
    },
    real: (path) => slashes(realpathSync.native(at(path))),
  };
}

/** A path below `cwd` as one types it there; any other path as it was given. */
export function typed(cwd: string, path: string): string {
  const inside = relative(cwd, resolve(cwd, path));
  return slashes(inside.startsWith('..') || resolve(inside) === inside ? path : inside || '.');
}

function readAll(file: number, limit: number): Uint8Array {
  const bytes = Buffer.alloc(limit);
  let length = 0;
  for (let read = -1; read !== 0 && length < limit; length += read) {
    read = readSync(file, bytes, length, limit - length, null);
  }
  return bytes.subarray(0, length);
}

function slashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
