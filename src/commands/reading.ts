/** Connected targets that can be read and nothing else: what is handed on has no way to write. */
import type { Remote } from '../providers/provider.ts';
import type { Target } from '../reconcile.ts';
import type { Run } from './prepare.ts';

export function readingOnly(run: Run): Run {
  const targets = run.connection.targets.map((target): Target => ({ ...target, remote: readsOf(target.remote) }));
  return { ...run, connection: { ...run.connection, targets } };
}

function readsOf({ list, read, proveEnd, examine, known, writeAccess }: Remote): Remote {
  return {
    ...{ list, read },
    ...(proveEnd && { proveEnd }),
    ...(examine && { examine }),
    ...(known && { known }),
    ...(writeAccess && { writeAccess }),
  };
}
