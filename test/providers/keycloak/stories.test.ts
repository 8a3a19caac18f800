/** The stories that a real server is asked for by `npm run test:keycloak`, on the stand-in. */
import { emptyState, issueKeycloak, startSandbox } from '../../support/sandbox.ts';
import { REALM, type Realm, ROBOT, type Role, stories } from './stories.ts';

const PERSON = { clientId: 'person', clientSecret: 'the-secret-of-the-person' } as const;

stories(
  'on the stand-in of Keycloak',
  async (rights, intercept) => {
    const state = emptyState();
    const { path } = issueKeycloak(state.keycloak, REALM, { clients: ['shop'] });
    const tenant = state.keycloak.realms[REALM];
    if (tenant === undefined) throw new Error('no realm');
    const robot = tenant.clients.findIndex(({ clientId }) => clientId === ROBOT.clientId);
    tenant.clients[robot] = { id: 'robot', clientId: ROBOT.clientId, secret: ROBOT.clientSecret, rights };
    tenant.clients.push({
      id: 'person',
      clientId: PERSON.clientId,
      secret: PERSON.clientSecret,
      rights: ['realm-admin'],
    });
    const sandbox = await startSandbox({ state, intercept });
    // The same state by another door, so that what a person does is none of the run's requests.
    const aside = await startSandbox({ state });
    return {
      realm: await realmAt(aside.origin + path, (given) => {
        tenant.users.push({ id: 'ada', name: 'ada', roles: [given.id] });
        tenant.groups.push({ id: 'night', name: 'night shift', roles: [given.id] });
      }),
      baseUrl: sandbox.origin + path,
      requests: sandbox.requests,
      close: async () => {
        await Promise.all([sandbox.close(), aside.close()]);
      },
    };
  },
  { isReal: false },
);

async function realmAt(base: string, give: (role: Role) => void): Promise<Realm> {
  const form = { grant_type: 'client_credentials', client_id: PERSON.clientId, client_secret: PERSON.clientSecret };
  const url = `${base}/realms/${REALM}/protocol/openid-connect/token`;
  const signedIn = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  const call = async (method: string, path: string, body?: unknown): Promise<string> => {
    const answer = await fetch(`${base}/admin/realms/${REALM}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text;
  };
  const get: Realm['get'] = async (path) => JSON.parse(await call('GET', path));
  const role: Realm['role'] = (name) => get(`/roles/${encodeURIComponent(name)}`);
  return {
    realmName: REALM,
    get,
    role,
    send: async (method, path, body) => void (await call(method, path, body)),
    held: async (name) => {
      const held = await get<readonly Role[]>(`/roles-by-id/${(await role(name)).id}/composites`);
      return held.map((one) => one.name).sort();
    },
    give: async (given) => give(given),
  };
}
