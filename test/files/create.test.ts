import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFiles } from '../../src/files/create.ts';
import { folder, write } from '../support/command.ts';

const files = [
  { path: 'one/deep/a.yaml', content: 'a' },
  { path: 'two.yaml', content: 'b' },
];

describe('createFiles', () => {
  it('creates the files, and the folders for them', () => {
    const cwd = folder({});
    createFiles(files, cwd);
    expect(readFileSync(`${cwd}/one/deep/a.yaml`, 'utf8')).toBe('a');
    expect(readFileSync(`${cwd}/two.yaml`, 'utf8')).toBe('b');
  });

  it('overwrites nothing, and then leaves nothing behind', () => {
    const cwd = folder({ 'two.yaml': 'mine' });
    expect(() => createFiles(files, cwd)).toThrow('two.yaml is there already, and nothing is overwritten');
    expect(readdirSync(cwd)).toEqual(['two.yaml']);
    expect(readFileSync(`${cwd}/two.yaml`, 'utf8')).toBe('mine');
  });

  it('leaves nothing behind where what comes after fails, but what others put there', () => {
    const cwd = folder({});
    const fail = () => {
      write(cwd, 'one/theirs.txt', 'theirs');
      throw new Error('no');
    };
    expect(() => createFiles(files, cwd, fail)).toThrow('no');
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual(['one', 'one/theirs.txt']);
  });
});
