/** What roles gain and lose through roles that they hold, as sentences, the worst first. */
import type { Meaning, MeaningOf } from '../core/access.ts';
import type { PlannedTarget, Reached } from '../core/plan.ts';
import { classes, isPower } from './access.ts';
import { display } from './display.ts';

export interface ReachedSentence extends Meaning {
  readonly reached: Reached;
  /** `lead gains shop:orders-read through realm:order-support`: one line, safe for a terminal. */
  readonly text: string;
  /** Somebody gains power by it. */
  readonly isAlarming: boolean;
}

export function reachedSentences(
  { inTheEnd = [], provider }: Pick<PlannedTarget, 'inTheEnd' | 'provider'>,
  access: MeaningOf,
): readonly ReachedSentence[] {
  return inTheEnd
    .map((reached) => sentenceOf(reached, access(provider, reached.permission)))
    .sort((a, b) => badness(a) - badness(b));
}

function sentenceOf(reached: Reached, meaning: Meaning): ReachedSentence {
  const { role, direction, permission, way } = reached;
  const phrase = meaning.phrase === null ? '' : ` (${meaning.phrase})`;
  const text = `${display(role)} ${direction} ${display(permission)}${phrase} ${throughText(way.map(display))}`;
  return { ...meaning, reached, text, isAlarming: direction === 'gains' && isPower(meaning.class) };
}

/** Names are safe to show. */
export function throughText(way: readonly string[]): string {
  return way.length === 0 ? 'because it is deleted' : `through ${way.join(' → ')}`;
}

function badness({ reached, class: kind }: ReachedSentence): number {
  return (reached.direction === 'gains' ? 0 : classes.length) + classes.indexOf(kind);
}
