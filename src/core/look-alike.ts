/** Names that a reader takes for one another: a guess for warnings, never for matching. Pure. */

/** Letters of other scripts, and digits, that are drawn like Latin letters; after Unicode TR39 (confusables), the common ones. */
const drawnAlike: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: 'аɑα',
    b: 'Ьƅ',
    c: 'сϲ',
    d: 'ԁ',
    e: 'еҽ',
    g: 'ɡ',
    h: 'һ',
    i: 'іıι1|lӏ!',
    j: 'јϳ',
    k: 'кκ',
    m: 'м',
    n: 'ո',
    o: 'оοσ0օ',
    p: 'рρ',
    q: 'ԛ',
    s: 'ѕ5',
    t: 'тτ',
    u: 'υս',
    v: 'ѵν',
    w: 'ԝω',
    x: 'хχ',
    y: 'уγ',
    z: 'ᴢ',
  }).flatMap(([latin, others]) => [...others].map((other) => [other, latin] as const)),
);

/** Pairs of different names that look alike, each pair once. */
export function lookAlikes(names: readonly string[]): readonly (readonly [string, string])[] {
  const first = new Map<string, string>();
  return [...new Set(names)].flatMap((name) => {
    const drawn = skeleton(name);
    const other = first.get(drawn);
    if (other !== undefined) return [[other, name] as const];
    first.set(drawn, name);
    return [];
  });
}

/** Equal for names that look alike: without accents, case, and the space and punctuation between words. */
export function skeleton(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const letters = [...plain].map((letter) => drawnAlike.get(letter) ?? letter).join('');
  return letters
    .replace(/[\s\p{Pd}\p{Pc}.]+/gu, ' ')
    .replaceAll('rn', 'm')
    .trim();
}
