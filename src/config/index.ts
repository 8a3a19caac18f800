/** The door of this folder: role files in, checked targets and roles out. */
export { unusedEntries } from './credentials.ts';
export { labelled } from './labels.ts';
export { load } from './load.ts';
export { fileReader } from './read-file.ts';
export { resolve } from './resolve.ts';
export { select, selector } from './select.ts';
