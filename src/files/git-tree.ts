/** What is where in a commit, as `git ls-tree` says: names, kinds, and sizes. It reads no content. */
import { shown } from '../core/text.ts';
import { fileError } from './file-source.ts';
import { lacksObjects, said } from './git-rev.ts';
import { type GitAnswer, type GitOptions, git } from './git-run.ts';

export interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'submodule' | 'other';
  readonly object: string;
  /** In bytes; 0 for what is not a file. */
  readonly size: number;
}

/** Paths are relative to the top of the repository, without slashes at their ends; '' is the top. */
export interface Tree {
  /** Throws ENOENT where nothing is. */
  readonly entry: (path: string) => TreeEntry;
  readonly names: (folder: string) => readonly string[];
  /** Everything seen so far. */
  readonly seen: () => Iterable<TreeEntry>;
}

const maxListing = 64 * 1024 * 1024;

/** `commit` is a full id. Each path that is asked for is listed once, with all that is below it. */
export function createTree(commit: string, options: GitOptions): Tree {
  const entries = new Map<string, TreeEntry>([['', { path: '', kind: 'folder', object: commit, size: 0 }]]);
  const children = new Map<string, Set<string>>();
  const listed = new Set<string>();

  const look = (path: string) => {
    if (lineage(path).some((one) => listed.has(one))) return;
    const found = list(['-r', '-t', '-l'], commit, path === '' ? [] : [path], options);
    listed.add(path);
    for (const entry of found) {
      entries.set(entry.path, entry);
      const cut = entry.path.lastIndexOf('/');
      const folder = entry.path.slice(0, Math.max(0, cut));
      children.set(folder, (children.get(folder) ?? new Set()).add(entry.path.slice(cut + 1)));
    }
  };

  return {
    entry: (path) => {
      look(path);
      const entry = entries.get(path);
      if (entry === undefined) throw linkAbove(path, commit, options) ?? fileError('ENOENT');
      return readable(entry);
    },
    names: (folder) => {
      look(folder);
      return [...(children.get(folder) ?? [])];
    },
    seen: () => entries.values(),
  };
}

/** A path and the folders it is in, the top included. */
function lineage(path: string): readonly string[] {
  const steps = path === '' ? [] : path.split('/');
  return ['', ...steps.map((_, index) => steps.slice(0, index + 1).join('/'))];
}

function list(flags: readonly string[], commit: string, paths: readonly string[], options: GitOptions) {
  const args = ['ls-tree', ...flags, '-z', '--full-tree', '--end-of-options', commit, ...paths];
  const answer = git(args, options, { maxBytes: maxListing });
  if (answer.status !== 0) throw failed(answer);
  const seen = new Set<string>();
  const records = answer.stdout.toString('utf8').split('\0').slice(0, -1);
  return records.map((record) => {
    const entry = parse(record);
    // Not what git writes, and what a checkout would make of it nobody can tell.
    if (seen.has(entry.path)) throw fileError('git', `the revision holds \`${shown(entry.path)}\` twice`);
    seen.add(entry.path);
    return entry;
  });
}

/** `100644 blob c1b0730e…       5<tab>roles/a.yaml`; without `-l` there is no size. */
function parse(record: string): TreeEntry {
  const [, mode, object, size, path] = /^(\d{6}) \w+ ([0-9a-f]{40,64})(?: +(-|\d+))?\t(.+)$/s.exec(record) ?? [];
  if (mode === undefined || object === undefined || path === undefined) {
    throw fileError('git', `git listed it in an unexpected form: \`${shown(record)}\``);
  }
  const kind = mode.startsWith('100') ? 'file' : (kinds[mode] ?? 'other');
  return { path, kind, object, size: kind === 'file' ? Number(size ?? 0) : 0 };
}

const kinds: Readonly<Record<string, TreeEntry['kind']>> = {
  '040000': 'folder',
  '120000': 'link',
  '160000': 'submodule',
};

function readable(entry: TreeEntry): TreeEntry {
  // A byte that is not UTF-8: two such names would look the same.
  if (entry.path.includes('\ufffd')) throw fileError('git', 'its name is not UTF-8');
  const fault = faults[entry.kind];
  if (fault !== undefined) throw fileError('git', fault);
  return entry;
}

const faults: Partial<Readonly<Record<TreeEntry['kind'], string>>> = {
  link: 'it is a symbolic link, and role files of a revision are read without links: put the files themselves there',
  submodule:
    'it is a submodule, and role files of a revision are read from one repository: put the files themselves there',
};

/** git lists nothing behind a link: it must not look as if nothing were there. */
function linkAbove(path: string, commit: string, options: GitOptions): Error | undefined {
  const above = lineage(path).slice(1, -1);
  if (above.length === 0) return undefined;
  for (const entry of list([], commit, above, options)) {
    const fault = faults[entry.kind];
    if (fault !== undefined && above.includes(entry.path))
      return fileError('git', `of \`${shown(entry.path)}\`, ${fault}`);
  }
  return undefined;
}

/** A failed git as the error of a FileSource. */
export function failed(answer: GitAnswer): Error {
  if (answer.error === 'ENOBUFS') return fileError('git', 'it holds too much');
  if (!lacksObjects(answer)) return fileError('git', `git failed: ${said(answer)}`);
  return fileError(
    'git',
    'this clone does not have it, because it holds only part of the objects: clone without `--filter` (`filter` of actions/checkout)',
  );
}
