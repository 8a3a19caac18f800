/** A gateway that breaks the protocol in the middle of an apply. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Application } from '../../src/core/outcome.ts';
import { folder, rolesync } from '../support/command.ts';
import { account, remote, rolesYaml } from '../support/remote.ts';

const roles = ['one', 'two', 'three'].map((name) => ({ name, permissions: ['read:accounts'] }));

/** Before the sandbox; the answers to requests that it picks are garbage that quotes the token. */
async function setUp(breaks: (method: string, path: string, body: string) => boolean) {
  const api = await remote();
  const gateway = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url = '', headers } = incoming;
    const broken = breaks(method, url, body.toString());
    const passed = request(`${api.sandbox.origin}${url}`, { method, headers }, (answer) => {
      if (broken)
        return void answer.resume().on('end', () => incoming.socket.end(`HTTP/9 ${headers.authorization}\r\n\r\n`));
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    passed.end(body);
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    gateway.close();
    gateway.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const cwd = folder({ 'roles/dintero.yaml': api.dintero.replace(api.sandbox.origin, origin) + rolesYaml(roles) });
  const live = () => api.sandbox.state.dintero.accounts[account]?.roles.map(({ name }) => name).sort();
  return { run: (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment }), live };
}

describe('a gateway that breaks the protocol', () => {
  it('at one write leaves the outcomes of the others, and the look afterwards says what became of it', async () => {
    const { run, live } = await setUp((method, _path, body) => method === 'POST' && body.includes('"name":"two"'));
    const { stdout, stderr } = await run('apply', '--yes', '--format', 'json');
    const [target] = (JSON.parse(stdout) as Application).targets;
    expect(target?.outcomes.map(({ role }) => role)).toEqual(['one', 'three', 'two']);
    expect(target?.outcomes.slice(0, 2).map(({ status }) => status)).toEqual(['done', 'done']);
    expect(live()).toEqual(['one', 'three', 'two']);
    expect(stdout + stderr).not.toContain('Bearer');
  });

  it.each(['/auth/token', '/auth/roles'])('at %s is the error of that target', async (end) => {
    const { run } = await setUp((_method, path) => path.split('?')[0]?.endsWith(end) === true);
    const { code, stdout, stderr } = await run('plan');
    expect(code).toBe(1);
    expect(stdout.replace(/\s+/g, ' ')).toContain('the answer is not valid HTTP');
    expect(stdout + stderr).not.toMatch(/Bearer|Basic/);
  });
});
