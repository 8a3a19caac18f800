/** The certificate authorities that a run trusts where a file adds some: Node's own, and those of the environment, stay. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as tls from 'node:tls';
import { Failure } from '../core/failure.ts';
import type { Io } from '../io.ts';

/** In PEM. @throws Failure where the file cannot be read or is no list of certificates. */
export function authoritiesWith(path: string, io: Pick<Io, 'cwd' | 'environment'>): readonly string[] {
  return [...trustedAlready(io), ...certificatesIn(path, io.cwd)];
}

/** Newer versions of Node can say whom they trust; in older ones that is their own list and NODE_EXTRA_CA_CERTS. */
function trustedAlready({ cwd, environment }: Pick<Io, 'cwd' | 'environment'>): readonly string[] {
  const ask: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof ask === 'function') return ask('default');
  const extra = environment['NODE_EXTRA_CA_CERTS'];
  return [...tls.rootCertificates, ...(extra ? certificatesIn(extra, cwd, 'NODE_EXTRA_CA_CERTS') : [])];
}

function certificatesIn(path: string, cwd: string, name = '--ca-file'): readonly string[] {
  const blocks = read(path, cwd, name).match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) {
    throw new Failure('config', `${name}: ${path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`);
  }
  for (const [index, block] of blocks.entries()) {
    if (!isCertificate(block)) throw new Failure('config', `${name}: certificate ${index + 1} of ${path} is damaged`);
  }
  return blocks;
}

function read(path: string, cwd: string, name: string): string {
  try {
    return readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    const why = { ENOENT: 'no such file', EACCES: 'permission denied', EISDIR: 'it is a folder' }[code] ?? code;
    throw new Failure('config', `${name}: ${path} cannot be read: ${why}`, { cause: error });
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
