/** The figures to reach: each a value of this run, computed from medians, and its bound. */
const wanted = [
  ['client_credentials / limit', ratio('client_credentials', 'tessera', 'limit'), { atLeast: 0.75 }],
  ['client_credentials / oidc-provider', ratio('client_credentials', 'tessera', 'oidc-provider'), { atLeast: 3 }],
  ['refresh / limit', ratio('refresh', 'tessera', 'limit'), { atLeast: 0.7 }],
  ['refresh / oidc-provider', ratio('refresh', 'tessera', 'oidc-provider'), { atLeast: 3 }],
  ['code exchange / oidc-provider', ratio('code', 'tessera', 'oidc-provider'), { atLeast: 3 }],
  ['introspection of a JWT / limit', ratio('introspect_jwt', 'tessera', 'limit'), { atLeast: 0.7 }],
  ['ready on an existing database', ({ ready }) => ready?.tessera?.readyMs, { atMost: 1000, unit: ' ms' }],
  ['ready at scale 1000', ({ scale }) => scale?.ready['scale 1000'], { atMost: 1000, unit: ' ms' }],
  ['memory after 100,000 tokens', ({ memory }) => memory?.tessera?.resident, { atMost: 130, unit: ' MB' }],
  ...['client_credentials', 'refresh', 'introspect_jwt', 'password'].map((name) => [
    `p99 of ${name}, scale 1000 / scale 1`,
    ({ scale }) => divide(scale?.scenarios[name]['scale 1000']?.p99, scale?.scenarios[name]['scale 1']?.p99),
    { atMost: 1.5 },
  ]),
  ['refresh, PostgreSQL / SQLite', ratio('refresh', 'tessera-pg', 'tessera'), { atLeast: 0.5 }],
];

function ratio(scenario, target, other) {
  return ({ scenarios }) => divide(scenarios[scenario]?.[target]?.rate, scenarios[scenario]?.[other]?.rate);
}

function divide(a, b) {
  return a === undefined || b === undefined ? undefined : a / b;
}

/** Every figure that this run has what it takes for. */
export function figuresOf(report) {
  return wanted.flatMap(([name, compute, bound]) => {
    const value = compute(report);
    if (value === undefined) return [];
    const reached = 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
    return [{ name, value, ...bound, reached }];
  });
}
