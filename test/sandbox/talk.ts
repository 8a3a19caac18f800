/** How the tests of the sandbox talk to it: plain fetch, and the login of each API. Not a client that anything else uses. */
import { afterEach } from 'vitest';
import {
  emptyState,
  issueDintero,
  issueRinne,
  issueRocketChat,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../support/sandbox.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted field by field, whatever they are
  readonly body: any;
}

export type Talk = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;

const open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

/** A sandbox that ends with the test. */
export async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  open.push(sandbox);
  return sandbox;
}

export async function talk(
  url: string,
  method: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const payload = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, { method, ...payload, headers: { ...type, ...headers } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) };
}

export function basic({ clientId, clientSecret }: { clientId: string; clientSecret: string }): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
}

export function grant(account: string): object {
  return { grant_type: 'client_credentials', audience: `https://api.dintero.com/v1/accounts/${account}` };
}

/** A Dintero account and a logged-in caller; paths start after the account. `scopes` makes a client of its own. */
export async function dintero(options: SandboxOptions & { scopes?: string[] } = {}) {
  const account = 'T11112222';
  const state = options.state ?? emptyState();
  const admitted = issueDintero(state.dintero, account).auth;
  const data = state.dintero.accounts[account];
  if (data === undefined) throw new Error('not admitted');
  const own = { clientId: 'own', clientSecret: 'secret' };
  if (options.scopes !== undefined) data.clients.push({ ...own, scopes: options.scopes });
  const auth = options.scopes === undefined ? admitted : own;
  const sandbox = await start({ ...options, state });
  const base = `${sandbox.origin}/dintero/v1/accounts/${account}`;
  const token = await talk(`${base}/auth/token`, 'POST', grant(account), basic(auth));
  const call: Talk = (method, path, body, headers) =>
    talk(base + path, method, body, { authorization: `Bearer ${token.body.access_token}`, ...headers });
  return { sandbox, data, account, auth, base, token, call };
}

/** A Rinne company and a caller who selected it; paths start with `/v1`. */
export async function rinne(options: SandboxOptions & { company?: string } = {}) {
  const company = options.company ?? 'padaria';
  const state = options.state ?? emptyState();
  const { auth } = issueRinne(state.rinne, company);
  const sandbox = await start({ ...options, state });
  const base = `${sandbox.origin}/rinne/core`;
  const login = await talk(`${base}/v1/auth/login`, 'POST', auth);
  const first = { authorization: `Bearer ${login.body.token}` };
  const selected = await talk(`${base}/v1/auth/select-company`, 'POST', { company_id: company }, first);
  const call: Talk = (method, path, body, headers) =>
    talk(base + path, method, body, { authorization: `Bearer ${selected.body.token}`, ...headers });
  return { sandbox, state, company, auth, base, login, first, selected, call };
}

/** A Rocket.Chat workspace and its robot; paths are endpoints. `as` calls as a user with these roles. */
export async function rocketchat(options: SandboxOptions = {}) {
  const state = options.state ?? emptyState();
  const { path, auth } = issueRocketChat(state.rocketchat, 'demo');
  const workspace = state.rocketchat.workspaces['demo'];
  if (workspace === undefined) throw new Error('not admitted');
  const sandbox = await start({ ...options, state });
  const base = `${sandbox.origin}${path}/api/v1/`;
  const credentials = { 'x-user-id': auth.userId, 'x-auth-token': auth.token };
  const call: Talk = (method, endpoint, body, headers) =>
    talk(base + endpoint, method, body, { ...credentials, ...headers });
  const as = (...roles: string[]): Record<string, string> => {
    const _id = `user-${workspace.users.length}`;
    workspace.users.push({ _id, username: _id, tokens: ['t'], roles });
    return { 'x-user-id': _id, 'x-auth-token': 't' };
  };
  return { sandbox, workspace, base, call, as };
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
