/** Reads what the commands print as JSON, as any other program would: by the published shape, with nothing of rolesync's own. */

export interface PrintedChange {
  readonly action: string;
  readonly role: string;
  readonly id: string | null;
  readonly cause: string;
  readonly grants: readonly string[];
  readonly revokes: readonly string[];
  readonly fields: Readonly<Record<string, { readonly before: unknown; readonly after: unknown }>>;
  readonly drops?: readonly { readonly permission: string; readonly id: string }[];
}

export interface PrintedTarget {
  readonly name: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly changes?: readonly PrintedChange[];
  readonly withheld?: readonly PrintedChange[];
  readonly outcomes?: readonly PrintedOutcome[];
  readonly verified?: boolean | null;
}

export interface PrintedOutcome {
  readonly action: string;
  readonly role: string;
  readonly id: string | null;
  readonly status: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Document {
  readonly targets?: readonly PrintedTarget[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** undefined: it is not one JSON document. */
export function documentIn(text: string): Document | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Document) : undefined;
  } catch {
    return undefined;
  }
}
