// signal_to_noise.js EXACT.onnx ROUNDED.onnx [COUNT]: runs two models that have the same inputs and outputs in ONNX Runtime on
// COUNT (default 8) pseudo-random inputs between -2 and 2, as `hwcvp quantize` takes where it is given no data, but others.
// Prints for each output the ratio of the power of the first to that of the difference, in dB, and how often the largest
// element is the same. The inputs' dimensions must be fixed.
'use strict';

const ort = require('onnxruntime-node');

// xorshift32: the same numbers everywhere.
function uniform(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function largest(data) {
  return data.reduce((best, value, i) => (value > data[best] ? i : best), 0);
}

async function main(exactPath, roundedPath, count) {
  const options = {logSeverityLevel: 3};
  const exact = await ort.InferenceSession.create(exactPath, options);
  const rounded = await ort.InferenceSession.create(roundedPath, options);
  const next = uniform(20261201);
  const sums = new Map(exact.outputNames.map((name) => [name, {power: 0, error: 0, same: 0}]));
  for (let i = 0; i < count; ++i) {
    const feeds = {};
    for (const input of exact.inputMetadata) {
      const data = Float32Array.from({length: input.shape.reduce((a, b) => a * b, 1)}, () => 4 * next() - 2);
      feeds[input.name] = new ort.Tensor('float32', data, input.shape);
    }
    const a = await exact.run(feeds);
    const b = await rounded.run(feeds);
    for (const [name, sum] of sums) {
      a[name].data.forEach((value, at) => {
        sum.power += value ** 2;
        sum.error += (value - b[name].data[at]) ** 2;
      });
      sum.same += largest(a[name].data) === largest(b[name].data);
    }
  }
  for (const [name, {power, error, same}] of sums) {
    console.log(`${name}: ${(10 * Math.log10(power / error)).toFixed(1)} dB, ${same} of ${count} with the same largest`);
  }
}

const [exact, rounded, count] = process.argv.slice(2);
if (!rounded) {
  console.error('signal_to_noise.js EXACT.onnx ROUNDED.onnx [COUNT]');
  process.exitCode = 2;
} else {
  main(exact, rounded, Number(count || 8));
}
