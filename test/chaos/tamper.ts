/** Edits a saved plan as somebody might who wants more than was reviewed. The text stays JSON and is always another document. */
import type { Random } from './random.ts';

export function tamper(saved: string, random: Random): string {
  const document: unknown = JSON.parse(saved);
  const places = placesIn(document).filter(({ value }) => value === null || typeof value !== 'object');
  const { holder, key, value } = random.pick(places);
  if (random.chance(0.3)) {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else Reflect.deleteProperty(holder, key);
  } else {
    Reflect.set(holder, key, another(value));
  }
  return JSON.stringify(document, null, 2);
}

interface Place {
  readonly holder: object;
  readonly key: string;
  readonly value: unknown;
}

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.entries(value).map(([key, inner]): Place => ({ holder: value, key, value: inner }));
  return [...own, ...own.flatMap((place) => placesIn(place.value))];
}

function another(value: unknown): unknown {
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : 'x';
}
