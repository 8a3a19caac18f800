/** A file source with some texts in place of the existing ones, and one that keeps what was read. Neither writes anything. */
import { type FileSource, fileError, isMissing } from './file-source.ts';

/** By the paths that are asked for. */
export type Contents = ReadonlyMap<string, Uint8Array>;

export function overlay(base: FileSource, contents: Contents): FileSource {
  return {
    ...base,
    stat: (path) => {
      const own = contents.get(path);
      return own === undefined ? base.stat(path) : { kind: 'file', size: own.length };
    },
    read: (path, limit) => contents.get(path)?.subarray(0, limit) ?? base.read(path, limit),
    real: (path) => (contents.has(path) && isMissing(path, base) ? path : base.real(path)),
  };
}

/** `contents` fills up with each whole file that is read. */
export function recorded(base: FileSource): { readonly source: FileSource; readonly contents: Contents } {
  const contents = new Map<string, Uint8Array>();
  const read: FileSource['read'] = (path, limit) => {
    const bytes = base.read(path, limit);
    if (bytes.length < limit) contents.set(path, bytes);
    return bytes;
  };
  return { source: { ...base, read }, contents };
}

/** Has no file at all. */
export const nowhere: FileSource = {
  stat: () => {
    throw fileError('ENOENT');
  },
  list: () => [],
  read: () => {
    throw fileError('ENOENT');
  },
  real: (path) => path,
};
