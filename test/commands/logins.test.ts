/** How often a run logs in, over many targets of one host. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { json, serve } from '../http/server.ts';
import { folder, rolesync } from '../support/command.ts';
import { remote } from '../support/remote.ts';
import { issueDintero, issueRinne } from '../support/sandbox.ts';

const companies = Array.from({ length: 20 }, (_, at) => `comp-${at}`);

const head = 'provider: rinne\nauth: {identifier: "${RINNE_IDENTIFIER}", password: "${RINNE_PASSWORD}"}\n';

async function twenty(password?: string) {
  const api = await remote();
  const { state, origin } = api.sandbox;
  const { auth, path } = issueRinne(state.rinne, 'comp-0');
  const [user] = state.rinne.users.filter(({ identifier }) => identifier === auth.identifier);
  for (const id of companies.slice(1)) {
    issueRinne(state.rinne, id);
    if (!user?.companies.some((company) => company.id === id)) user?.companies.push({ id, roles: ['admin'] });
  }
  const targets = companies.map((id) => `  - {name: ${id}, company: ${id}, baseUrl: "${origin}${path}"}\n`).join('');
  const file = `${head}targets:\n${targets}roles:\n  - {name: cashier, permissions: [transaction.list]}\n`;
  const environment = { RINNE_IDENTIFIER: auth.identifier, RINNE_PASSWORD: password ?? auth.password };
  const cwd = folder({ 'roles/rinne.yaml': file });
  return { api, run: (...argv: string[]) => rolesync(argv, { cwd, environment }) };
}

function countOf(sent: readonly string[], what: string): number {
  return sent.filter((line) => line === what).length;
}

describe('targets of one user', () => {
  it('share one login, and each company has a token of its own', async () => {
    const { api, run } = await twenty();
    const { code } = await run('apply', '--yes');
    expect(code).toBe(0);
    const sent = api.requestsSince();
    const lines = sent.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect([countOf(lines, 'POST login'), countOf(lines, 'POST select-company')]).toEqual([1, 20]);
    expect(api.sandbox.state.rinne.roles.filter(({ name }) => name === 'cashier')).toHaveLength(20);
  });

  it('never write to one company with the token of another', async () => {
    const wrote: string[] = [];
    const server = await serve((request, response) => {
      const token = request.headers.authorization;
      const body = request.body === '' ? {} : JSON.parse(request.body);
      if (request.url.endsWith('/login')) return json(response, { token: 'token of the user' });
      if (request.url.endsWith('/select-company')) {
        return json(response, { token: `token of ${body.company_id}`, selected_company: { id: body.company_id } });
      }
      if (request.method === 'POST') wrote.push(`${body.name}: ${token}`);
      const pagination = { page: 1, limit: 100, total: 0, totalPages: 0, hasNext: false, hasPrev: false };
      return json(response, request.method === 'POST' ? { id: body.name, ...body } : { data: [], pagination });
    });
    onTestFinished(server.close);
    const files = ['left', 'right'].map((id): [string, string] => [
      `roles/${id}.yaml`,
      `${head}targets:\n  - {name: ${id}, company: ${id}, baseUrl: "${server.origin}/core"}\nroles:\n  - {name: role of ${id}, permissions: [transaction.list]}\n`,
    ]);
    const cwd = folder(Object.fromEntries(files));
    await rolesync(['apply', '--yes'], {
      cwd,
      environment: { RINNE_IDENTIFIER: 'robot@example.com', RINNE_PASSWORD: 'correct horse' },
    });
    expect(wrote.sort()).toEqual(['role of left: Bearer token of left', 'role of right: Bearer token of right']);
  });

  it('send a wrong password once, and all of them say so', async () => {
    const { api, run } = await twenty('wrong-password');
    const { code, stdout } = await run('plan', '--format', 'json');
    expect(code).toBe(1);
    expect(api.sent()).toEqual(['POST login']);
    const { targets } = JSON.parse(stdout) as Plan;
    const messages = targets.map((target) => ('error' in target ? `${target.error.code} ${target.error.message}` : ''));
    expect(messages).toHaveLength(20);
    for (const message of messages) expect(message).toMatch(/^auth .*check identifier and password/);
  });
});

describe('accounts of one Dintero host', () => {
  it('have a token each', async () => {
    const api = await remote();
    const { state, origin } = api.sandbox;
    const accounts = ['T11110001', 'T11110002'];
    const [first] = accounts.map((id) => issueDintero(state.dintero, id));
    for (const id of accounts.slice(1))
      state.dintero.accounts[id]?.clients.push(...(state.dintero.accounts['T11110001']?.clients ?? []));
    const targets = accounts
      .map((id) => `  - {name: ${id}, account: ${id}, baseUrl: "${origin}${first?.path}"}\n`)
      .join('');
    const head =
      'provider: dintero\nauth: {clientId: "${DINTERO_CLIENT_ID}", clientSecret: "${DINTERO_CLIENT_SECRET}"}\n';
    const cwd = folder({
      'roles/d.yaml': `${head}targets:\n${targets}roles:\n  - {name: a, permissions: [read:accounts]}\n`,
    });
    const environment = {
      DINTERO_CLIENT_ID: first?.auth.clientId ?? '',
      DINTERO_CLIENT_SECRET: first?.auth.clientSecret ?? '',
    };
    expect((await rolesync(['apply', '--yes'], { cwd, environment })).code).toBe(0);
    expect(countOf(api.sent(), 'POST token')).toBe(2);
    for (const id of accounts) expect(state.dintero.accounts[id]?.roles.map(({ name }) => name)).toContain('a');
  });
});
