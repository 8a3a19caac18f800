/** Which hosts are this machine: the one answer for who may get credentials without leave and what no proxy sees. */

/** Loopback by name or by address; `hostname` as `URL` gives it, without a port. `*.localhost` is not: a resolver decides it. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
