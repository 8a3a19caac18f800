/** A seed becomes a scenario: tenants with live roles, files that want something of them, and what goes wrong. */
import { kindsOfFaults } from './faults.ts';
import { type Random, randomOf } from './random.ts';
import type { Declared, LiveStart, ProviderName, RoleShape, Scenario, Tenant, Way } from './scenario.ts';

export function generate(seed: number): Scenario {
  const random = randomOf('scenario', seed);
  const providers: readonly ProviderName[] = ['dintero', 'rinne', 'rocketchat'];
  const count = random.pick([1, 1, 1, 2, 3]);
  const tenants = Array.from({ length: count }, (_, at) => tenantOf(random, random.pick(providers), at, seed));
  const way = random.pick<Way>([
    'yes',
    'yes',
    'yes',
    'plan-only',
    'reviewed',
    'reviewed',
    'stale',
    'tampered',
    'digest',
  ]);
  const rate = random.pick([0, 0, 0.02, 0.06, 0.15, 0.3]);
  return {
    seed,
    tenants,
    way,
    applies: way === 'yes' && random.chance(0.15) ? random.integer(2, 3) : 1,
    concurrency: random.pick([1, 1, 8]),
    json: random.chance(0.75),
    verbose: random.chance(0.3),
    faults: { rate },
    kinds: kindsFor(random),
    edits: { rate: random.pick([0, 0, 0.03, 0.1, 0.3]) },
    interruptAt: random.chance(0.12) ? random.integer(1, 30) : 0,
    heals: random.chance(0.5),
    signal: random.pick(['SIGINT', 'SIGTERM', 'SIGKILL']),
  };
}

/** Few kinds at a time tell more: a run in which everything fails does nothing. */
function kindsFor(random: Random): readonly string[] {
  const rare = ['endless', 'stall'];
  const usual = kindsOfFaults.filter((kind) => !rare.includes(kind));
  const chosen = random.chance(0.5) ? random.shuffle(usual).slice(0, random.integer(1, 3)) : usual;
  return random.chance(0.01) ? [...chosen, random.pick(rare)] : chosen;
}

export const permissionsOf: Readonly<Record<ProviderName, readonly string[]>> = {
  dintero: ['read:accounts', 'read:billing', 'admin:shopping', 'write:checkout', 'read:checkout', 'admin:hooks'],
  rinne: ['user.create', 'user.list', 'role.list', 'role.create', 'transaction.list', 'merchant.company.create'],
  // The last three stand in rows with `anonymous`, which is no role.
  rocketchat: [
    'create-c',
    'create-d',
    'view-logs',
    'delete-d',
    'mention-all',
    'edit-room',
    'ban-user',
    'leave-c',
    'view-c-room',
  ],
};

const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta', 'eta', 'theta'];
const words = ['', 'Looks at orders', 'Second line', 'A "quoted" one', 'déjà vu', 'x < y & z', 'Multi\nline'];

function tenantOf(random: Random, provider: ProviderName, at: number, seed: number): Tenant {
  const live: LiveStart[] = [];
  const declared: Declared[] = [];
  const add = (role: RoleShape): LiveStart => {
    const id = provider === 'rocketchat' ? random.hex(24) : random.uuid();
    const made = { ...role, id, held: random.chance(0.1) };
    live.push(made);
    return made;
  };
  for (const name of random.shuffle(names).slice(0, random.integer(1, names.length))) {
    declared.push(...wished(random, provider, name, add));
  }
  if (random.chance(0.04))
    for (let more = 0; more < 130; more += 1) add({ ...shape(random, provider), name: `filler ${more}` });
  const isChat = provider === 'rocketchat';
  return {
    provider,
    target: `${provider}-${at}`,
    tenant: { dintero: `T1111000${at}`, rinne: `company-${at}`, rocketchat: `chat-${at}` }[provider],
    live,
    declared: withSwap(random, live, declared),
    unmanaged: random.pick(['report', 'report', 'ignore', 'delete']),
    dropUnknownRoles: isChat && random.chance(0.3) ? ['anonymous'] : [],
    dead: isChat && random.chance(0.2) ? [random.hex(24)] : [],
    login: [`robot-${random.hex(10)}@example.com`, secretOf(random, isChat, `${seed}${at}`)],
  };
}

/** Text that every encoding writes in another way. What goes into a header as it is holds ASCII alone. */
function secretOf(random: Random, isHeader: boolean, mark: string): string {
  const first = random.pick(['&"', "<'", '%/', '+\\', isHeader ? '==' : 'é=']);
  const second = random.pick(['/', '<', '"', '&', isHeader ? '~' : 'ß']);
  return `p${first}${random.hex(14)}${second}${random.hex(6)}${mark}`;
}

function shape(random: Random, provider: ProviderName): Omit<RoleShape, 'name'> {
  const permissions = random.some(permissionsOf[provider], 0.45);
  const [least] = permissionsOf[provider];
  const isChat = provider === 'rocketchat';
  return {
    description: random.pick(words),
    permissions: permissions.length === 0 && !isChat ? [least ?? ''] : permissions,
    ...(isChat && { mandatory2fa: random.chance(0.3) }),
  };
}

/** What is live under that name, and what the files say of it. */
function wished(
  random: Random,
  provider: ProviderName,
  name: string,
  add: (role: RoleShape) => LiveStart,
): readonly Declared[] {
  const now = { name, ...shape(random, provider) };
  const other = shape(random, provider);
  const wanted = random.chance(0.8) ? other : partly(random, other);
  const guarded = random.chance(0.12) ? ({ protected: true } as const) : {};
  const kind = random.pick([
    'create',
    'create',
    'same',
    'update',
    'update',
    'update',
    'rename',
    'pinned',
    'absent',
    'gone',
    'unmanaged',
  ]);
  if (kind === 'create') return [{ name, ...other, ...guarded }];
  if (kind === 'gone') return [{ name, ensure: 'absent' }];
  const live = add(kind === 'rename' ? { ...now, name: `old ${name}` } : now);
  if (kind === 'unmanaged') return [];
  if (kind === 'same') return [{ ...now, ...guarded }];
  if (kind === 'absent') return [{ name, ensure: 'absent' }];
  if (kind === 'rename') return [{ name, previously: [live.name], ...wanted, ...guarded }];
  if (kind === 'pinned')
    return [{ name: random.chance(0.5) ? name : `new ${name}`, id: live.id, ...wanted, ...guarded }];
  return [{ name, ...wanted, ...guarded }];
}

function partly(random: Random, { description, permissions }: Omit<RoleShape, 'name'>): Partial<RoleShape> {
  return random.chance(0.5) ? { description } : { permissions };
}

/** Sometimes two live roles exchange their names, or one takes the name that another gives up. */
function withSwap(random: Random, live: readonly LiveStart[], declared: readonly Declared[]): readonly Declared[] {
  if (!random.chance(0.1)) return declared;
  const plain = live.filter(({ name }) =>
    declared.some((role) => role.name === name && role.ensure === undefined && role.id === undefined),
  );
  const [a, b] = random.shuffle(plain);
  if (a === undefined || b === undefined) return declared;
  const isSwap = random.chance(0.5);
  return declared.map((role) => {
    if (role.name === a.name) return { ...role, name: isSwap ? b.name : `late ${a.name}`, id: a.id };
    return role.name === b.name ? { ...role, name: a.name, id: b.id } : role;
  });
}
