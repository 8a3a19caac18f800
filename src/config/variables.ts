/** `${NAME}` and `${NAME:-default}` in role files: which are allowed where, and what they become. It never prints a value. */
import { shown } from '../core/text.ts';
import type { Manifest, Manifests } from '../providers/manifest.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type TemplatePart =
  | { readonly text: string; readonly variable?: undefined }
  | { readonly variable: string; readonly fallback: string | undefined };

/** The parts of a text, or what is wrong with it. */
export type ParsedTemplate =
  | { readonly parts: readonly TemplatePart[]; readonly fault?: undefined }
  | { readonly fault: string };

/** Begins variables that the files of every provider may read. */
const shared = 'ROLESYNC_VAR_';

/** Holds the credentials of many targets, each for its target alone: no file reads it, whatever is allowed. */
export const secretsVariable = 'ROLESYNC_SECRETS';

export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let rest = text;
  for (let start = rest.indexOf('${'); start !== -1; start = rest.indexOf('${')) {
    const match = /^\$\{([A-Za-z_]\w*)(?::-((?:(?!\$\{)[^}])*))?\}/.exec(rest.slice(start));
    if (!match) return { fault: 'this `${` does not begin a variable: write `${NAME}` or `${NAME:-default}`' };
    if (start > 0) parts.push({ text: rest.slice(0, start) });
    parts.push({ variable: match[1] ?? '', fallback: match[2] });
    rest = rest.slice(start + match[0].length);
  }
  if (/^\$[A-Za-z_]\w*$/.test(text)) return { fault: `a variable is written in braces: \`\${${text.slice(1)}}\`` };
  if (rest !== '') parts.push({ text: rest });
  return { parts };
}

export function variablesOf(text: string): readonly string[] {
  const parsed = parseTemplate(text);
  if (parsed.fault !== undefined) return [];
  return parsed.parts.flatMap((part) => (part.variable === undefined ? [] : [part.variable]));
}

/** Why a file of this provider must not read the variable; undefined: it may. */
export function forbidden(
  variable: string,
  { variables: own }: Pick<Manifest, 'variables'>,
  extra: readonly string[],
): string | undefined {
  if (variable === secretsVariable)
    return `\`${variable}\` holds the credentials of all targets, and no file may read it`;
  if (variable.startsWith(own) || variable.startsWith(shared) || extra.includes(variable)) return undefined;
  return `\`${variable}\` is not a variable that a file of this provider may read: name it \`${own}…\` or \`${shared}…\`, or add \`--env ${variable}\``;
}

/** A variable whose name says that it is a secret: outside of the field for a secret, its value would be shown. */
export function soundsSecret(variable: string): boolean {
  return /SECRET|PASSW|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL/i.test(variable);
}

/**
 * A variable that role files may keep a secret in, whoever reads it: by its name, or by that of a secret key of the
 * provider (`ACME_EU_CLIENT_SECRET` for `clientSecret`).
 */
export function mayHoldSecret(variable: string, manifests: Manifests): boolean {
  if (variable.startsWith(shared)) return soundsSecret(variable);
  return [...manifests.values()].some(
    ({ variables, auth }) =>
      variable.startsWith(variables) &&
      (soundsSecret(variable) ||
        Object.entries(auth.keys).some(([key, { secret }]) => secret && variable.includes(constantCase(key)))),
  );
}

/** The variable that the example files of a provider read for a key: 'ACME_CLIENT_ID'. */
export function variableFor({ variables }: Pick<Manifest, 'variables'>, key: string): string {
  return variables + constantCase(key);
}

function constantCase(key: string): string {
  return key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
}

/** The text with its variables replaced, or the first variable that is not set. Empty counts as unset. */
export function fill(
  text: string,
  environment: Environment,
): { readonly value: string; readonly unset?: undefined } | { readonly unset: string } {
  const parsed = parseTemplate(text);
  if (parsed.fault !== undefined) return { value: text };
  let value = '';
  for (const part of parsed.parts) {
    if (part.variable === undefined) value += part.text;
    else {
      const found = (Object.hasOwn(environment, part.variable) && environment[part.variable]) || part.fallback;
      if (!found) return { unset: part.variable };
      value += found;
    }
  }
  return { value };
}

/** The text as it is with no environment: undefined where a variable has no default. */
export function withDefaults(text: string): string | undefined {
  const filled = fill(text, {});
  return filled.unset === undefined ? filled.value : undefined;
}

/** What is wrong with a text of a role that holds a variable: what a role is must not depend on the machine. */
export function variableIn(text: string): string | undefined {
  const variable = /\$\{[A-Za-z_]\w*(?::-[^}]*)?\}/.exec(text);
  return variable
    ? `holds the variable \`${shown(variable[0], 40)}\`: roles take no variables, only \`auth\` and \`targets\` do`
    : undefined;
}
