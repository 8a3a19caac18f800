/** Sets, order and the split over files are how roles are said; the digest of a plan is what is done. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';

const targets = `provider: dintero
auth: { token: "\${DINTERO_TOKEN}" }
targets:
  - { name: acme, account: T11112222, labels: [all] }
  - { name: beta, account: T11112223, labels: [all] }
`;

async function digestOf(files: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout } = await rolesync(['plan', '--sandbox', '--format', 'json'], { cwd: folder(files) });
  expect([code, stdout.slice(0, 400)]).toEqual([0, expect.stringContaining('"formatVersion"')]);
  return JSON.parse(stdout).digest;
}

describe('the digest', () => {
  it('is the same however sets are written, ordered and spread over files, and another one for another permission', async () => {
    const permission = fc.constantFrom(
      'read:accounts',
      'read:billing',
      'write:checkout',
      'admin:shopping',
      'read:hooks',
    );
    const list = fc.uniqueArray(permission, { minLength: 1 });
    const yaml = (value: unknown) => JSON.stringify(value);
    await fc.assert(
      fc.asyncProperty(list, list, list, async (inner, outer, own) => {
        const role = (permissions: readonly unknown[], where: unknown) =>
          `provider: dintero\ntargets: ${yaml(where)}\nroles: [{name: support, permissions: ${yaml(permissions)}}]\n`;
        const byHand = [...new Set([...inner, ...outer, ...own])];
        const digest = await digestOf({ 'roles/t.yaml': targets, 'roles/r.yaml': role(byHand, ['acme', 'beta']) });
        const sets = { outer: [...outer, { set: 'inner' }], inner };
        const together = {
          'roles/t.yaml': targets,
          'roles/r.yaml': `${role([{ set: 'outer' }, ...own], { labels: ['all'] })}permissionSets: ${yaml(sets)}\n`,
        };
        const apart = {
          'roles/z/t.yaml': targets,
          'roles/a.yaml': `permissionSets: ${yaml({ inner: inner.toReversed() })}\n`,
          'roles/b.yaml': `permissionSets: ${yaml({ outer: sets.outer.toReversed() })}\n`,
          'roles/r.yaml': role([...own.toReversed(), { set: 'outer' }], ['beta', 'acme']),
        };
        expect(await digestOf(together)).toBe(digest);
        expect(await digestOf(apart)).toBe(digest);
        const more = role([...byHand, 'read:events'], ['acme', 'beta']);
        expect(await digestOf({ 'roles/t.yaml': targets, 'roles/r.yaml': more })).not.toBe(digest);
      }),
      { numRuns: 5 },
    );
  });
});
