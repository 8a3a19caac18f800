/** Where the first line of a role file finds the schema: beside the files where rolesync is installed there, else on the web. */
import { posix } from 'node:path';
import { schemaAddress } from '../config/role-schema.ts';
import { type FileSource, isMissing } from '../files/file-source.ts';

const installed = 'node_modules/rolesync/schemas/roles.schema.json';

/** For the role file at that path. */
export function schemaFor(path: string, source: FileSource): string {
  if (isMissing(installed, source) || path.startsWith('/')) return schemaAddress;
  const way = posix.relative(posix.dirname(path), installed);
  return way.startsWith('.') ? way : `./${way}`;
}
