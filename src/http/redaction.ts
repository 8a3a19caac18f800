/** Keeps secrets out of messages: knows them in the forms in which they travel. It never prints or stores anything else. */

export interface Redaction {
  readonly redact: (text: string) => string;
  readonly conceal: (secret: string) => void;
}

/** Shorter text is no secret, and taking it out would make every message unreadable. */
const SHORTEST = 4;

/** Replaces each secret, and its URL, form, JSON and base64 forms, by `[secret]`. */
export function createRedaction(secrets: readonly string[]): Redaction {
  const hidden = new Set<string>();
  const conceal = (secret: string): void => {
    for (const form of formsOf(secret)) if (form.length >= SHORTEST) hidden.add(form);
  };
  secrets.forEach(conceal);
  return {
    conceal,
    // Longest first: a secret that holds another one must go as a whole.
    redact: (text) =>
      [...hidden].sort((a, b) => b.length - a.length).reduce((rest, form) => rest.replaceAll(form, '[secret]'), text),
  };
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64');
  // By way of the bytes: a lone surrogate cannot be URL-encoded; what travels is U+FFFD.
  const encoded = encodeURIComponent(bytes.toString());
  return [
    secret,
    encoded,
    encoded.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}
