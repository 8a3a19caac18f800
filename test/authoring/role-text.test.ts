import { describe, expect, it } from 'vitest';
import { addRoles } from '../../src/authoring/role-text.ts';
import type { Role } from '../../src/core/role.ts';

const role: Role = { name: 'on: call', description: '', settings: { mandatory2fa: true }, permissions: ['a', '*.*'] };
const head = 'provider: rocketchat\ntargets: [chat]\n';

function added(roles: string, more: Partial<Role> = {}): string | undefined {
  return addRoles(head + roles, [{ ...role, ...more }])?.slice(head.length);
}

describe('a new role', () => {
  it('is at the end, spaced and indented like the others', () => {
    const roles = 'roles:\n- name: a\n  permissions:\n  - q # why\n\n- name: b\n  permissions:\n  - q\n# end\n';
    expect(added(roles, { description: 'Waits' })).toBe(
      roles.replace('# end\n', '') +
        '\n- name: "on: call"\n  description: Waits\n  mandatory2fa: true\n  permissions:\n    - a\n    - "*.*"\n# end\n',
    );
  });

  it('has its permissions in brackets where the last one has', () => {
    expect(added('roles:\n  - name: a\n    permissions: [q]')).toBe(
      'roles:\n  - name: a\n    permissions: [q]\n  - name: "on: call"\n    mandatory2fa: true\n    permissions: [a, "*.*"]',
    );
  });

  it.each([
    ['roles: []\n', 'roles:\n  - name: "on: call"\n    mandatory2fa: true\n    permissions: []\n'],
    ['', 'roles:\n  - name: "on: call"\n    mandatory2fa: true\n    permissions: []\n'],
    ['roles: [{name: a}]\n', 'roles: [{name: a}, { name: "on: call", mandatory2fa: true, permissions: [] }]\n'],
  ])('goes into %j', (roles, expected) => {
    expect(added(roles, { permissions: [] })).toBe(expected);
  });

  it('can be written into JSON', () => {
    const json = '{"provider": "dintero", "targets": ["x"], "roles": []}';
    expect(addRoles(json, [{ ...role, name: 'a' }])).toBe(
      json.replace('[]', '[{ name: a, mandatory2fa: true, permissions: [a, "*.*"] }]'),
    );
  });
});
