/** The part of Auth0's Management API that auth0-deploy-cli needs to deploy roles, over https on loopback. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { makeCertificates } from '../support/certificates.ts';
import type { Plain } from './world.ts';

/** What all permissions belong to. */
export const resourceServer = 'https://api.example';

export interface Auth0 {
  /** 'localhost:PORT' */
  readonly domain: string;
  /** The file of the certificate to trust. */
  readonly authority: string;
  readonly roles: () => readonly Plain[];
  /** In the order in which they were answered. */
  readonly requests: readonly Auth0Request[];
  readonly close: () => Promise<void>;
}

export interface Auth0Request {
  readonly method: string;
  /** Milliseconds as of `performance.now()`. */
  readonly arrived: number;
  readonly answered: number;
}

interface Role {
  name: string;
  description: string;
  readonly permissions: Set<string>;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
}

/** `latency`: milliseconds before each answer. */
export async function startAuth0(initial: readonly Plain[], latency: number): Promise<Auth0> {
  const home = mkdtempSync(join(tmpdir(), 'rolesync-bench-ca-'));
  const { authority, key, certificate } = makeCertificates(home, 'DNS:localhost');
  const roles = new Map(
    initial.map(({ name, description, permissions }, at): [string, Role] => {
      return [`rol_${String(at).padStart(16, '0')}`, { name, description, permissions: new Set(permissions) }];
    }),
  );
  const requests: Auth0Request[] = [];
  const server = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    async (request, response) => {
      const arrived = performance.now();
      const { method = '' } = request;
      const body = method === 'GET' ? undefined : await json(request);
      await setTimeout(latency);
      const { status, body: answer } = act(roles, request, body);
      requests.push({ method, arrived, answered: performance.now() });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(answer === undefined ? undefined : JSON.stringify(answer));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    domain: `localhost:${(server.address() as AddressInfo).port}`,
    authority,
    roles: () => [...roles.values()].map((role) => ({ ...role, permissions: [...role.permissions].sort() })),
    requests,
    close: async () => {
      rmSync(home, { recursive: true, force: true });
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function act(roles: ReadonlyMap<string, Role>, { method, url = '' }: IncomingMessage, body: unknown): Answer {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  if (pathname === '/api/v2/clients') return { status: 200, body: page('clients', [], searchParams) };
  const [, id, permissions] = /^\/api\/v2\/roles(?:\/([^/]+))?(\/permissions)?$/.exec(pathname) ?? [undefined, ''];
  if (id === undefined && method === 'GET') {
    const all = [...roles].map(([id, { name, description }]) => ({ id, name, description }));
    return { status: 200, body: page('roles', all, searchParams) };
  }
  const role = roles.get(id ?? '');
  if (role === undefined) return { status: 404, body: { statusCode: 404, error: 'Not Found', message: pathname } };
  if (permissions === undefined) {
    const { name, description } = body as Partial<Role>;
    role.name = name ?? role.name;
    role.description = description ?? role.description;
    return { status: 200, body: { id, name: role.name, description: role.description } };
  }
  if (method === 'GET') {
    const all = [...role.permissions].map((permission_name) => ({
      permission_name,
      description: '',
      resource_server_name: 'api',
      resource_server_identifier: resourceServer,
    }));
    return { status: 200, body: page('permissions', all, searchParams) };
  }
  for (const { permission_name: name } of (body as { permissions: { permission_name: string }[] }).permissions) {
    if (method === 'POST') role.permissions.add(name);
    else role.permissions.delete(name);
  }
  return { status: method === 'POST' ? 201 : 204 };
}

function page(name: string, all: readonly object[], query: URLSearchParams): object {
  const size = Number(query.get('per_page') ?? 50);
  const start = Number(query.get('page') ?? 0) * size;
  return { [name]: all.slice(start, start + size), start, limit: size, total: all.length };
}
