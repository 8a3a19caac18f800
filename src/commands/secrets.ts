/** Reads the map of secrets of a run, from the environment or from a file descriptor, once. */
import { readFileSync } from 'node:fs';
import { parseSecrets, type Secrets } from '../config/secrets.ts';
import { secretsVariable } from '../config/variables.ts';
import { Failure } from '../core/failure.ts';
import { codeOf } from '../core/record.ts';
import type { Io } from '../io.ts';

/** undefined: there is none. @throws Failure for a map that cannot be read, or that is given twice. */
export function readSecrets(
  { secretsFd }: { readonly secretsFd?: number },
  { environment }: Pick<Io, 'environment'>,
): Secrets | undefined {
  const text = environment[secretsVariable] || undefined;
  if (secretsFd === undefined) return text === undefined ? undefined : parseSecrets(text, secretsVariable);
  if (text === undefined) return parseSecrets(readAll(secretsFd), flagOf(secretsFd));
  throw new Failure('config', `give one of ${secretsVariable} and --secrets-fd, not both`);
}

function flagOf(descriptor: number): string {
  return `--secrets-fd ${descriptor}`;
}

function readAll(descriptor: number): string {
  try {
    return readFileSync(descriptor, 'utf8');
  } catch (error) {
    const code = codeOf(error) ?? 'unreadable';
    const why = code === 'EBADF' ? 'no such file descriptor is open for reading' : code;
    throw new Failure('config', `${flagOf(descriptor)} cannot be read: ${why}`, { cause: error });
  }
}
