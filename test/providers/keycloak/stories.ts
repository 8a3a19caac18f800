/** What people do with roles of Keycloak: the command in this process, and whatever answers as Keycloak does. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folder, type Printed, rolesync, write } from '../../support/command.ts';
import type { Interception, SandboxRequest } from '../../support/sandbox.ts';

export const REALM = 'acme';
export const ROBOT = { clientId: 'rolesync', clientSecret: 'the-secret-of-the-robot' } as const;

/** What the service account may do, and no more: what docs/providers.md says it needs. */
export const RIGHTS: readonly string[] = ['view-realm', 'manage-realm', 'view-clients', 'manage-clients'];

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly composite: boolean;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

/** The admin API as a person with all rights uses it, past rolesync. Paths are below the realm. */
export interface Realm {
  readonly realmName: string;
  readonly get: <Body>(path: string) => Promise<Body>;
  readonly send: (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => Promise<void>;
  readonly role: (name: string) => Promise<Role>;
  /** Names of what the role is composed of, sorted. */
  readonly held: (name: string) => Promise<readonly string[]>;
  /** Gives the role to a new user and a new group. */
  readonly give: (role: Role) => Promise<void>;
}

export type Arriving = Omit<SandboxRequest, 'status' | 'answered'>;

/** A new realm with the robot and the client `shop` in it, and what goes there and back. */
export interface Ground {
  readonly realm: Realm;
  /** As `baseUrl` says it. */
  readonly baseUrl: string;
  readonly requests: readonly Pick<Arriving, 'method' | 'path'>[];
  /** What was on its way has arrived, also where nobody waits for the answer any more. */
  readonly settled?: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

export type OpenGround = (rights: readonly string[], intercept: (request: Arriving) => Interception) => Promise<Ground>;

const environment = { KEYCLOAK_CLIENT_ID: ROBOT.clientId, KEYCLOAK_CLIENT_SECRET: ROBOT.clientSecret };

interface Story {
  readonly realm: Realm;
  readonly cwd: string;
  /** Writes the roles of the only file. */
  readonly declare: (roles: string) => void;
  readonly read: () => string;
  /** What it prints has its lines joined. */
  readonly run: (...argv: readonly string[]) => Promise<Printed>;
  /** `apply --yes` in a process of its own, which is killed when the server has answered that many writes. */
  readonly killed: (writes: number) => Promise<void>;
  /** What is done just before the server sees a request, once. */
  readonly meanwhile: (method: string, path: RegExp, act: () => Promise<void>) => void;
  /** Requests since the last call that write, as `METHOD path-below-the-realm`, ids as `…`. */
  readonly writes: () => readonly string[];
}

interface Beginning {
  /** Of the robot. */
  readonly rights?: readonly string[];
  readonly clients?: string;
}

async function begin(open: OpenGround, roles: string, more: Beginning = {}): Promise<Story> {
  const { rights = RIGHTS, clients = '[shop]' } = more;
  const acts: { method: string; path: RegExp; act: () => Promise<void> }[] = [];
  let onWrite: (() => Interception) | undefined;
  const ground = await open(rights, async (request) => {
    const at = acts.findIndex(({ method, path }) => method === request.method && path.test(request.path));
    if (at >= 0) await acts.splice(at, 1)[0]?.act();
    return isWrite(request) ? onWrite?.() : undefined;
  });
  onTestFinished(ground.close);
  const { realm, baseUrl, requests } = ground;
  const target = `provider: keycloak
auth:
  clientId: \${KEYCLOAK_CLIENT_ID}
  clientSecret: \${KEYCLOAK_CLIENT_SECRET}
targets:
  - name: shop
    realm: ${realm.realmName}
    baseUrl: ${baseUrl}
    clients: ${clients}
roles:
`;
  const cwd = folder({});
  const declare = (text: string) => write(cwd, 'roles/shop.yaml', target + text);
  declare(roles);
  let told = 0;
  return {
    realm,
    cwd,
    declare,
    read: () => readFileSync(join(cwd, 'roles/shop.yaml'), 'utf8').replace(target, ''),
    run: async (...argv) => {
      const { code, stdout, stderr } = await rolesync([...argv, '--no-color'], { cwd, environment });
      return { code, stdout: oneLine(stdout), stderr: oneLine(stderr) };
    },
    killed: async (count) => {
      let left = count;
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, '../../../dist/rolesync.js'), 'apply', '--yes'],
        {
          cwd,
          env: { ...process.env, ...environment },
          stdio: 'ignore',
        },
      );
      const over = new Promise((resolve) => child.once('exit', resolve));
      onWrite = () => {
        left -= 1;
        if (left > 0) return undefined;
        child.kill('SIGKILL');
        return left === 0 ? 'drop-after' : 'drop';
      };
      await over;
      await ground.settled?.();
      onWrite = undefined;
      expect(left).toBeLessThanOrEqual(0);
    },
    meanwhile: (method, path, act) => acts.push({ method, path, act }),
    writes: () => {
      const fresh = requests.slice(told).filter(isWrite);
      told = requests.length;
      return fresh.map(({ method, path }) =>
        `${method} ${path.replace(`/admin/realms/${REALM}`, '')}`.replace(/[0-9a-f-]{36}/g, '…'),
      );
    },
  };
}

async function clientOf(realm: Realm, clientId: string): Promise<{ readonly id: string } | undefined> {
  const clients = await realm.get<readonly { id: string; clientId: string }[]>('/clients');
  return clients.find((one) => one.clientId === clientId);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function isWrite({ method, path }: { readonly method: string; readonly path: string }): boolean {
  return method !== 'GET' && !path.endsWith('/token');
}

/** `requests: 12 read, …` without the time. */
function costIn({ stderr }: Printed): string {
  return /\d+ requests?: [^·]*/.exec(stderr)?.[0].trim() ?? stderr;
}

async function expectNothingToDo({ run }: Story): Promise<void> {
  const { code, stdout } = await run('plan', '--detailed-exitcode');
  expect([code, code === 0 ? '' : stdout]).toEqual([0, '']);
}

const shop = `  - name: shop:orders-read
    description: See orders
  - name: shop:orders-write
    description: Change orders
    permissions: [shop:orders-read]
  - name: order-support
    description: Looks orders up
    permissions: [shop:orders-read, realm:offline_access]
  - name: lead
    description: ""
    permissions: [realm:order-support, shop:orders-write, account:manage-account]
`;

export function stories(name: string, open: OpenGround, { isReal }: { readonly isReal: boolean }): void {
  const start = (roles: string, more: Beginning = {}) => begin(open, roles, more);

  describe(name, () => {
    it('plans, applies, and has nothing to do then: roles before those that hold them', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      const planned = await run('plan');
      expect(planned.stdout).toContain('Plan: 4 to create, 0 to update, 0 to delete');
      expect(costIn(planned)).toBe('6 requests: 6 read, 0 written, 0 verified, 0 retried');
      expect(planned.stdout).toContain(
        'lead gains account:manage-account-links (link their own account to other identity providers) through account:manage-account',
      );
      expect(planned.stdout).toContain('In the end lead gains shop:orders-read through realm:order-support');
      expect(story.writes()).toEqual([]);

      const applied = await run('apply', '--yes');
      expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('4 written')]);
      expect(costIn(applied)).toBe('25 requests: 14 read, 4 written, 7 verified, 0 retried');
      expect(story.writes().toSorted()).toEqual([
        'POST /clients/…/roles',
        'POST /clients/…/roles',
        'POST /roles',
        'POST /roles',
      ]);
      expect(await realm.held('lead')).toEqual(['manage-account', 'order-support', 'orders-write']);
      await expectNothingToDo(story);
      expect(story.writes()).toEqual([]);
    });

    it('writes a change in steps, and leaves alone what it does not manage', async () => {
      const story = await start(shop);
      const { realm } = story;
      await story.run('apply', '--yes');
      const before = await realm.role('order-support');
      const attributes = { team: ['blue', 'green'] };
      await realm.send('PUT', `/roles-by-id/${before.id}`, { ...before, attributes });
      story.writes();
      story.declare(
        shop
          .replace('Looks orders up', 'Answers the phone')
          .replace('[shop:orders-read, realm:offline_access]', '[shop:orders-write, realm:uma_authorization]'),
      );
      const applied = await story.run('apply', '--yes');
      expect(applied.code).toBe(0);
      expect(costIn(applied)).toBe('24 requests: 14 read, 3 written, 7 verified, 0 retried');
      expect(story.writes()).toEqual([
        'PUT /roles-by-id/…',
        'POST /roles-by-id/…/composites',
        'DELETE /roles-by-id/…/composites',
      ]);
      expect(await realm.role('order-support')).toMatchObject({ description: 'Answers the phone', attributes });
      expect(await realm.held('order-support')).toEqual(['orders-write', 'uma_authorization']);
      await expectNothingToDo(story);
    });

    it('puts drift back, and takes it over with pull', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      await run('apply', '--yes');
      const drift = async () => {
        const { id } = await realm.role('order-support');
        await realm.send('POST', `/roles-by-id/${id}/composites`, [await realm.role('uma_authorization')]);
        await realm.send('PUT', `/roles-by-id/${id}`, { name: 'order-support' });
      };
      await drift();
      const planned = await run('plan');
      expect(planned.stdout).toContain('order-support loses realm:uma_authorization');
      expect(planned.stdout).toContain('+ "{+Looks orders up+}"');
      expect((await run('apply', '--yes')).code).toBe(0);
      expect(await realm.held('order-support')).toEqual(['offline_access', 'orders-read']);
      await expectNothingToDo(story);

      await drift();
      expect((await run('pull', '--yes')).code).toBe(0);
      expect(story.read()).toContain(`  - name: order-support
    description: ""
    permissions: [shop:orders-read, realm:offline_access, realm:uma_authorization]`);
      await expectNothingToDo(story);
    });

    it('adopts what is live, and has nothing to do then', async () => {
      const story = await start('  []\n');
      const { realm, run } = story;
      await realm.send('POST', '/roles', { name: 'finance', description: 'Reads what was sold' });
      await realm.send('POST', '/roles', { name: 'orders:read', composite: true, composites: { realm: ['finance'] } });
      expect((await run('pull', '--adopt', '--yes')).code).toBe(0);
      expect(story.read()).toContain('name: finance');
      expect(story.read()).toContain('name: realm:orders:read');
      expect(story.read()).toContain('realm:finance');
      await expectNothingToDo(story);
    });

    it('imports what is live, of the realm and of the clients, and has nothing to do then', async () => {
      const story = await start(shop);
      await story.run('apply', '--yes');
      story.declare('  []\n');
      const imported = await story.run('import');
      expect([imported.code, imported.stdout]).toEqual([
        0,
        expect.stringContaining('a plan finds nothing to do for it'),
      ]);
      expect(story.read()).toContain(`  - name: lead
    permissions:
      - account:manage-account
      - realm:order-support
      - shop:orders-write`);
      expect(story.read()).toContain('- name: shop:orders-read');
      expect(story.writes().filter((line) => line !== 'POST /roles' && !line.endsWith('/roles'))).toEqual([]);
      await expectNothingToDo(story);
    });

    it('notices a second writer: before a write, and between two steps of one', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      await run('apply', '--yes');
      const { id } = await realm.role('order-support');
      const other = await realm.role('uma_authorization');
      const tamper = () => realm.send('POST', `/roles-by-id/${id}/composites`, [other]);
      story.declare(shop.replace('[shop:orders-read, realm:offline_access]', '[shop:orders-write]'));
      story.writes();
      story.meanwhile('GET', new RegExp(`roles-by-id/${id}$`), tamper);
      const before = await run('apply', '--yes');
      expect(before.code).toBe(3);
      expect(before.stdout).toContain('`realm:uma_authorization` was granted since the plan');
      expect(story.writes()).toEqual([]);

      // The first step is the grant; what it adds is there when the second is read.
      story.meanwhile('POST', /composites$/, () => realm.send('DELETE', `/roles-by-id/${id}/composites`, [other]));
      const between = await run('apply', '--yes');
      expect(between.code).toBe(1);
      expect(between.stdout).toContain('somebody else wrote to the role at the same time');
      expect(between.stdout).toContain('nothing was revoked');
      expect(story.writes()).toEqual(['POST /roles-by-id/…/composites']);
      expect(await realm.held('order-support')).toEqual(['offline_access', 'orders-read', 'orders-write']);

      expect((await run('apply', '--yes')).code).toBe(0);
      await expectNothingToDo(story);
    });

    it.runIf(isReal).each([1, 2, 3, 4])(
      'is killed at write %i, and the next run ends where the first would have',
      async (count) => {
        const story = await start(shop);
        await story.realm.send('POST', '/roles', { name: 'order-support', description: 'Old' });
        await story.killed(count);
        const { code, stdout } = await story.run('apply', '--yes');
        expect([code, code === 0 ? '' : stdout]).toEqual([0, '']);
        await expectNothingToDo(story);
        expect(await story.realm.held('lead')).toEqual(['manage-account', 'order-support', 'orders-write']);
      },
    );

    it('revokes nothing where the grant was refused', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      await run('apply', '--yes');
      story.writes();
      story.declare(shop.replace('[shop:orders-read, realm:offline_access]', '[realm-management:impersonation]'));
      const { code, stdout } = await run('apply', '--yes');
      expect(code).toBe(1);
      expect(stdout).toContain('it can grant a role of `realm-management` only if it has that role itself');
      expect(story.writes()).toEqual(['POST /roles-by-id/…/composites']);
      expect(await realm.held('order-support')).toEqual(['offline_access', 'orders-read']);

      // A role that is made with what may not be granted is not made.
      story.declare('  - { name: thief, permissions: [realm-management:impersonation] }\n');
      expect((await run('apply', '--yes')).code).toBe(1);
      await expect(realm.role('thief')).rejects.toThrow('404');
    });

    it('shows roles that hold each other, and lets no file make them', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      await run('apply', '--yes');
      story.declare(
        shop.replace('  - name: shop:orders-read\n', '  - name: shop:orders-read\n    permissions: [realm:lead]\n'),
      );
      const planned = await run('plan', '--detailed-exitcode');
      expect(planned.code).toBe(2);
      expect(planned.stdout).toContain('the role would hold itself: `shop:orders-read` → `realm:lead`');
      expect((await run('apply', '--yes')).code).toBe(3);

      const [lead, support] = [await realm.role('lead'), await realm.role('order-support')];
      await realm.send('POST', `/roles-by-id/${support.id}/composites`, [lead]);
      story.declare('  []\n');
      const { stderr } = await run('plan');
      expect(stderr).toContain('live roles hold each other in a circle');
    });

    it('deletes no role that somebody holds, unless that is said', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      await run('apply', '--yes');
      await realm.give(await realm.role('lead'));

      story.declare('  - { name: lead, ensure: absent }\n  - { name: order-support, ensure: absent }\n');
      const held = await run('apply', '--yes');
      expect(held.code).toBe(3);
      expect(held.stdout).toContain('1 user and 1 group hold the role');
      expect(held.stdout).toContain('the role `lead` holds the role');
      expect(await realm.held('lead')).toEqual(['manage-account', 'order-support', 'orders-write']);

      story.declare('  - { name: lead, ensure: absent, acknowledge: [in-use] }\n');
      expect((await run('apply', '--yes')).code).toBe(0);
      await expect(realm.role('lead')).rejects.toThrow('404');

      story.declare('  - { name: shop:refunds }\n');
      expect((await run('apply', '--yes')).code).toBe(0);
      story.declare('  - { name: shop:refunds, ensure: absent }\n');
      expect((await run('apply', '--yes')).code).toBe(0);

      story.declare('  - { name: shop:orders-read, ensure: absent }\n');
      const { stdout } = await run('plan');
      expect(stdout).toContain('the roles `order-support`, `shop:orders-write` hold the role; take it from them first');
    });

    it('takes nothing by the way from the roles that every user has', async () => {
      const story = await start('  []\n');
      const { realm, run } = story;
      const standard = `default-roles-${realm.realmName}`;
      story.declare(`  - name: ${standard}
    permissions: [realm:uma_authorization, account:view-profile, account:manage-account]
`);
      const withheld = await run('apply', '--yes');
      expect(withheld.code).toBe(3);
      expect(withheld.stdout).toContain('add `acknowledge: [built-in-loses]` to the role');
      story.declare(`  - name: ${standard}
    permissions: [realm:uma_authorization, account:view-profile, account:manage-account]
    acknowledge: [built-in-loses]
  - { name: offline_access, ensure: absent }
  - { name: uma_authorization, description: Mine }
`);
      expect((await run('apply', '--yes')).code).toBe(3);
      expect(await realm.held(standard)).toEqual(['manage-account', 'uma_authorization', 'view-profile']);
      expect((await realm.role('offline_access')).name).toBe('offline_access');
    });

    it('renames a role that others hold with one write', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      await run('apply', '--yes');
      story.writes();
      story.declare(
        shop
          .replaceAll('shop:orders-read', 'shop:orders:read')
          .replace('name: shop:orders:read', 'name: shop:orders:read\n    previously: [shop:orders-read]')
          .replace('Looks orders up', 'Looks them up'),
      );
      const { code, stdout } = await run('apply', '--yes');
      expect([code, code === 0 ? '' : stdout]).toEqual([0, '']);
      expect(story.writes()).toEqual(['PUT /roles-by-id/…', 'PUT /roles-by-id/…']);
      expect(await realm.held('order-support')).toEqual(['offline_access', 'orders:read']);
      await expectNothingToDo(story);
    });

    it('writes what was reviewed, and no more than it came to then', async () => {
      const story = await start(shop);
      const { realm, run } = story;
      await run('apply', '--yes');
      story.declare(
        shop.replace(
          '[shop:orders-read, realm:offline_access]',
          '[shop:orders-read, realm:offline_access, shop:refunds]',
        ),
      );
      const home = await clientOf(realm, 'shop');
      await realm.send('POST', `/clients/${home?.id}/roles`, { name: 'refunds' });
      expect((await run('plan', '--out', 'plan.json')).code).toBe(0);

      const refunds = await realm.get<{ id: string }>(`/clients/${home?.id}/roles/refunds`);
      await realm.send('POST', `/roles-by-id/${refunds.id}/composites`, [await realm.role('uma_authorization')]);
      const held = await run('apply', '--plan', 'plan.json');
      expect([held.code, held.stderr]).toEqual([3, expect.anything()]);
      expect(held.stdout).toContain(
        'it comes to more than was reviewed: `lead` gains `realm:uma_authorization` through `realm:order-support` → `shop:refunds`',
      );
      expect(await realm.held('order-support')).toEqual(['offline_access', 'orders-read']);

      await realm.send('DELETE', `/roles-by-id/${refunds.id}/composites`, [await realm.role('uma_authorization')]);
      expect((await run('apply', '--plan', 'plan.json')).code).toBe(0);
      expect(await realm.held('order-support')).toEqual(['offline_access', 'orders-read', 'refunds']);
    });

    it('needs the rights that docs/providers.md names, and no others', async () => {
      const reader = await start(shop, { rights: ['view-realm', 'view-clients'] });
      expect((await reader.run('plan', '--detailed-exitcode')).code).toBe(2);
      const may = await reader.run('validate', '--online');
      if (isReal) expect(may.stdout).toContain('the service account lacks `manage-realm` and `manage-clients`');
      const refused = await reader.run('apply', '--yes');
      expect(refused.code).toBe(1);
      expect(refused.stdout).toContain('the service account needs `manage-realm` for roles of the realm');

      const blind = await start(shop, { rights: ['view-realm'] });
      const unread = await blind.run('plan');
      expect(unread.code).toBe(1);
      expect(unread.stdout).toContain('the service account needs `view-realm` and `view-clients`');

      const ofRealm = await start('  - { name: lead, permissions: [realm:offline_access] }\n', {
        rights: ['view-realm', 'view-clients', 'manage-realm'],
        clients: '[]',
      });
      expect((await ofRealm.run('apply', '--yes')).code).toBe(0);
      expect((await ofRealm.run('validate', '--online')).stdout).not.toContain('lacks');
      await expectNothingToDo(ofRealm);
    });

    it.runIf(isReal)('names in the log of the server who wrote what', async () => {
      const story = await start(shop);
      await story.run('apply', '--yes');
      const events = await story.realm.get<readonly { operationType: string; authDetails: { clientId: string } }[]>(
        '/admin-events?resourceTypes=REALM_ROLE&resourceTypes=CLIENT_ROLE',
      );
      const robot = await clientOf(story.realm, ROBOT.clientId);
      const own = events.filter(({ authDetails }) => authDetails.clientId === robot?.id);
      expect(own.map(({ operationType }) => operationType)).toEqual(['CREATE', 'CREATE', 'CREATE', 'CREATE']);
    });
  });
}
