/** The door of this folder: role files in, checked targets and roles out. */
export { load } from './load.ts';
export { fileReader } from './read-file.ts';
export { resolve } from './resolve.ts';
export { select } from './select.ts';
