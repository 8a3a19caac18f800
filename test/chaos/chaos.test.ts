import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const start = join(import.meta.dirname, 'start.js');

it('twenty random runs with faults, competing writers and interrupts break no promise', async () => {
  const ran = await promisify(execFile)(process.execPath, [start, '--seed', '20040', '--runs', '20']).catch(
    (error) => error,
  );
  expect(ran.stdout).toContain('nothing broke');
});
