import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const start = join(import.meta.dirname, 'start.js');

it('sixty random runs with faults, competing writers and interrupts break no promise', async () => {
  const ran = await promisify(execFile)(process.execPath, [start, '--seed', '1', '--runs', '60']).catch(
    (error) => error,
  );
  expect(ran.stdout).toContain('nothing broke');
});
