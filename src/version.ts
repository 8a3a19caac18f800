/** The version of the tool; the bundler puts the one of package.json in. */

declare const __VERSION__: string | undefined;

export const version: string = typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0-dev';
