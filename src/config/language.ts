/** What role files may say: the providers that they may name, and the check that was compiled from the schema of just these. */
import type { Manifest, Manifests } from '../providers/manifest.ts';

export interface Language {
  readonly manifests: Manifests;
  readonly check: SchemaCheck;
}

/** As Ajv compiles it, with `verbose` and `allErrors`. */
export interface SchemaCheck {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schema: unknown;
  readonly parentSchema: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

/** The fields of `auth` that are secrets. */
export function isSecret({ auth }: Manifest, field: string): boolean {
  return Object.hasOwn(auth.keys, field) && auth.keys[field]?.secret === true;
}

/** Fields of `auth` by whether any provider keeps them secret: a file may not say yet, or not rightly, which one it is for. */
export function credentialFields(manifests: Manifests): {
  readonly secret: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
} {
  const keys = [...manifests.values()].flatMap(({ auth }) => Object.entries(auth.keys));
  const secret = new Set(keys.flatMap(([key, credential]) => (credential.secret ? [key] : [])));
  return { secret, open: new Set(keys.flatMap(([key]) => (secret.has(key) ? [] : [key]))) };
}
