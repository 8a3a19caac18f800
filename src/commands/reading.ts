/** Connected targets that can be read and nothing else: what is handed on has no way to write. */
import type { Reading } from '../authoring/take-over.ts';
import { isPlanned, type Plan } from '../core/plan.ts';
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

/** The targets of a run as its plan found them; without those that could not be read. */
export function readingsOf({ targets }: Plan, { connection }: Run): readonly Reading[] {
  return targets.filter(isPlanned).flatMap(({ name, live }) => {
    const connected = connection.targets.find(({ identity }) => identity.name === name);
    if (connected === undefined) return [];
    const { normalise, capabilities, name: provider } = connected.provider;
    return [
      {
        name,
        provider,
        live: live.map(({ id, builtIn, ...role }) => ({ id, builtIn, role })),
        rules: { normalise, settings: capabilities.settings },
        permissionsRequired: capabilities.permissionsRequired,
      },
    ];
  });
}
