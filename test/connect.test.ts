import { expect, it } from 'vitest';
import { resolve } from '../src/config/index.ts';
import { connect } from '../src/connect.ts';
import { shipped } from '../src/table.ts';
import { dintero, loadOne } from './config/memory.ts';

it('looks at the roles of the files as often whether few or many of them are written', async () => {
  const { targets } = loadOne(`${dintero}roles: [{ name: one, permissions: [read:hooks] }]\n`);
  const environment = { DINTERO_TOKEN: 'a-token-for-tests' };
  const resolved = resolve(targets, { environment, allowHosts: [], env: [] });
  let looks = 0;
  const counted = resolved.targets.map((target) => ({
    ...target,
    config: {
      ...target.config,
      roles: target.config.roles.map((role) => ({
        ...role,
        get name() {
          looks += 1;
          return 'one';
        },
      })),
    },
  }));
  const stderr = { write: () => undefined, isTerminal: false, columns: 80 };
  const io = { environment, signal: new AbortController().signal, now: Date.now, stderr, table: shipped };
  const connection = await connect(counted, { io, concurrency: 8, verbose: false });
  const before = looks;
  expect(before).toBeGreaterThan(0);
  for (let writes = 0; writes < 50; writes += 1) connection.targets[0]?.remote.paired?.();
  expect(looks).toBe(before);
  await connection.close();
});
