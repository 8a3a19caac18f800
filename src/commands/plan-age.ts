/** How old a reviewed plan may be: what people write, and what holds where they write nothing. */

/** Milliseconds; undefined for anything but hours or days: `12h`, `30d`. */
export function parseAge(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,6})([hd])$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (unit === 'h' ? 3_600_000 : 86_400_000);
}

/** Milliseconds. */
export const defaultAge = 30 * 86_400_000;
