/** One text as a YAML scalar, in the style of the one it replaces where that can hold it. Every answer has been read back. */
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { yamlOptions } from '../config/yaml.ts';

export type ScalarStyle = 'PLAIN' | 'QUOTE_SINGLE' | 'QUOTE_DOUBLE';

/** Never more than one line. `inFlow`: inside `[…]` or `{…}`. */
export function scalarText(value: string, style: ScalarStyle, inFlow: boolean): string {
  const single = `'${value.replaceAll("'", "''")}'`;
  const forms = { PLAIN: [value], QUOTE_SINGLE: [single], QUOTE_DOUBLE: [] }[style];
  const kept = forms.find((form) => isFine(form, value, inFlow));
  return kept ?? JSON.stringify(value);
}

/** A block (`|`, `>`) from its header to its last line break; undefined where only quotes can hold the text exactly. */
export function blockText(value: string, source: string, lineBreak: string): string | undefined {
  const [, sign = '', rest = ''] = /^([|>])([^\r\n]*)/.exec(source) ?? [];
  const indent = /\n( +)\S/.exec(source)?.[1];
  // An indentation that is written out, or blank lines that count: more than a new text can be poured into.
  if (indent === undefined || /[+\d]/.test(rest.replace(/#.*/, ''))) return undefined;
  const header = `${value.includes('\n') ? '|' : sign}${rest}`;
  const lines = value.split('\n').map((line) => (line === '' ? '' : indent + line));
  const text = [header, ...lines, ''].join(lineBreak);
  return readBack(`key: ${text}`)?.replace(/\n$/, '') === value && value !== '' ? text : undefined;
}

/** Words that readers of older YAML take for a truth value. */
const truthLike = /^(?:y|yes|n|no|on|off)$/i;

function isFine(form: string, value: string, inFlow: boolean): boolean {
  if (/[\r\n]/.test(form) || form.length > 1000 || truthLike.test(form)) return false;
  return readBack(inFlow ? `key: [ ${form}, last ]` : `key: ${form}`, inFlow) === value;
}

/** The text of the one scalar; undefined where it is none, or there are others. */
function readBack(yaml: string, inFlow = false): string | undefined {
  const { contents, errors } = parseDocument(yaml, yamlOptions);
  if (errors.length > 0 || contents === null) return undefined;
  const node: unknown = isMap(contents) ? contents.get('key', true) : undefined;
  if (!inFlow) return isScalar(node) && typeof node.value === 'string' && node.comment == null ? node.value : undefined;
  const [first, second, ...more] = isSeq(node) ? node.items : [];
  const isAlone = isScalar(second) && second.value === 'last' && more.length === 0;
  return isAlone && isScalar(first) && typeof first.value === 'string' ? first.value : undefined;
}
