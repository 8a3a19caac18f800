import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roleSchema } from '../../src/config/role-schema.ts';
import { shipped } from '../../src/table.ts';
import { editor } from './language-server.ts';

const path = 'schemas/roles.schema.json';
const manifests = [...shipped.manifests.values()];

describe('the schema of role files', () => {
  it('is the one that the manifests make: npm run build writes it', () => {
    const composed = `${JSON.stringify(roleSchema(manifests, { offers: true }), null, 2)}\n`;
    expect(readFileSync(path, 'utf8') === composed).toBe(true);
  });

  it('has an id that stays', () => {
    expect(roleSchema(manifests, { offers: true })).toMatchObject({
      $id: 'https://unpkg.com/rolesync/schemas/roles.schema.json',
    });
  });
});

describe('an editor with the yaml-language-server', () => {
  const role = (provider: string, end: string) =>
    `provider: ${provider}\ntargets: [acme]\nroles:\n  - name: x\n    permissions:\n      - ${end}`;

  it('offers every known permission of the provider with what it means, and no other', async () => {
    const { complete } = await editor(path);
    for (const { name, catalogue } of manifests) {
      const offers = await complete(role(name, '|\n'));
      // Beside them the way to name a permission set.
      const known = [
        ...catalogue.known.map(([permission]) => permission),
        ...catalogue.wildcards,
        'Permission set',
        'set',
      ];
      expect(offers.map(({ label }) => label.replaceAll('"', '')).sort()).toEqual([...new Set(known)].sort());
      expect(offers.filter(({ documentation }) => !documentation)).toEqual([]);
    }
    expect(await complete(role('dintero', 'adm|\n'))).toContainEqual(
      expect.objectContaining({ label: 'admin:hooks', documentation: 'Full control of subscription hooks' }),
    );
  });

  it('says of a permission what it means, and of one it does not know what belongs there', async () => {
    const { hover } = await editor(path);
    expect(await hover(role('rinne', 'role.cr|eate\n'))).toContain('Create roles');
    expect(await hover(role('rocketchat', 'view-l|ogs\n'))).toContain("See the server's logs");
    expect(await hover(role('rocketchat', 'view-n|othing\n'))).toContain('Id of a permission of the workspace');
    expect(await hover(role('dintero', 'role.cr|eate\n'))).not.toContain('Create roles');
  });

  it('lists the providers where none is named yet', async () => {
    const { complete } = await editor(path);
    const offers = await complete('targets: [acme]\n|');
    expect(offers.find(({ label }) => label === 'provider')?.insertText).toBe(
      `provider: \${1|${manifests.map(({ name }) => name).join(',')}|}`,
    );
    expect((await complete('provider: |\n')).map(({ label }) => label)).toEqual(manifests.map(({ name }) => name));
  });
});
