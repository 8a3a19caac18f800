/** The step of docs/vault.md that fills the map of secrets from a vault, run by bash against a stand-in. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { parseSecrets, secretValues } from '../../src/config/secrets.ts';
import { folder } from '../support/command.ts';

interface Job {
  readonly steps: readonly [{ readonly env: Readonly<Record<string, string>>; readonly run: string }, unknown];
}

const page = readFileSync('docs/vault.md', 'utf8');
const block = /```yaml\n# more than fifty targets\n(.*?)```/s.exec(page)?.[1] ?? '';
const [step] = (parse(block) as Job).steps;

const secrets = {
  'acme-no': { clientId: 'id-of-acme', clientSecret: 'quo"ted\\secret' },
  'bravo-se': { token: '100%25-of-a-token' },
};

/** GitHub's token service and a vault; `refuses`: the path that answers 403. */
async function vault(refuses = '') {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { authorization, 'x-vault-token': token } = request.headers;
    asked.push(`${request.method} ${request.url} ${authorization ?? token ?? Buffer.concat(chunks).toString()}`);
    const answers: Readonly<Record<string, unknown>> = {
      '/oidc': { value: 'the.jwt.of-the-job' },
      '/v1/auth/jwt/login': { auth: { client_token: 'hvs.token' } },
      '/v1/secret/data/roles-plan': { data: { data: secrets, metadata: { version: 3 } } },
    };
    const path = (request.url ?? '').split('?')[0] ?? '';
    const found = path === refuses ? undefined : answers[path];
    response.writeHead(found === undefined ? 403 : 200).end(JSON.stringify(found ?? { errors: ['permission denied'] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const home = folder({ output: '' });
  const env = {
    PATH: process.env['PATH'] ?? '',
    ...step.env,
    VAULT_ADDR: origin,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/oidc?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    GITHUB_OUTPUT: join(home, 'output'),
  };
  const child = spawn('bash', ['-e', '-c', step.run], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += String(text)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, log, asked, origin, output: readFileSync(join(home, 'output'), 'utf8') };
}

describe('the vault step of docs/vault.md', () => {
  it('signs in as the job, hides every value, and hands the map to the next step', async () => {
    const { code, log, asked, origin, output } = await vault();
    expect([code, asked]).toEqual([
      0,
      [
        `GET /oidc?api-version=2.0&audience=${origin} bearer request-token`,
        expect.stringMatching(
          /^POST \/v1\/auth\/jwt\/login \{\s*"role": "roles-plan",\s*"jwt": "the.jwt.of-the-job"\s*\}$/,
        ),
        'GET /v1/secret/data/roles-plan hvs.token',
      ],
    ]);
    const [, map = ''] = /^map=(.*)\n$/.exec(output) ?? [];
    const parsed = parseSecrets(map, 'ROLESYNC_SECRETS');
    expect(JSON.parse(map)).toEqual(secrets);
    // The runner undoes `%25`, as of every command.
    const masked = log.split('\n').map((line) => line.replace('::add-mask::', '').replaceAll('%25', '%'));
    expect(masked).toEqual(expect.arrayContaining(['the.jwt.of-the-job', 'hvs.token', ...secretValues(parsed)]));
    expect(masked).toContain('quo\\"ted\\\\secret');
    // Nothing else is printed.
    expect(
      log
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('::add-mask::')),
    ).toEqual([]);
  });

  it.each(['/oidc', '/v1/auth/jwt/login', '/v1/secret/data/roles-plan'])('is red where %s refuses', async (path) => {
    const { code, output } = await vault(path);
    expect(code).not.toBe(0);
    expect(output).toBe('');
  });
});
