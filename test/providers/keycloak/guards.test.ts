import { describe, expect, it } from 'vitest';
import { type Change, create, remove, update } from '../../../src/core/change.ts';
import type { Guard } from '../../../src/core/guards.ts';
import { judge } from '../../../src/core/judge.ts';
import { placed, staysHome, unknownRole, untouchable } from '../../../src/providers/keycloak/guards.ts';
import type { Known, Realm } from '../../../src/providers/keycloak/realm.ts';
import { role } from '../../core/role.ts';

const origin = { cause: 'file', source: null } as const;
const managed = ['shop', 'account', 'acme-realm'];

function realmOf(...roles: readonly Pick<Known, 'id' | 'client' | 'name'>[]): Realm {
  const clients = [...managed, 'crm'].map((client) => [`uuid-${client}`, client] as const);
  return {
    clients: new Map(clients),
    roles: new Map(roles.map((one) => [one.id, { ...one, permission: '', isComposite: false }])),
    ids: new Map(),
    held: new Map(),
  };
}

function withheld(guard: Guard, ...changes: readonly (Change | undefined)[]): readonly string[] {
  const judged = judge(
    changes.filter((change) => change !== undefined),
    [guard],
  );
  return judged.withheld.map(({ role: name, code, reason }) => `${name} ${code}: ${reason}`);
}

describe('a role of Keycloak', () => {
  const guard = placed(managed, realmOf());
  const made = (name: string) => withheld(guard, create(role(name), origin));

  it('says with its name where it is to live', () => {
    for (const name of ['support', 'shop:viewer', 'realm:orders:read']) expect(made(name)).toEqual([]);
    expect(made('crm:agent')).toEqual([expect.stringContaining('list the client in `clients` of the target')]);
    expect(made('orders:read')).toEqual([expect.stringContaining('write `realm:orders:read` for a role of the realm')]);
    expect(made('realm:support')).toEqual([
      'realm:support unknown-client: a role of the realm is called by its plain name; write `support`',
    ]);
  });

  it('is not renamed into a place that nobody knows either', () => {
    const renamed = update('1', role('support'), role('crm:support', [], { description: 'x' }), origin);
    expect(withheld(guard, renamed)).toEqual([expect.stringContaining('crm:support unknown-client')]);
  });

  it('stays where it is', () => {
    const home = realmOf({ id: '1', client: undefined, name: 'support' }, { id: '2', client: 'shop', name: 'viewer' });
    expect(withheld(staysHome(managed, home), update('1', role('support'), role('shop:support'), origin))).toEqual([
      expect.stringContaining('immutable: a role cannot move from the realm to the client `shop`'),
    ]);
    expect(withheld(staysHome(managed, home), update('2', role('shop:viewer'), role('shop:reader'), origin))).toEqual(
      [],
    );
  });

  it('is never written where Keycloak rests on it, whatever `clients` says', () => {
    const own = realmOf(
      { id: '1', client: 'account', name: 'view-profile' },
      { id: '2', client: undefined, name: 'admin' },
      { id: '3', client: 'acme-realm', name: 'manage-users' },
    );
    const changes = [
      update('1', role('account:view-profile'), role('account:view-profile', ['realm:x']), origin),
      remove('1', role('account:view-profile'), origin),
      create(role('account:mine'), origin),
      update('2', role('admin', ['realm:x']), role('admin'), origin),
      remove('3', role('acme-realm:manage-users'), origin),
    ];
    const told = (tenant: string) =>
      withheld(untouchable(managed, tenant, own), ...changes).map((line) => line.split(': ')[0]);
    expect(told('acme')).toEqual([
      'account:mine built-in',
      'account:view-profile built-in',
      'account:view-profile built-in',
    ]);
    expect(told('master')).toHaveLength(5);
  });

  it('is granted only if it is there', () => {
    const change = create(role('support', ['realm:a', 'shop:b']), origin);
    expect(withheld(unknownRole(new Set(['shop:b'])), change)).toEqual([
      'support unknown-permission: the realm has no role `shop:b`; correct it, or declare that role too',
    ]);
  });
});
