import fc from 'fast-check';

// The same generated cases in every run, so that what a run says is about the change; FC_SEED=random looks for new ones,
// and FC_SEED with the number of a failed run brings its cases back.
const given = process.env.FC_SEED ?? '20261123';
if (given !== 'random') fc.configureGlobal({ seed: Number(given) });
