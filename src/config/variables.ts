/** `${NAME}` and `${NAME:-default}` in role files: which may stand where, and what they become. It never prints a value. */
import type { ProviderName } from '../providers/provider.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type TemplatePart =
  | { readonly text: string; readonly variable?: undefined }
  | { readonly variable: string; readonly fallback: string | undefined };

/** The parts of a text, or what is wrong with it. */
export type ParsedTemplate =
  | { readonly parts: readonly TemplatePart[]; readonly fault?: undefined }
  | { readonly fault: string };

const prefixes: Readonly<Record<ProviderName, string>> = {
  dintero: 'DINTERO_',
  rinne: 'RINNE_',
  rocketchat: 'ROCKETCHAT_',
};

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
  const { parts = [] } = { ...parseTemplate(text) } as { parts?: readonly TemplatePart[] };
  return parts.flatMap((part) => (part.variable === undefined ? [] : [part.variable]));
}

/** Why a file of this provider must not read the variable; undefined: it may. */
export function forbidden(variable: string, provider: ProviderName, extra: readonly string[]): string | undefined {
  const own = prefixes[provider];
  if (variable.startsWith(own) || variable.startsWith('ROLESYNC_VAR_') || extra.includes(variable)) return undefined;
  return `\`${variable}\` is not a variable that a file of this provider may read: name it \`${own}…\` or \`ROLESYNC_VAR_…\`, or add \`--env ${variable}\``;
}

/** A variable whose name says that it is a secret: it would be shown wherever it stands outside of a secret's field. */
export function soundsSecret(variable: string): boolean {
  return /SECRET|PASSW|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL/i.test(variable);
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
