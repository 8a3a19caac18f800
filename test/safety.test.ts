/** The table of docs/safety.md: what it says is shown by a test is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const docs = join(import.meta.dirname, '..', 'docs');
const [, section = ''] =
  /^## What can go wrong, and what shows it\n(.*?)^## /ms.exec(readFileSync(join(docs, 'safety.md'), 'utf8')) ?? [];
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what can go wrong'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

describe('the table of what can go wrong', () => {
  it('has lines', () => expect(rows.length).toBeGreaterThan(10));

  it.each(rows)('names tests that are there, and what remains: %s', (...cells) => {
    const tests = [...(cells[2] ?? '').matchAll(/\]\(([^)]+)\)/g)].map(([, path]) => path ?? '');
    expect(cells.every((cell) => cell.trim() !== '')).toBe(true);
    expect([cells.length, tests.length > 0]).toEqual([4, true]);
    expect(tests.filter((path) => !path.endsWith('.test.ts') || !existsSync(join(docs, path)))).toEqual([]);
  });
});
