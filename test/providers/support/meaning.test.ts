import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shipped } from '../../../src/table.ts';

const { accessOf } = shipped;

const known = [...shipped.manifests.values()].flatMap(({ name: provider, catalogue }) =>
  [...catalogue.known.map(([permission]) => permission), ...catalogue.wildcards].map((permission) => ({
    provider,
    permission,
  })),
);

describe('what a permission lets its holder do', () => {
  it.each([
    ['dintero', 'admin:shopping', 'admin', 'full control of shopping'],
    ['dintero', 'read:billing', 'read', 'see billing'],
    ['dintero', 'write:receipts', 'write', 'change receipts'],
    ['dintero', 'admin:accounts', 'power', 'full control of the account and who may use it'],
    ['dintero', 'write:accounts:/auth/users/no-mfa', 'power', 'sign in as a user without a second factor'],
    ['keycloak', 'realm-management:impersonation', 'power', 'sign in as any user'],
    ['keycloak', 'realm:offline_access', 'write', 'stay signed in while offline'],
    ['rinne', 'transaction.list', 'read', 'see transactions'],
    ['rinne', 'merchant.transaction.list', 'read', 'see transactions of merchants'],
    ['rinne', 'user.edit', 'power', 'change users and the roles they have'],
    ['rinne', 'merchant.user.create', 'power', 'create users of merchants'],
    ['rinne', 'role.delete', 'power', 'delete roles'],
    ['rocketchat', 'access-permissions', 'power', 'change which role has which permission'],
    ['rocketchat', 'create-team-channel', 'write', 'create team channels'],
    ['rocketchat', 'view-livechat-room-customfields', 'read', 'see omnichannel room custom fields'],
  ] as const)('says of %s %s: %s, %s', (provider, permission, risk, phrase) => {
    expect(accessOf(provider, permission)).toEqual({ class: risk, phrase });
  });

  it.each(['dintero', 'keycloak', 'rinne', 'rocketchat', 'nobody'])('shows wildcards of %s raw', (provider) => {
    for (const permission of ['*.*', 'merchant.*', 'merchant.company.*', '*']) {
      expect(accessOf(provider, permission)).toEqual({ phrase: null, class: 'wildcard' });
    }
  });

  it.each([
    ['dintero', 'admin:shoping'],
    ['dintero', 'write:accounts:/auth/everything'],
    ['dintero', 'receipts:write'],
    ['dintero', 'read:__proto__'],
    ['rinne', 'approved_by_security.list'],
    ['rinne', 'transaction.refund'],
    ['rinne', 'a.b.transaction.list'],
    ['rinne', 'transaction'],
    ['rocketchat', 'view-whatever-you-want'],
    ['rocketchat', 'constructor'],
    ['__proto__', 'constructor'],
    ['elsewhere', 'read:billing'],
  ])('knows nothing of %s %s', (provider, permission) => {
    expect(accessOf(provider, permission)).toEqual({ phrase: null, class: 'unknown' });
  });

  it.each(known)('has words of its own for $provider $permission', ({ provider, permission }) => {
    const { phrase, class: risk } = accessOf(provider, permission);
    expect(risk).not.toBe('unknown');
    expect(phrase === null).toBe(risk === 'wildcard');
    expect(phrase ?? '').not.toMatch(/[^A-Za-z0-9 ',-]|undefined|livechat/);
  });

  it('ranks everything that hands out access as power', () => {
    const powers = known.filter(({ permission }) =>
      /^(assign-|edit-other-user-|access-.*permissions|create-user|user-generate|create-personal|run-migration|manage-apps|edit-privileged|admin:accounts|write:accounts(?!.*\/connections\/)|role\.create|user\.(create|edit))/.test(
        permission,
      ),
    );
    expect(powers.length).toBeGreaterThan(20);
    expect(powers.filter(({ provider, permission }) => accessOf(provider, permission).class !== 'power')).toEqual([]);
  });

  it('never lets a permission write its own phrase', () => {
    const phrases = new Set(known.map(({ provider, permission }) => accessOf(provider, permission).phrase));
    const word = fc.stringMatching(/^[a-z_-]{1,12}$/);
    const built = fc.oneof(
      fc.tuple(fc.constantFrom('read', 'admin', 'view'), fc.constantFrom(':', '.', '-'), word),
      fc.tuple(word, fc.constantFrom(':', '.', '-'), fc.constantFrom('list', 'create', 'users')),
    );
    fc.assert(
      fc.property(fc.constantFrom('dintero', 'keycloak', 'rinne', 'rocketchat'), built, (provider, pieces) => {
        const { phrase } = accessOf(provider, pieces.join(''));
        const strange = pieces.filter((piece) => piece.length > 8 && ![...phrases].some((one) => one?.includes(piece)));
        expect(strange.filter((piece) => phrase?.includes(piece))).toEqual([]);
      }),
    );
  });
});
