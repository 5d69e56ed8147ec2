/** A target that used less of its core than this was not what limited the rate. */
const wholeCore = 0.95;

/** What limited it instead, and how the table says so. */
const marks = {
  shared: ['#', 'another program took time of its core'],
  load: ['!', 'the load generator was at its limit'],
  waits: ['~', 'it waited, for the disk or the database'],
};

/** Prints the medians, requests a second, then the figures. */
export function printReport(report, targets, scenarios) {
  const names = targets.map(({ name }) => name);
  console.log(`\nNode ${report.node}, ${report.cpu}, ${report.cores} cores; medians of ${report.run.rounds} rounds\n`);
  if (scenarios.length > 0) {
    const rows = (cell) =>
      scenarios.map(({ name, title }) => [title, ...names.map((target) => cell(report.scenarios[name][target]))]);
    printTable(['requests a second', ...names], rows(rateOf));
    console.log('');
    printTable(
      ['requests for a second of the target’s CPU', ...names],
      rows((measured) => measured?.perCpuSecond.toFixed(0) ?? '–'),
    );
  }
  printRatios(report, names, scenarios);
  if (report.scale) printScale(report.scale, report.titles);
  if (report.memory || report.ready) printProcesses(report, names);
  console.log(`\nThe target used less than ${wholeCore * 100} % of its core where a mark stands:`);
  for (const [mark, meaning] of Object.values(marks)) console.log(`  ${mark} ${meaning}`);
  console.log('');
  printTable(
    ['figure', 'value', 'bound', ''],
    report.figures.map(({ name, value, atLeast, atMost, reached, unit = '' }) => [
      name,
      `${value.toFixed(2)}${unit}`,
      atLeast === undefined ? `≤ ${atMost}${unit}` : `≥ ${atLeast}${unit}`,
      reached ? 'reached' : 'NOT REACHED',
    ]),
  );
  for (const { scenario, target = '', fault } of report.faults) console.log(`\n${scenario} ${target} FAILED: ${fault}`);
}

/** Tessera's rate as a multiple of each other target's. */
function printRatios({ scenarios: measured }, names, scenarios) {
  const others = names.filter((name) => name !== 'tessera');
  if (others.length === names.length || others.length === 0 || scenarios.length === 0) return;
  console.log('');
  printTable(
    ['tessera as a multiple of', ...others],
    scenarios.map(({ name, title }) => {
      const { tessera, ...rest } = measured[name];
      return [
        title,
        ...others.map((other) => (tessera && rest[other] ? (tessera.rate / rest[other].rate).toFixed(2) : '–')),
      ];
    }),
  );
}

function printScale({ scenarios, ready }, titles) {
  const scales = Object.keys(ready);
  console.log('');
  printTable(
    ['p50 / p99 in ms, SQLite', ...scales],
    Object.entries(scenarios).map(([name, of]) => [
      titles[name],
      ...scales.map((scale) => (of[scale] ? `${of[scale].p50.toFixed(2)} / ${of[scale].p99.toFixed(2)}` : '–')),
    ]),
  );
}

function printProcesses({ memory = {}, ready = {}, residentAtEnd }, names) {
  const show = (value) => (value === undefined ? '–' : value.toFixed(0));
  console.log('');
  printTable(
    ['process', ...names],
    [
      ['ready, ms', ...names.map((name) => show(ready[name]?.readyMs))],
      ['MB after 100,000 tokens', ...names.map((name) => show(memory[name]?.resident))],
      ['MB at the end of the table above', ...names.map((name) => show(residentAtEnd[name]))],
    ],
  );
}

function rateOf(measured) {
  if (!measured) return '–';
  return `${measured.rate.toFixed(0)} ${marks[limitedBy(measured)]?.[0] ?? ' '}`;
}

function printTable(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  for (const row of [head, ...rows])
    console.log(
      row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('  '),
    );
}

function limitedBy({ cpu, loadCpu, othersOnCore }) {
  if (cpu >= wholeCore) return null;
  if (othersOnCore > 1 - wholeCore) return 'shared';
  return loadCpu > 0.85 ? 'load' : 'waits';
}
