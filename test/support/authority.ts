/** A certificate authority made for one test, and an https server on loopback with a certificate of it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { makeCertificates } from './certificates.ts';

export interface Authority {
  /** The file of its certificate. */
  readonly file: string;
  /** 'https://127.0.0.1:PORT' */
  readonly serve: (listener: RequestListener) => Promise<string>;
}

/** `names`: what its server's certificate is for. */
export function authority(names = 'IP:127.0.0.1,DNS:localhost,DNS:api.example'): Authority {
  const home = mkdtempSync(join(tmpdir(), 'rolesync-ca-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { authority: file, key, certificate } = makeCertificates(home, names);
  return {
    file,
    serve: async (listener) => {
      const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, listener);
      server.on('tlsClientError', () => undefined);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(
        () =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      );
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
  };
}
