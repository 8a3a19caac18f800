/**
 * A set of runs of characters, all of one length: every run of each text that is added. A run is kept as the place where it
 * begins in one row of code units, so that the thousands that a token has cost a few bytes each.
 */

export interface Runs {
  readonly add: (text: string) => void;
  /** Calls with each place of the text where a known run begins; `whole`: that run is the whole of a text that was added. */
  readonly find: (text: string, found: (at: number, whole: boolean) => void) => void;
}

/** Odd, and another one in each process: nobody can choose texts whose runs all get one hash. */
const base = (Math.floor(Math.random() * 2 ** 31) * 2 + 1) | 0;

/** Linear in the length of the texts. */
export function createRuns(size: number): Runs {
  /** What the oldest of `size` code units has become worth in a hash. */
  let oldest = 1;
  for (let power = 0; power < size; power += 1) oldest = Math.imul(oldest, base);
  let row = new Uint16Array(1 << 10);
  let length = 0;
  /** Where runs begin in the row, from 1, by hash; 0: free. At most half are taken. */
  let slots = new Uint32Array(1 << 10);
  let taken = 0;
  const whole = new Set<number>();

  const isAt = (place: number, units: ArrayLike<number>, at: number): boolean => {
    for (let unit = 0; unit < size; unit += 1) if (row[place + unit] !== units[at + unit]) return false;
    return true;
  };
  /** The slot of the run, or the free one where it belongs. */
  const slotOf = (hash: number, units: ArrayLike<number>, at: number): number => {
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] !== 0 && !isAt((slots[slot] ?? 0) - 1, units, at)) slot = (slot + 1) & mask;
    return slot;
  };
  const eachHash = (units: ArrayLike<number>, from: number, to: number, use: (hash: number, at: number) => void) => {
    let hash = 0;
    for (let end = from; end < to; end += 1) {
      hash = (Math.imul(hash, base) + (units[end] ?? 0)) | 0;
      if (end - from >= size) hash = (hash - Math.imul(units[end - size] ?? 0, oldest)) | 0;
      if (end - from >= size - 1) use(hash, end - size + 1);
    }
  };
  const makeRoom = (more: number) => {
    if (length + more > row.length) {
      const wider = new Uint16Array(2 ** Math.ceil(Math.log2(length + more)));
      wider.set(row);
      row = wider;
    }
    if (2 * (taken + more) <= slots.length) return;
    const before = slots;
    slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * (taken + more))));
    for (const place of before) {
      if (place > 0) eachHash(row, place - 1, place - 1 + size, (hash, at) => (slots[slotOf(hash, row, at)] = place));
    }
  };
  return {
    add: (text) => {
      if (text.length < size) return;
      makeRoom(text.length);
      const start = length;
      for (const unit of unitsOf(text)) row[length++] = unit;
      eachHash(row, start, length, (hash, at) => {
        const slot = slotOf(hash, row, at);
        if (slots[slot] === 0) {
          slots[slot] = at + 1;
          taken += 1;
        }
        if (text.length === size) whole.add((slots[slot] ?? 0) - 1);
      });
    },
    find: (text, found) => {
      const units = unitsOf(text);
      eachHash(units, 0, units.length, (hash, at) => {
        const place = (slots[slotOf(hash, units, at)] ?? 0) - 1;
        if (place >= 0) found(at, whole.has(place));
      });
    },
  };
}

function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at);
  return units;
}
