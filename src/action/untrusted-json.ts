/** Reads JSON that somebody else may have written: events, and files of earlier runs. It trusts no shape. */

const commitId = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A push that creates a branch says that zeros were there before. */
export function isCommitId(value: unknown): value is string {
  return typeof value === 'string' && commitId.test(value) && !/^0+$/.test(value);
}

export function isPullNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : null;
}

/** The text as JSON with exactly these fields; undefined for anything else. */
export function parseFields<Name extends string>(
  text: string,
  names: readonly Name[],
): Readonly<Record<Name, unknown>> | undefined {
  try {
    return fieldsOf(JSON.parse(text), names);
  } catch {
    return undefined;
  }
}

/** Exactly these fields; undefined for anything else. */
export function fieldsOf<Name extends string>(
  value: unknown,
  names: readonly Name[],
): Readonly<Record<Name, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const own = Object.keys(value).sort();
  if (own.length !== names.length || own.some((name, at) => name !== [...names].sort()[at])) return undefined;
  return value as Readonly<Record<Name, unknown>>;
}
