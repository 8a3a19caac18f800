/** Tables that repeat what the code knows are made from it, by `npm run docs:write`; the others name all that there is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../src/commands/exit-codes.ts';
import { shipped } from '../src/table.ts';
import { made } from './support/made.ts';
import { pages } from './support/pages.ts';

const marked = /^<!-- docs:write ([^\n]+) -->\n(.*?)^<!-- end -->$/gms;
const parts = pages.flatMap(({ path, text }) =>
  [...text.matchAll(marked)].map(([, name = '', body = '']) => ({ path, name, body })),
);

describe.each(parts)('$path: $name', ({ path, name, body }) => {
  it('is what `npm run docs:write` makes', () => {
    const make = made[name];
    if (make === undefined) throw new Error(`nothing is made by that name; there are ${Object.keys(made).join(', ')}`);
    const text = `\n${make()}\n\n`;
    if (process.env['DOCS_WRITE'] !== undefined && body !== text) {
      const page = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        page.replace(`<!-- docs:write ${name} -->\n${body}`, () => `<!-- docs:write ${name} -->\n${text}`),
      );
      return;
    }
    expect(body).toBe(text);
  });
});

describe('the tables', () => {
  it('are all used', () => {
    expect(new Set(parts.map(({ name }) => name))).toEqual(new Set(Object.keys(made)));
  });

  it('of exit codes has each', () => {
    const page = readFileSync('docs/commands.md', 'utf8');
    const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(listed).toEqual(Object.values(exitCodes));
  });

  it('of role files has each key of a target and of a role', () => {
    const page = readFileSync('docs/files.md', 'utf8');
    const keys = [...shipped.manifests.values()].flatMap(({ options, tenant }) => [
      ...Object.keys(options),
      ...(tenant === undefined ? [] : [tenant.key]),
    ]);
    expect(keys.filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
  });
});
