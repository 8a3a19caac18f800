/** Chance that can be had again: every choice follows from a seed, or from a seed and the words that it is about. */
import { createHash } from 'node:crypto';

export interface Random {
  /** In [0, 1). */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  /** A whole number in [least, most]. */
  readonly integer: (least: number, most: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Each item with that probability, in order. */
  readonly some: <T>(items: readonly T[], probability: number) => readonly T[];
  readonly shuffle: <T>(items: readonly T[]) => readonly T[];
  readonly hex: (length: number) => string;
  readonly uuid: () => string;
}

/** The same words give the same chances, whatever else was asked before. */
export function randomOf(...words: readonly (string | number)[]): Random {
  let state = createHash('sha256').update(JSON.stringify(words)).digest().readUInt32LE(0);
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const integer = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  const chance = (probability: number) => next() < probability;
  const pick = <T>(items: readonly T[]): T => {
    const item = items[integer(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  const hex = (length: number) => Array.from({ length }, () => integer(0, 15).toString(16)).join('');
  return {
    next,
    chance,
    integer,
    pick,
    some: (items, probability) => items.filter(() => chance(probability)),
    shuffle: (items) =>
      items
        .map((item) => [next(), item] as const)
        .sort(([a], [b]) => a - b)
        .map(([, item]) => item),
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}
