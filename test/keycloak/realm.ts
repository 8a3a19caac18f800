/** A realm on the server, created for each test, with a proxy in front that can do what a network does. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Arriving, type Realm, RIGHTS, ROBOT } from '../providers/keycloak/stories.ts';
import type { Interception } from '../support/sandbox.ts';
import { administrator } from './distribution.ts';

/** The name that requests of any realm are told with. */
const SHOWN = '/realms/acme/';

let made = 0;

/** With the robot in it, and the client `shop`. To delete the one before would take longer than to make another. */
export async function newRealm(origin: string, rights: readonly string[] = RIGHTS): Promise<Realm> {
  made += 1;
  const realmName = `acme-${made}`;
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const ask = async () =>
      fetch(`${origin}/admin/realms${path}`, {
        method,
        headers: { authorization: `Bearer ${await administratorOf(origin)}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const answer = await ask();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const get: Realm['get'] = async (path) => JSON.parse(await (await call('GET', `/${realmName}${path}`)).text());
  const send: Realm['send'] = async (method, path, body) => void (await call(method, `/${realmName}${path}`, body));
  const role: Realm['role'] = (name) => get(`/roles/${encodeURIComponent(name)}`);
  await call('POST', '', {
    realm: realmName,
    enabled: true,
    components: keys,
    adminEventsEnabled: true,
    clients: [robot, { clientId: 'shop' }],
  });
  const [management, account] = await Promise.all([
    get<readonly { id: string }[]>('/clients?clientId=realm-management'),
    get<readonly { id: string }[]>(`/users?username=service-account-${ROBOT.clientId}`),
  ]);
  const home = management[0]?.id;
  const roles = await Promise.all(rights.map((name) => get(`/clients/${home}/roles/${name}`)));
  await send('POST', `/users/${account[0]?.id}/role-mappings/clients/${home}`, roles);
  return {
    realmName,
    get,
    send,
    role,
    held: async (name) => {
      const held = await get<readonly { name: string }[]>(`/roles-by-id/${(await role(name)).id}/composites`);
      return held.map((one) => one.name).sort();
    },
    give: async (given) => {
      await send('POST', '/users', { username: 'ada', enabled: true });
      await send('POST', '/groups', { name: 'night shift' });
      const [[ada], [night]] = await Promise.all([
        get<readonly { id: string }[]>('/users?username=ada'),
        get<readonly { id: string }[]>('/groups'),
      ]);
      await send('POST', `/users/${ada?.id}/role-mappings/realm`, [given]);
      await send('POST', `/groups/${night?.id}/role-mappings/realm`, [given]);
    },
  };
}

const robot = {
  clientId: ROBOT.clientId,
  secret: ROBOT.clientSecret,
  serviceAccountsEnabled: true,
  publicClient: false,
  standardFlowEnabled: false,
};

/** One pair for all realms: to make one costs more than all else of a realm. */
const keys = {
  'org.keycloak.keys.KeyProvider': [
    { name: 'rsa', providerId: 'rsa', config: { privateKey: [newPrivateKey()], priority: ['100'] } },
    { name: 'hmac', providerId: 'hmac-generated', config: { algorithm: ['HS512'], priority: ['100'] } },
    { name: 'aes', providerId: 'aes-generated', config: { priority: ['100'] } },
  ],
};

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
}

/** Signed in once for a while: a password is hashed slowly. */
let signedIn: { readonly token: Promise<string>; readonly until: number } | undefined;

function administratorOf(origin: string): Promise<string> {
  if (signedIn === undefined || signedIn.until < Date.now()) {
    signedIn = { token: signIn(origin), until: Date.now() + 30_000 };
  }
  return signedIn.token;
}

async function signIn(origin: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...administrator });
  const answer = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, { method: 'POST', body });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}

export interface Proxy {
  readonly origin: string;
  readonly requests: readonly Arriving[];
  readonly settled: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** Says of each request what becomes of it, as an interception of the sandbox does. */
export async function startProxy(to: string, intercept: (request: Arriving) => Interception): Promise<Proxy> {
  const requests: Arriving[] = [];
  const served = new Set<Promise<void>>();
  const server = createServer((incoming, outgoing) => {
    const one = serve(incoming, outgoing).catch(() => void outgoing.destroy());
    served.add(one);
    void one.finally(() => served.delete(one));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname, searchParams } = new URL(incoming.url ?? '/', to);
    const asked = {
      api: 'keycloak',
      method: incoming.method ?? '',
      path: pathname.replace(/\/realms\/acme-\d+\//, SHOWN),
      query: Object.fromEntries(searchParams),
      body: body.toString('utf8'),
      arrived: performance.now(),
    };
    requests.push(asked);
    const instead = await intercept(asked);
    if (instead === 'drop') return void outgoing.destroy();
    if (typeof instead === 'object') {
      const isText = typeof instead.body === 'string';
      const type = isText ? 'text/html' : 'application/json';
      outgoing.writeHead(instead.status, { 'content-type': type, ...instead.headers });
      return void outgoing.end(isText ? instead.body : JSON.stringify(instead.body));
    }
    const { hostname, port } = new URL(to);
    const { connection: _own, ...headers } = incoming.headers;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const forward = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, resolve);
      forward.once('error', reject);
      forward.end(body);
    });
    const answered: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) answered.push(chunk);
    if (instead === 'drop-after') return void outgoing.destroy();
    const { connection: _theirs, 'transfer-encoding': _pieces, ...rest } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, rest);
    outgoing.end(Buffer.concat(answered));
  }

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    settled: () => Promise.all(served),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
