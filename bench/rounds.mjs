import { median } from './median.mjs';
import { coreSeconds, cpuSeconds } from './pinned-process.mjs';

/** Seconds before each measured round in which the same work runs untimed; the first is longer. */
const [firstWarmUp, warmUp] = [1.5, 0.3];

/**
 * Measures one scenario on every target that can do it, round by round in turn. A target's answer: each round's rate,
 * latencies and CPU use, and the medians. A target that fails is left out from then on, and its fault is told.
 */
export async function measureRounds({ scenario, targets, sites, generator, cores, run, faults }) {
  const connections = scenario.connections ?? run.connections;
  const makers = new Map();
  const rounds = new Map();

  /** Does work for a target; one that fails does not cost what the others have done. */
  async function attempt(target, doIt) {
    try {
      await doIt();
    } catch (error) {
      makers.delete(target);
      rounds.delete(target);
      faults.push({ scenario: scenario.name, target: target.name, fault: error.message.split('\n')[0] });
      process.stderr.write(`${scenario.name}: ${target.name} FAILED: ${error.message}\n`);
    }
  }

  for (const target of targets.filter(({ cannot }) => cannot[scenario.name] === undefined)) {
    process.stderr.write(`${scenario.name}: preparing ${target.name}\n`);
    await attempt(target, async () => {
      makers.set(target, await prepare(scenario, sites.get(target), generator, connections));
      rounds.set(target, []);
    });
  }
  for (let round = 0; round < run.rounds; round += 1)
    for (const target of [...rounds.keys()])
      await attempt(target, async () => {
        const { lastAnswer, ...measured } = await measureOnce({
          check: (answer) => checkAnswer(scenario, target, answer),
          make: makers.get(target),
          site: sites.get(target),
          generator,
          cores,
          connections,
          seconds: run.seconds,
          warmUp: round === 0 ? firstWarmUp : warmUp,
          rate: median(rounds.get(target).map((one) => one.rate)),
        });
        rounds.get(target).push({ ...measured, answerBytes: lastAnswer.length });
        process.stderr.write(
          `${scenario.name} ${round + 1}/${run.rounds} ${target.name}: ${measured.rate.toFixed(0)}/s, p99 ${measured.p99.toFixed(1)} ms, core ${(measured.cpu * 100).toFixed(0)} %\n`,
        );
      });
  return Object.fromEntries([...rounds].map(([target, list]) => [target.name, summary(list)]));
}

function prepare(scenario, site, generator, connections) {
  const load = (job) => generator.run({ ...address(site), connections, ...job });
  return scenario.prepare({ site, load, connections });
}

async function measureOnce({ seconds, warmUp, rate, ...rest }) {
  const warm = await play({ ...rest, seconds: warmUp, rate });
  rest.check(readJson(warm.lastAnswer));
  return play({ ...rest, seconds, rate: rate ?? warm.rate * 1.3 });
}

async function play({ make, site, generator, cores, connections, seconds, rate }) {
  const { after, ...job } = await make({ seconds, rate });
  const before = [cpuSeconds(site.pid), cpuSeconds(generator.pid), coreSeconds(cores.target)];
  const result = await generator.run({ status: 200, ...address(site), connections, seconds, ...job });
  const now = [cpuSeconds(site.pid), cpuSeconds(generator.pid), coreSeconds(cores.target)];
  const [cpu, loadCpu, core] = now.map((value, index) => (value - before[index]) / result.seconds);
  if (result.failures > 0) throw new Error(`${result.failures} answers failed; the first:\n${result.firstFailure}`);
  after?.(result);
  const { answered, p50, p99, lastAnswer } = result;
  return {
    lastAnswer,
    rate: answered / result.seconds,
    perCpuSecond: answered / result.seconds / cpu,
    p50,
    p99,
    cpu,
    loadCpu,
    othersOnCore: Math.max(0, core - cpu),
    seconds: result.seconds,
    answered,
  };
}

function address({ host, port }) {
  return { host, port };
}

/** The answer must be what the scenario says, or its rate means nothing. */
function checkAnswer(scenario, target, answer) {
  if (scenario.accepts(answer, target)) return;
  throw new Error(`${target.name} does something else in ${scenario.name}: ${JSON.stringify(answer).slice(0, 500)}`);
}

function readJson(text) {
  const body = text.slice(text.indexOf('\r\n\r\n'));
  return JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1));
}

function summary(rounds) {
  const of = (name) => median(rounds.map((round) => round[name]));
  return {
    rate: of('rate'),
    perCpuSecond: of('perCpuSecond'),
    answerBytes: of('answerBytes'),
    p50: of('p50'),
    p99: of('p99'),
    cpu: of('cpu'),
    loadCpu: of('loadCpu'),
    othersOnCore: of('othersOnCore'),
    rounds,
  };
}
