/** The files in the archive of an artifact: few, flat, text, and of a size that can be held. It writes nothing. */
import { type UnzipFileFilter, unzipSync } from 'fflate';
import { Failure } from '../../core/failure.ts';

/** In bytes. */
export const largestArchive = 32 * 1024 * 1024;
const largestContents = 128 * 1024 * 1024;
const mostFiles = 500;

/** By name. @throws Failure 'config' that says what is wrong with the archive. */
export function unpack(archive: Uint8Array): ReadonlyMap<string, string> {
  return new Map(Object.entries(inflate(archive)).map(([name, bytes]) => [name, textOf(bytes)]));
}

function inflate(archive: Uint8Array): Readonly<Record<string, Uint8Array>> {
  let total = 0;
  let files = 0;
  // Sizes are as the archive says; fflate inflates into a buffer of that size and fails where there is more.
  const filter: UnzipFileFilter = ({ name, originalSize }) => {
    total += originalSize;
    files += 1;
    if (!/^[\w-][\w.-]*$/.test(name)) throw new Failure('config', 'its archive holds a file with an unexpected name');
    if (total > largestContents || files > mostFiles) throw new Failure('config', 'its archive holds too much data');
    return true;
  };
  try {
    return unzipSync(archive, { filter });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('config', 'its archive is damaged', { cause: error });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Failure('config', 'its archive holds a file that is not text', { cause: error });
  }
}
