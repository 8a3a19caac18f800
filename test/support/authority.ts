/** A certificate authority made for one test, and an https server on loopback with a certificate of it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

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
  const at = (name: string) => join(home, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: home, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  writeFileSync(at('names'), `subjectAltName=${names}`);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'names', '-days', '2'];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem');
  return {
    file: at('ca.pem'),
    serve: async (listener) => {
      const server = createServer(
        { key: readFileSync(at('server.key')), cert: readFileSync(at('server.pem')) },
        listener,
      );
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
