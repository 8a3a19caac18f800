/** What an apply reads once it has written: enough to say that it took, and no more than that. */
import { describe, expect, it } from 'vitest';
import { beside } from '../support/beside.ts';
import { account } from '../support/remote.ts';
import { expectDocument } from '../support/schema.ts';

const apply = ['apply', '--yes', '--format', 'json'] as const;
const names = Array.from({ length: 250 }, (_, at) => `r${String(at).padStart(3, '0')}`);

/** 250 live roles, three pages of them. Those in `wanted` are declared with one more permission. */
async function stage(wanted: readonly string[], more = '') {
  const world = await beside();
  for (const name of names) world.dintero.plant(name, ['read:hooks']);
  world.declare(
    'dintero',
    `${wanted.map((name) => `  - {name: ${name}, permissions: [admin:hooks, read:hooks]}\n`).join('')}${more}`,
  );
  return world;
}

/** Requests after the last write. */
function looked({ api }: Awaited<ReturnType<typeof stage>>): readonly string[] {
  const sent = api.requestsSince();
  const last = sent.findLastIndex(({ method, path }) => method !== 'GET' && path !== `/accounts/${account}/auth/token`);
  return sent.slice(last + 1).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
}

describe('the look after an apply', () => {
  it('reads one role by its id where three pages would list all', async () => {
    const world = await stage(['r001', 'r100']);
    const { code, stdout } = await world.run(apply);
    expect(expectDocument('outcome', stdout)).toMatchObject({ targets: [{ verified: true }], summary: { done: 2 } });
    expect([code, [...looked(world)].sort()]).toEqual([0, ['GET id-r001', 'GET id-r100']]);
  });

  it('reads the list where that is no more requests', async () => {
    const world = await stage(['r001', 'r100', 'r200']);
    expect((await world.run(apply)).code).toBe(0);
    expect(looked(world)).toEqual(['GET roles', 'GET roles', 'GET roles']);
  });

  it.each([
    ['creates', '  - {name: new, permissions: [read:hooks]}\n'],
    ['deletes', '  - {name: r005, ensure: absent}\n'],
    ['gives another name to', '  - {name: renamed, previously: [r005]}\n'],
  ])('reads the list where the apply also %s a role', async (_what, more) => {
    const world = await stage([], more);
    expect((await world.run(apply)).code).toBe(0);
    expect(looked(world).slice(0, 3)).toEqual(['GET roles', 'GET roles', 'GET roles']);
  });

  it('finds what did not take', async () => {
    const world = await stage(['r001']);
    // The first read is the one before the write.
    let reads = 0;
    world.whenever('GET id-r001', () => {
      reads += 1;
      if (reads === 2) world.dintero.edit('id-r001', { scope: ['read:hooks'] });
    });
    const { code, stdout } = await world.run(apply);
    expect(code).toBe(1);
    expect(stdout).toContain('`admin:hooks` is still missing');
    expect(expectDocument('outcome', stdout)).toMatchObject({ targets: [{ verified: false }] });
  });

  it('reads the list after all where a role is gone by then', async () => {
    const world = await stage(['r001']);
    let reads = 0;
    world.whenever('GET id-r001', () => {
      reads += 1;
      if (reads === 2) world.dintero.remove('id-r001');
    });
    const { code, stdout } = await world.run(apply);
    expect(code).toBe(1);
    expect(expectDocument('outcome', stdout)).toMatchObject({ targets: [{ verified: false }] });
  });
});
