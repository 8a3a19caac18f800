/** Leaves what the next run has to know in a folder that the workflow uploads. */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Open, openFile, openName, planFileOf } from './open.ts';
import type { Reviewed } from './reviewed.ts';
import type { ActionRun } from './run.ts';

/** `open`: plans of which something was approved and not done. */
export function handOn(run: ActionRun, settled: string, open: readonly Reviewed[]): void {
  const { temporary, sha } = run.context;
  const folder = join(temporary, 'rolesync-open');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const plans = open.map(({ pull, head }) => ({ pull, head, file: planFileOf({ pull, head }) }));
  for (const one of open) copyFileSync(one.file, join(folder, planFileOf(one)));
  const document: Open = { formatVersion: 1, through: sha, settled, plans };
  writeFileSync(join(folder, openFile), `${JSON.stringify(document, null, 2)}\n`);
  run.output('artifact-name', openName(sha));
  run.output('artifact-path', folder);
}
