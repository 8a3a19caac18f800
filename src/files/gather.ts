/** The text of all role files that the paths of the command line mean. Pure over a FileSource. */
import type { Problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { createFileProblems, type FileSource, fileError, limits } from './file-source.ts';
import { type Found, findFiles } from './find.ts';

export interface TextFile {
  /** As the user would type it. */
  readonly file: string;
  readonly text: string;
}

export interface Gathered {
  readonly files: readonly TextFile[];
  readonly problems: readonly Problem[];
}

export function gather(paths: readonly string[], source: FileSource): Gathered {
  const findings = createFileProblems();
  const found = findFiles(paths, source, findings);
  if (found.length > limits.files) {
    const message = `there are ${found.length} role files; at most ${limits.files} are read`;
    findings.add(paths[0] ?? '.', 'too-many', message);
    return { files: [], problems: findings.problems };
  }
  let total = 0;
  const files = found.flatMap(({ path }: Found): TextFile[] => {
    const bytes = findings.attempt(path, () => bytesOf(path, source));
    if (!bytes) return [];
    total += bytes.length;
    if (total > limits.total) {
      findings.add(path, 'too-large', `the role files hold more than ${limits.total / 1024 / 1024} MiB together`);
      return [];
    }
    const decoded = decode(bytes);
    if (typeof decoded === 'string') return [{ file: path, text: decoded }];
    findings.add(path, decoded.code, `${shown(path)} ${decoded.message}`);
    return [];
  });
  return { files, problems: findings.problems };
}

function bytesOf(path: string, source: FileSource): Uint8Array {
  const { kind, size } = source.stat(path);
  if (kind === 'folder') throw fileError('EISDIR');
  // A pipe or a device might never end.
  if (kind === 'other') throw fileError('not-a-file');
  if (size > limits.bytes) throw fileError('too-large');
  const bytes = source.read(path, limits.bytes + 1);
  if (bytes.length > limits.bytes) throw fileError('too-large');
  return bytes;
}

/** A byte order mark is dropped. */
function decode(bytes: Uint8Array): string | { readonly code: string; readonly message: string } {
  if (bytes.includes(0)) return { code: 'not-text', message: 'is not a text file: it holds a zero byte' };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { code: 'not-utf8', message: 'is not UTF-8: save it as UTF-8' };
  }
}
