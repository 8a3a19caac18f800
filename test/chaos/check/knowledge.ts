/** What one apply knew when: which read the plan rests on, and which came last before a write. */
import type { Event, Exchange, Mark } from '../timeline.ts';

export interface Knowledge {
  /** The read that the plan rests on; undefined: it never saw the role. */
  readonly plan: Exchange | undefined;
  /** The read that the write rests on. */
  readonly last: Exchange | undefined;
  readonly began: number;
  readonly planned: number | undefined;
}

/** `rows`: Rocket.Chat's permissions, which are read apart. */
export function knowledgeOf(events: readonly Event[], write: Exchange, role: string, rows: boolean): Knowledge {
  const marks = events.filter(
    (event): event is Mark => event.kind === 'mark' && event.apply === write.apply && event.seq < write.seq,
  );
  const began = marks.findLast(({ what }) => what === 'began')?.seq ?? 0;
  const planned = marks.findLast(({ what, seq }) => what === 'planned' && seq > began)?.seq;
  const reads = events.filter(
    (event): event is Exchange =>
      event.kind === 'exchange' &&
      event.apply === write.apply &&
      event.tenant?.target === write.tenant?.target &&
      event.seq > began &&
      // What was answered after the write had left did not come before it.
      event.seq < Math.min(write.seq, write.arrived) &&
      event.told &&
      (rows ? event.reads === 'rows' : event.ids.has(role)),
  );
  const lists = reads.filter(({ reads: kind }) => kind !== 'one');
  // A list that another change asked for meanwhile is not what this write rests on.
  const own = reads.findLast(({ reads: kind }) => kind === 'one');
  return {
    plan: lists.findLast(({ seq }) => seq < (planned ?? write.seq)),
    last: own ?? reads.at(-1),
    began,
    planned,
  };
}
