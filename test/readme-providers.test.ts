import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shipped } from '../src/table.ts';

const manifests = [...shipped.manifests.values()];

describe('the table of providers', () => {
  const rows = new Map(
    readFileSync('docs/providers.md', 'utf8')
      .split('\n## What each can do\n')[1]
      ?.split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
      .map(([head = '', ...cells]) => [head, cells]),
  );
  const row = (head: string) => rows.get(head) ?? [];

  it('has a column for each, in the order of the table', () => {
    expect(row('')).toEqual(manifests.map(({ title }) => title));
  });

  it('says what each can do as its manifest says it', () => {
    for (const [at, { capabilities, settings, catalogue }] of manifests.entries()) {
      const { create, update, delete: remove, permissionsRequired, builtIn } = capabilities;
      expect(row('list, create, update, delete')[at]?.startsWith('yes')).toBe(create && update && remove);
      expect(row('a role needs a permission')[at]).toBe(permissionsRequired ? 'yes' : 'no');
      const fixed = Object.entries(settings).flatMap(([key, { immutable }]) => (immutable ? [`\`${key}\``] : []));
      expect(row('fixed once the role exists')[at]).toBe(fixed.join(', '));
      for (const name of builtIn.names) expect(row('built-in roles')[at]).toContain(`\`${name}\``);
      expect(row('permissions are checked against')[at]).toContain(
        catalogue.complete ? 'documented list' : 'documented grammar',
      );
    }
  });
});
