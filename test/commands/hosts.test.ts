/** A role file comes from a pull request: it must not choose who gets the credentials. */
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folder, rolesync } from '../support/command.ts';

const environment = {
  DINTERO_CLIENT_ID: 'id',
  DINTERO_CLIENT_SECRET: 'top-secret-value',
  GITHUB_TOKEN: 'ghp_token_value',
};

/** A stand-in that only counts who knocks. */
async function listener() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === 'object' ? address?.port : 0, connections: () => connections };
}

function file({
  baseUrl = 'https://api.dintero.com/v1',
  account = 'T11112222',
  secret = '${DINTERO_CLIENT_SECRET}',
}): string {
  return `provider: dintero
targets:
  - name: acme
    account: ${account}
    baseUrl: ${baseUrl}
    auth:
      clientId: \${DINTERO_CLIENT_ID}
      clientSecret: ${secret}
roles:
  - name: support
    permissions: [read:accounts]
`;
}

describe('a role file', () => {
  it.each([
    ['another host', { baseUrl: 'https://evil.example:PORT/v1' }, 5],
    ['a host behind user info', { baseUrl: 'https://api.dintero.com@evil.example:PORT/v1' }, 5],
    ['a host of a similar name', { baseUrl: 'https://api.dintero.com.evil.example/v1' }, 5],
    ['plain http', { baseUrl: 'http://api.dintero.com/v1' }, 5],
    ['another port', { baseUrl: 'https://api.dintero.com:PORT/v1' }, 5],
    ['a base URL built from a secret', { baseUrl: 'http://127.0.0.1:PORT/${DINTERO_CLIENT_SECRET}' }, 5],
    ['a variable of somebody else', { baseUrl: 'http://127.0.0.1:PORT/${GITHUB_TOKEN}' }, 5],
    ['a secret of somebody else', { secret: '${GITHUB_TOKEN}' }, 8],
    ['a secret written out', { secret: 'abc' }, 8],
    ['an account built from a secret', { account: '${DINTERO_CLIENT_SECRET}', baseUrl: 'http://127.0.0.1:PORT/v1' }, 4],
    ['a fragment', { baseUrl: 'http://127.0.0.1:PORT/v1#x' }, 5],
    ['a query', { baseUrl: 'http://127.0.0.1:PORT/v1?x=1' }, 5],
  ])('with %s is refused at its line, and nobody is contacted', async (_what, fields, line) => {
    const { port, connections } = await listener();
    const text = file(
      Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, value.replace('PORT', String(port))])),
    );
    const cwd = folder({ 'roles/dintero.yaml': text });
    for (const command of [['plan'], ['apply', '--yes'], ['plan', '--format', 'json']]) {
      const { code, stdout, stderr } = await rolesync(command, { cwd, environment });
      expect(code).toBe(1);
      expect(stderr).toContain(`roles/dintero.yaml:${line}:`);
      expect(stdout + stderr).not.toMatch(/top-secret-value|ghp_token_value/);
    }
    expect(connections()).toBe(0);
  });

  it('with a host that needs leave is refused with exactly the line to add', async () => {
    const cwd = folder({ 'roles/dintero.yaml': file({ baseUrl: 'https://proxy.example:8443/v1' }) });
    expect((await rolesync(['plan'], { cwd, environment })).stderr).toContain('--allow-host proxy.example:8443');
  });

  it('on loopback is contacted without leave', async () => {
    const { port, connections } = await listener();
    const cwd = folder({ 'roles/dintero.yaml': file({ baseUrl: `http://127.0.0.1:${port}/v1` }) });
    const { code } = await rolesync(['plan'], { cwd, environment });
    expect(code).toBe(1);
    expect(connections()).toBeGreaterThan(0);
  });
});
