/** Role files in a git revision: blobs of one commit, never a checkout, and nothing of the working tree. */
import { isAbsolute, posix, relative, sep } from 'node:path';
import { type FileSource, fileError, limits } from './file-source.ts';
import { prefixOf, resolveRev } from './git-rev.ts';
import { type GitOptions, git } from './git-run.ts';
import { createTree, failed, type TreeEntry } from './git-tree.ts';

export { resolveRev } from './git-rev.ts';

/** `commit` is the full id of what is read. */
export interface Revision extends FileSource {
  readonly commit: string;
}

/**
 * Paths are relative to `cwd`, which may be below the top of its repository. Symbolic links and submodules are errors of
 * the file. One process lists each path that is given, one more reads all role files.
 * @throws Failure 'config' where the revision, the repository, or git is missing.
 */
export function gitSource(rev: string, options: GitOptions): Revision {
  const commit = resolveRev(rev, options);
  const prefix = prefixOf(options);
  const tree = createTree(commit, options);
  const blobs = new Map<string, Uint8Array>();
  const at = (path: string) => inRepository(path, prefix, options.cwd);
  return {
    commit,
    stat: (path) => {
      const { kind, size } = tree.entry(at(path));
      return { kind: kind === 'file' || kind === 'folder' ? kind : 'other', size };
    },
    list: (folder) => tree.names(at(folder)),
    read: (path, limit) => {
      const entry = tree.entry(at(path));
      if (entry.kind === 'folder') throw fileError('EISDIR');
      if (entry.size > limits.bytes) return beginning(entry, limit, options);
      if (!blobs.has(entry.object)) readBlobs(batch(entry, tree.seen(), blobs), blobs, options);
      return (blobs.get(entry.object) ?? Buffer.alloc(0)).subarray(0, limit);
    },
    real: (path) => `/${at(path)}`,
  };
}

function inRepository(path: string, prefix: string, cwd: string): string {
  const below = isAbsolute(path) ? relative(cwd, path) : path;
  if (isAbsolute(below)) throw fileError('git', 'it is outside the repository');
  const slashes = sep === '/' ? below : below.replaceAll(sep, '/');
  const full = posix.normalize(`${prefix}${slashes}`).replace(/\/$/, '');
  if (full === '..' || full.startsWith('../')) throw fileError('git', 'it is outside the repository');
  return full === '.' ? '' : full;
}

/** Of a file that is too large to be a role file; a warning may want to know how it begins. */
function beginning({ object }: TreeEntry, limit: number, options: GitOptions): Uint8Array {
  const answer = git(['cat-file', 'blob', object], options, { maxBytes: limit });
  if (answer.status !== 0 && answer.error !== 'ENOBUFS') throw failed(answer);
  return answer.stdout.subarray(0, limit);
}

/** The file, and with it all that will probably be read next. */
function batch(
  wanted: TreeEntry,
  seen: Iterable<TreeEntry>,
  known: ReadonlyMap<string, Uint8Array>,
): readonly TreeEntry[] {
  const together = new Map([[wanted.object, wanted]]);
  let total = wanted.size;
  for (const entry of seen) {
    if (entry.kind !== 'file' || entry.size > limits.bytes || !likely(entry.path)) continue;
    if (known.has(entry.object) || together.has(entry.object)) continue;
    total += entry.size;
    if (total > limits.total || together.size >= limits.files) break;
    together.set(entry.object, entry);
  }
  return [...together.values()];
}

/** Role files, and what people take for one. */
function likely(path: string): boolean {
  return /(?:ya?ml[^/]*|\.jsonc?)$/i.test(path) && !/(?:^|\/)(?:\.|node_modules\/)/.test(path);
}

function readBlobs(entries: readonly TreeEntry[], blobs: Map<string, Uint8Array>, options: GitOptions): void {
  const input = entries.map(({ object }) => `${object}\n`).join('');
  const maxBytes = entries.reduce((sum, { object, size }) => sum + size + object.length + 64, 0);
  const answer = git(['cat-file', '--batch'], options, { input, maxBytes });
  if (answer.status !== 0) throw failed(answer);
  let at = 0;
  for (const { object, size } of entries) {
    // `<id> blob <size>`, the bytes, and a line break; or `<id> missing`.
    const start = answer.stdout.indexOf(0x0a, at) + 1;
    const header = answer.stdout.subarray(at, start).toString('latin1');
    if (header !== `${object} blob ${size}\n`) throw failed({ ...answer, stderr: `error: ${header}` });
    blobs.set(object, answer.stdout.subarray(start, start + size));
    at = start + size + 1;
  }
}
