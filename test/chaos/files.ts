/** The role files of a scenario, and the variables that they read. */
import type { ProviderName, Scenario, Tenant } from './scenario.ts';

/** Path → text. The base URLs come from the environment, so that each apply can have a proxy of its own. */
export function filesOf({ tenants }: Scenario): Readonly<Record<string, string>> {
  return Object.fromEntries(tenants.map((tenant) => [`roles/${tenant.target}.yaml`, fileOf(tenant)]));
}

export function environmentOf({ tenants }: Scenario, origin: string): Readonly<Record<string, string>> {
  const entries = tenants.flatMap((tenant) => {
    const [first, second] = tenant.login;
    const prefix = prefixOf(tenant);
    return [
      [`${prefix}_URL`, `${origin}${basePath(tenant)}`],
      [`${prefix}_ONE`, first],
      [`${prefix}_TWO`, second],
    ];
  });
  return Object.fromEntries(entries);
}

export function basePath({ provider, tenant }: Pick<Tenant, 'provider' | 'tenant'>): string {
  return { dintero: '/dintero/v1', rinne: '/rinne/core', rocketchat: `/rocketchat/${tenant}` }[provider];
}

const fields: Readonly<Record<ProviderName, readonly [string, string]>> = {
  dintero: ['clientId', 'clientSecret'],
  rinne: ['identifier', 'password'],
  rocketchat: ['userId', 'token'],
};

function prefixOf({ provider, target }: Tenant): string {
  return `${provider.toUpperCase()}_${target.replaceAll('-', '_').toUpperCase()}`;
}

/** JSON is YAML. */
function fileOf(tenant: Tenant): string {
  const { provider, target, unmanaged, dropUnknownRoles, declared } = tenant;
  const [first, second] = fields[provider];
  const prefix = prefixOf(tenant);
  const lines = {
    name: target,
    ...(provider === 'dintero' && { account: tenant.tenant }),
    ...(provider === 'rinne' && { company: tenant.tenant }),
    baseUrl: `\${${prefix}_URL}`,
    unmanaged,
    files: ['roles/**'],
    ...(dropUnknownRoles.length > 0 && { dropUnknownRoles }),
    auth: { [first]: `\${${prefix}_ONE}`, [second]: `\${${prefix}_TWO}` },
  };
  return [
    `provider: ${provider}`,
    `targets: [${JSON.stringify(lines)}]`,
    ...(declared.length === 0 ? ['roles: []'] : ['roles:', ...declared.map((role) => `  - ${JSON.stringify(role)}`)]),
    '',
  ].join('\n');
}
