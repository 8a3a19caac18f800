/** The fields of a target that may hold variables, checked before any variable has a value. */
import type { Problem } from '../core/problem.ts';
import { problem } from '../core/problem.ts';
import type { Template } from './config.ts';
import { below, type Document, where } from './document.ts';
import { faultInText, parseBaseUrl } from './hosts.ts';
import { isSecret } from './language.ts';
import { listedTargets, type RoleFile, tenantOf } from './shape.ts';
import { forbidden, parseTemplate, soundsSecret, variablesOf, withDefaults } from './variables.ts';

/** A place where a variable is allowed. */
interface Slot {
  readonly template: Template;
  readonly field: string;
  readonly secret: boolean;
  readonly file: RoleFile;
}

export function template(document: Document, pointer: string, text: string): Template {
  const { source, excerpt = '' } = document.at(pointer);
  return { text, source, excerpt };
}

export function templatesOf(
  auth: Readonly<Record<string, string>>,
  document: Document,
  pointer: string,
): Record<string, Template> {
  const entries = Object.entries(auth).map(
    ([key, text]) => [key, template(document, below(pointer, key), text)] as const,
  );
  return Object.fromEntries(entries);
}

/** Across all files: the variable of a secret is allowed nowhere else. */
export function checkTemplates(files: readonly RoleFile[], extra: readonly string[]): readonly Problem[] {
  const slots = files.flatMap(slotsOf);
  const secrets = new Map<string, Slot>();
  for (const slot of slots.filter(({ secret }) => secret)) {
    for (const name of variablesOf(slot.template.text)) if (!secrets.has(name)) secrets.set(name, slot);
  }
  return slots.flatMap((slot) => {
    const fault = faultIn(slot, secrets, extra);
    return fault === undefined ? [] : [problem(slot.template, fault.code, fault.message)];
  });
}

function faultIn(
  { template: { text }, field, secret, file }: Slot,
  secrets: ReadonlyMap<string, Slot>,
  extra: readonly string[],
): { readonly code: string; readonly message: string } | undefined {
  const parsed = parseTemplate(text);
  if (parsed.fault !== undefined) return { code: 'variable', message: parsed.fault };
  for (const name of variablesOf(text)) {
    const reason = forbidden(name, file.manifest, extra);
    if (reason !== undefined) return { code: 'variable-not-allowed', message: reason };
    if (secret) continue;
    const holder = secrets.get(name);
    const why = holder
      ? `is the secret of ${where(holder.template)}`
      : soundsSecret(name)
        ? 'sounds like a secret'
        : undefined;
    if (why !== undefined) {
      return {
        code: 'secret-elsewhere',
        message: `\`${name}\` ${why}, and plans show \`${field}\`: use another variable here`,
      };
    }
  }
  const message = field === 'baseUrl' ? faultInUrl(text) : undefined;
  return message === undefined ? undefined : { code: 'base-url', message };
}

/** As far as it can be seen with variables in it. */
function faultInUrl(text: string): string | undefined {
  const known = withDefaults(text);
  if (known !== undefined) return parseBaseUrl(known).fault;
  const literal = text.replace(/\$\{[^}]*\}/g, 'x');
  return (
    faultInText(literal) ?? (/^(?:https?:\/\/|x)/i.test(literal) ? undefined : 'a base URL begins with `https://`')
  );
}

function slotsOf(file: RoleFile): readonly Slot[] {
  const { document, raw, manifest } = file;
  const slot = (pointer: string, field: string, text: string | undefined, secret = false): Slot[] =>
    text === undefined ? [] : [{ template: template(document, pointer, text), field, secret, file }];
  const auth = (values: Readonly<Record<string, string>> | undefined, pointer: string) =>
    Object.entries(values ?? {}).flatMap(([key, text]) =>
      slot(below(pointer, key), key, text, isSecret(manifest, key)),
    );
  const targets = listedTargets(file).flatMap(({ value: target, pointer }) => {
    if (typeof target !== 'object') return [];
    const { key = '' } = manifest.tenant ?? {};
    const tenant = slot(below(pointer, key), key, tenantOf(target, manifest));
    return [
      ...tenant,
      ...slot(below(pointer, 'baseUrl'), 'baseUrl', target.baseUrl),
      ...auth(target.auth, `${pointer}/auth`),
    ];
  });
  return [...auth(raw.auth, '/auth'), ...targets];
}
