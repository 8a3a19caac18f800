/** Writes blobs, trees and commits into a git repository as git itself writes them, without a process for each. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { Commit } from './state.ts';

/** Text by path. */
export type Snapshot = ReadonlyMap<string, string>;

export interface Written {
  readonly commit: Commit;
  readonly files: Snapshot;
  /** Its own, its trees' and its blobs'. */
  readonly objects: readonly string[];
}

/** Under `folder`, the `objects` of a repository; a file that is there already is not written again. */
export function writeCommit(folder: string, commit: Omit<Commit, 'sha'>, files: Snapshot): Written {
  const objects: string[] = [];
  const write = (kind: string, content: Buffer): string => {
    const id = writeObject(folder, kind, content);
    objects.push(id);
    return id;
  };
  const tree = writeTree(
    [...files].map(([path, text]) => [path.split('/'), text] as const),
    write,
  );
  const person = ({ name, email, date }: Commit['author']) => `${name} <${email}> ${Date.parse(date) / 1000} +0000`;
  const lines = [
    `tree ${tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${person(commit.author)}`,
    `committer ${person(commit.committer)}`,
  ];
  const sha = write('commit', Buffer.from(`${lines.join('\n')}\n\n${commit.message}\n`));
  return { commit: { sha, ...commit }, files, objects };
}

type Entry = readonly [path: readonly string[], text: string];
type Write = (kind: string, content: Buffer) => string;

function writeTree(entries: readonly Entry[], write: Write): string {
  const below = new Map<string, Entry[]>();
  const children: { readonly sort: string; readonly head: string; readonly id: string }[] = [];
  for (const [[name = '', ...rest], text] of entries) {
    if (rest.length > 0) below.set(name, [...(below.get(name) ?? []), [rest, text]]);
    else children.push({ sort: name, head: `100644 ${name}`, id: write('blob', Buffer.from(text)) });
  }
  for (const [name, some] of below) {
    children.push({ sort: `${name}/`, head: `40000 ${name}`, id: writeTree(some, write) });
  }
  // A folder is sorted as if its name ended with a slash.
  children.sort((a, b) => Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)));
  const parts = children.flatMap(({ head, id }) => [Buffer.from(`${head}\0`), Buffer.from(id, 'hex')]);
  return write('tree', Buffer.concat(parts));
}

function writeObject(folder: string, kind: string, content: Buffer): string {
  const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
  const id = createHash('sha1').update(whole).digest('hex');
  const file = objectFile(folder, id);
  if (existsSync(file)) return id;
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, deflateSync(whole, { level: 1 }));
  return id;
}

export function objectFile(folder: string, id: string): string {
  return join(folder, id.slice(0, 2), id.slice(2));
}
