/** Takes the shells' completion scripts from the library at build time: it prints them, and a command must not. Writes only src/commands/generated. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { script } from '@bomb.sh/tab';

const ownWords = `    local cur=\${COMP_WORDS[COMP_CWORD]} word words=()
    for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == = ]] || words+=("$word")
    done
    [[ $cur != = ]] || cur=''
`;

const types = `/** By the name of the shell. */
export const scripts: Readonly<Record<string, string>>;
`;

export function buildCompletion(root) {
  const scripts = { bash: safeBash(printed('bash')), zsh: printed('zsh'), fish: printed('fish') };
  const folder = new URL('src/commands/generated/', root);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('completion-scripts.js', folder), `export const scripts = ${JSON.stringify(scripts)};\n`);
  writeFileSync(new URL('completion-scripts.d.ts', folder), types);
}

function printed(shell) {
  const { log } = console;
  let text = '';
  console.log = (line) => {
    text += `${line}\n`;
  };
  try {
    script(shell, 'rolesync', 'rolesync');
  } finally {
    console.log = log;
  }
  return text;
}

function safeBash(text) {
  const edits = [
    // What stands on the line, `$(…)` too, is evaluated: it must arrive as it was typed, and not be run.
    ['rolesync complete -- ${words[@]:1}"', 'rolesync complete -- $(printf \'%q \' "${words[@]}" "$cur")"'],
    ['    if [[ -z "$cur" ]]; then\n        requestComp="$requestComp \'\'"\n    fi\n', ''],
    // The shell's own words instead of those of another package; it makes three of `--format=json`.
    ['    local cur prev words cword\n    _get_comp_words_by_ref -n "=:" cur prev words cword\n', ownWords],
    // A shell that reads the script twice would complain.
    [/^readonly /gm, ''],
    // Where a path may stand, the shell completes it itself.
    ['complete -F ', 'complete -o default -F '],
  ];
  return edits.reduce((before, [from, to]) => {
    const after = before.replace(from, () => to);
    if (after === before) throw new Error(`the bash script of @bomb.sh/tab has no ${from} any more`);
    return after;
  }, text);
}

if (process.argv[1] === import.meta.filename) buildCompletion(new URL('../', import.meta.url));
