/** Whose certificates a run trusts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDispatcher, fetchOver } from '../../src/http/dispatcher.ts';
import { authority } from '../support/authority.ts';
import { folder, rolesync } from '../support/command.ts';
import { remote, rolesYaml } from '../support/remote.ts';
import { tunnel } from '../support/tunnel.ts';

/** The sandbox behind https with a certificate that nobody knows. */
async function behindTls(names?: string) {
  const api = await remote();
  const ca = authority(names);
  const origin = await ca.serve((incoming, response) => {
    const { method, url, headers } = incoming;
    const on = request(`${api.sandbox.origin}${url}`, { method, headers }, (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(on);
  });
  const dintero = api.dintero.replace(api.sandbox.origin, origin);
  const cwd = folder({
    'roles/dintero.yaml': dintero + rolesYaml([{ name: 'a', permissions: ['read:accounts'] }]),
    'ca.pem': readFileSync(ca.file, 'utf8'),
    'text.pem': 'no certificate',
    'damaged.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  });
  const plan = (...argv: string[]) => rolesync(['plan', ...argv], { cwd, environment: api.environment });
  return { api, ca, cwd, plan, dintero };
}

describe('a certificate of an own authority', () => {
  it('is refused, and accepted with --ca-file', async () => {
    const { api, plan } = await behindTls();
    const { code, stdout } = await plan();
    expect([code, api.sent()]).toEqual([1, []]);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'its certificate is of an authority that is not trusted; if that is your own, give its certificate with `--ca-file` or in NODE_EXTRA_CA_CERTS',
    );
    expect((await plan('--ca-file', 'ca.pem')).code).toBe(0);
    expect(api.sent()).toEqual(['POST token', 'GET roles', 'GET roles']);
  });

  it('for another host is refused in words, whoever is trusted', async () => {
    const { api, plan } = await behindTls('DNS:other.example');
    const { code, stdout } = await plan('--ca-file', 'ca.pem');
    expect([code, api.sent()]).toEqual([1, []]);
    expect(stdout.replace(/\s+/g, ' ')).toContain('its certificate is for another host');
  });

  it.each([
    ['none.pem', 'none.pem cannot be read: no such file'],
    ['roles', 'roles cannot be read: it is a folder'],
    ['text.pem', 'text.pem holds no certificate in PEM'],
    ['damaged.pem', 'certificate 1 of damaged.pem is damaged'],
  ])('cannot come from %s, and nothing is sent', async (file, message) => {
    const { api, plan } = await behindTls();
    const { code, stderr } = await plan('--ca-file', file);
    expect(code).toBe(1);
    expect(stderr).toContain(`--ca-file: ${message}`);
    expect(api.sent()).toEqual([]);
  });

  it.each([[[]], [['--ca-file', 'other.pem']]])(
    'is accepted by NODE_EXTRA_CA_CERTS in the built command, with %j',
    async (more) => {
      const { api, cwd, ca } = await behindTls();
      const other = authority();
      const argv = more.map((word) => (word === 'other.pem' ? other.file : word));
      const env = { ...api.environment, NODE_EXTRA_CA_CERTS: ca.file };
      const child = spawn(process.execPath, [resolve('dist/rolesync.js'), 'plan', ...argv], {
        cwd,
        env,
        stdio: 'ignore',
      });
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );
});

describe('connections through a proxy', () => {
  it('trust the authorities that are given, for any client', async () => {
    const ca = authority();
    const origin = await ca.serve((_incoming, response) => void response.end('{"there":true}'));
    const proxy = await tunnel(() => Number(new URL(origin).port));
    const open = (authorities?: readonly string[]) => {
      const dispatcher = createDispatcher({ proxy: { httpsProxy: proxy.url }, ...(authorities && { authorities }) });
      onTestFinished(() => dispatcher.destroy());
      return fetchOver(dispatcher);
    };
    await expect(open()('https://api.example/x')).rejects.toThrow();
    const answer = await open([readFileSync(ca.file, 'utf8')])('https://api.example/x');
    expect(await answer.json()).toEqual({ there: true });
    expect(proxy.asked).toEqual(['CONNECT api.example:443', 'CONNECT api.example:443']);
  });
});
