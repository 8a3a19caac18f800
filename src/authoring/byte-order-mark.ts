/** A text of a file without its byte order mark, which is kept apart. */

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export function decoded(bytes: Uint8Array): { readonly mark: Buffer; readonly text: string } {
  const all = Buffer.from(bytes);
  const mark = all.subarray(0, 3).equals(byteOrderMark) ? byteOrderMark : Buffer.alloc(0);
  return { mark, text: all.subarray(mark.length).toString('utf8') };
}
