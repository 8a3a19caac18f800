/** Ids of what the sandbox holds: derived from a word for what it is born with, random for what is created later. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** The same uuid for the same words, on every machine. */
export function uuidOf(...words: readonly string[]): string {
  const hex = hashOf(words);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An id as MongoDB makes them: 24 hex digits. */
export function objectIdOf(...words: readonly string[]): string {
  return hashOf(words).slice(0, 24);
}

export function newUuid(): string {
  return randomUUID();
}

export function newObjectId(): string {
  return randomBytes(12).toString('hex');
}

/** A token in the shape of a JWT. It contains nothing; the sandbox remembers what it means. */
export function newToken(): string {
  const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  return `${header}.${randomBytes(24).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}

function hashOf(words: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(words)).digest('hex');
}
