/** Plans for tests of the page, made by the same functions that make real ones. */

import { assemble } from '../../../src/core/build-plan.ts';
import { create, parts, remove, update } from '../../../src/core/change.ts';
import type { Plan, PlannedChange, PlannedTarget, Safeguard } from '../../../src/core/plan.ts';
import type { Role } from '../../../src/core/role.ts';
import type { AccessClass, MeaningOf } from '../../../src/render/access.ts';

export const source = { file: 'roles/dintero.yaml', line: 12, column: 5 };
const origin = { cause: 'file', source } as const;

export function role(name: string, permissions: readonly string[], more: Partial<Role> = {}): Role {
  return { name, description: '', permissions: [...permissions].sort(), settings: {}, ...more };
}

export function live(id: string, it: Role, builtIn = false): PlannedTarget['live'][number] {
  return { id, builtIn, ...it };
}

export function created(after: Role): PlannedChange {
  return { ...create(after, origin), conditions: [], managed: [], acknowledged: [] };
}

export function updated(id: string, before: Role, after: Role, more: Partial<PlannedChange> = {}): PlannedChange {
  const change = update(id, before, after, origin);
  if (change === undefined) throw new Error('nothing differs');
  return { ...change, conditions: [], managed: [], acknowledged: [], ...more } as PlannedChange;
}

export function removed(id: string, before: Role): PlannedChange {
  return { ...remove(id, before, { cause: 'unmanaged', source: null }), conditions: [], managed: [], acknowledged: [] };
}

export function target(name: string, more: Partial<PlannedTarget> = {}): PlannedTarget {
  return {
    name,
    provider: 'dintero',
    baseUrl: 'https://api.dintero.com/v1',
    tenant: 'T11112222',
    changes: [],
    withheld: [],
    unmanaged: [],
    ignored: 0,
    live: [],
    unchanged: 0,
    ...more,
  };
}

export function plan(
  targets: Parameters<typeof assemble>[0],
  base: string | null = null,
  safeguards: readonly Safeguard[] = [],
): Plan {
  return assemble(targets, { version: '0.1.0', at: '2026-11-24T12:00:00.000Z' }, { base, safeguards });
}

const phrases: Readonly<Record<string, string>> = {
  'admin:shopping': 'full control of shopping',
  'admin:hooks': 'full control of webhooks',
  'read:accounts': 'sees the account and its users',
  'read:billing': 'sees invoices',
  'read:checkout': 'sees payments',
  'read:receipts': 'sees receipts',
  'write:accounts': 'changes the account and its users',
};

/** A small catalogue: by the first word, as Dintero's permissions read. */
export const access: MeaningOf = (_provider, permission) => {
  const words: Readonly<Record<string, AccessClass>> = { read: 'read', write: 'write', admin: 'admin' };
  const word = /^(\w+):/.exec(permission)?.[1] ?? '';
  const known = Object.hasOwn(words, word) ? words[word] : undefined;
  const phrase = Object.hasOwn(phrases, permission) ? (phrases[permission] ?? null) : null;
  if (permission.includes('*')) return { phrase: null, class: 'wildcard' };
  if (permission === 'write:accounts') return { phrase, class: 'power' };
  return { phrase, class: known ?? 'unknown' };
};

const support = role('order support', ['read:accounts', 'read:billing', 'read:checkout'], {
  description: 'Looks orders up',
});
const finance = role('finance', ['read:accounts', 'read:billing', 'read:receipts', 'admin:shopping']);
const hooks = role('webhook maintainer', ['admin:hooks', 'read:accounts']);
const viewer = role('viewer', ['read:billing', 'read:checkout']);
const cashier = role('cashier', ['transaction.create', 'transaction.list']);

/** One of everything that a plan can hold: 2 targets that were read, 1 that was not. */
export function mixedPlan(): Plan {
  const supportAfter = role('order support', ['read:accounts', 'read:checkout', 'admin:shopping', 'write:accounts'], {
    description: 'Looks orders up and repairs them',
  });
  const supportChange = updated('id-support', support, supportAfter, {
    conditions: [{ code: 'own-lock-out', text: 'does not take the last admin role from whoever applies it' }],
    drift: [{ kind: 'revoke', permission: 'read:billing' }],
  });
  const hooksLess = role('webhook maintainer', ['read:accounts']);
  const renamed = updated('id-viewer', viewer, role('reader', viewer.permissions));
  const campaign = role('campaign 2019', ['read:receipts']);
  const acme = target('acme-test', {
    changes: [
      removed('id-campaign', campaign),
      created(role('catalogue reader', ['read:receipts', 'read:checkout'], { description: 'Reads the catalogue' })),
      supportChange,
      renamed,
    ],
    withheld: [
      {
        ...updated('id-hooks', hooks, hooksLess),
        code: 'protected',
        reason: 'the role is protected; remove `protected: true` in a separate pull request first',
      },
      {
        ...updated('id-finance', finance, role('finance', [...finance.permissions, 'write:accounts'])),
        code: 'policy',
        reason: 'finance never changes accounts; see policy.yaml',
      },
    ],
    unmanaged: [{ id: 'id-legacy', name: 'legacy importer' }],
    live: [
      live('id-campaign', campaign),
      live('id-finance', finance),
      live('id-hooks', hooks),
      live('id-legacy', role('legacy importer', ['*.*', 'read:accounts'])),
      live('id-support', support),
      live('id-viewer', viewer),
      live('id-admin', role('administrator', ['admin:hooks', 'admin:shopping', 'write:accounts']), true),
    ],
    unchanged: 1,
  });
  const cashierAfter = role('cashier', ['transaction.create', 'transaction.*']);
  const padaria = target('padaria', {
    provider: 'rinne',
    baseUrl: 'https://api.rinne.com.br/core',
    tenant: '6f0c',
    changes: [updated('id-cashier', cashier, cashierAfter)],
    live: [live('id-cashier', cashier), live('id-auditor', role('auditor', ['transaction.list', 'user.list']))],
    unchanged: 1,
  });
  const failed = {
    name: 'chat',
    provider: 'rocketchat',
    baseUrl: 'https://chat.example.com',
    tenant: '',
    error: {
      code: 'response',
      message: 'GET https://chat.example.com/api/v1/roles.list answered HTML where JSON was expected',
    },
  } as const;
  return plan([acme, padaria, failed], 'origin/main', [
    {
      code: 'role-unmanaged',
      target: 'acme-test',
      role: 'support',
      message: '`support` is no longer managed; it stays live. Write `ensure: absent` to delete it',
      source,
    },
    {
      code: 'unmanaged-changed',
      target: 'padaria',
      role: null,
      message: '`unmanaged` goes from report to delete',
      source: null,
    },
  ]);
}

/** Nothing differs. */
export function quietPlan(): Plan {
  const liveRoles = [live('id-support', support), live('id-finance', finance)];
  return plan([target('acme-test', { live: liveRoles, unchanged: 2 })]);
}

/** Each target has `roles` live roles over the same permissions; in each, five change four permissions. */
export function largePlan({ targets = 3, roles = 60, permissions = 200 } = {}): Plan {
  const verbs = ['read', 'write', 'admin', 'read'];
  const all = Array.from({ length: permissions }, (_, at) => `${verbs[at % 4]}:area_${String(at).padStart(3, '0')}`);
  const made = Array.from({ length: targets }, (_, at) => {
    const before = Array.from({ length: roles }, (__, index) =>
      role(
        `team ${String(index).padStart(2, '0')} ${['support', 'finance', 'operations'][index % 3]}`,
        all.filter((___, p) => (p * 7 + index * 3 + at) % 5 < 2),
      ),
    );
    const changes = before.slice(0, 5).map((one, index) => {
      const kept = one.permissions.slice(2);
      const more = all.filter((permission) => !one.permissions.includes(permission)).slice(index, index + 2);
      return updated(`id-${index}`, one, { ...one, permissions: [...kept, ...more].sort() });
    });
    const liveRoles = before.map((one, index) => live(`id-${index}`, one));
    return target(`target-${at}`, { changes, live: liveRoles, unchanged: roles - changes.length });
  });
  return plan(made);
}

/** Everything changes everywhere: the most that a page of this size can hold. */
export function fullPlan({ roles = 60, permissions = 200 } = {}): Plan {
  const all = Array.from({ length: permissions }, (_, at) => `write:area_${String(at).padStart(3, '0')}`);
  const changes = Array.from({ length: roles }, (_, at) => created(role(`team ${String(at).padStart(2, '0')}`, all)));
  return plan(['a', 'b', 'c'].map((name) => target(name, { changes })));
}

export const hostile = [
  '</script><script>document.title="owned"</script>',
  '</details> ✅ approved @everyone [x](javascript:alert(1)) fixes #1',
  '<img src=https://evil.example/x onerror=alert(1)>',
  '<!--<script>',
  '__proto__',
  'constructor',
  '"onmouseover="alert(1)',
  '\u202Egnp.live\u202C',
  'zero\u200Bwidth',
  'line\u2028break',
  '\u001b[31mred\u0000',
  '👩‍💻 admin 🏳️‍🌈',
  'x'.repeat(10_000),
  '${DINTERO_CLIENT_SECRET}',
  '&lt;b&gt;',
] as const;

/** Every text of the plan that comes from elsewhere, hostile: names, ids, permissions, values, reasons, places. */
export function hostilePlan(): Plan {
  const text = (at: number) => hostile[at % hostile.length] ?? '';
  const changes = hostile.map((name, at) =>
    updated(
      `id-${text(at)}`,
      role(text(at + 1), [text(at + 2)], { description: text(at + 3) }),
      {
        ...role(name, [text(at + 4), text(at + 5)], { description: text(at + 6) }),
      },
      { source: { file: text(at), line: 1, column: 1 }, conditions: [{ code: 'x', text: text(at) }] },
    ),
  );
  const withheld = changes.map((change, at) => ({ ...change, id: `withheld ${at}`, code: 'policy', reason: text(at) }));
  const liveRoles: readonly PlannedTarget['live'][number][] = hostile.map((name, at) =>
    live(`id-live-${at}`, role(name, hostile)),
  );
  const unmanaged = liveRoles.map(({ id, name }) => ({ id, name }));
  const safeguards = hostile.map((message) => ({
    code: 'role-unmanaged',
    target: message,
    role: message,
    message,
    source: { file: message, line: 1, column: 1 },
  }));
  const failed = { ...target(text(0)), name: text(1), error: { code: 'response', message: text(2) } } as const;
  const made = target(text(3), {
    provider: text(4),
    tenant: text(5),
    baseUrl: text(6),
    changes,
    withheld: withheld as PlannedTarget['withheld'],
    live: liveRoles,
    unmanaged,
  });
  return plan([made, failed], text(0), safeguards);
}

/** How many parts a plan changes. */
export function partCount(given: Plan): number {
  return given.targets.flatMap((one) => ('error' in one ? [] : one.changes)).flatMap(parts).length;
}
