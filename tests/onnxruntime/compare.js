// compare.js [--quiet] CASES.json: runs models in ONNX Runtime, on its processor provider with the session options that it has
// by default, and compares tensors byte for byte. CASES.json is an array of
//
//   {"model": FILE.onnx, "inputs": {NAME: FILE.npy}, "expected": {NAME: FILE.npy}, "save": {NAME: FILE.npy},
//    "optimized": FILE.onnx}
//
// with files relative to it. Any tensor of a model may be expected or saved, not outputs alone. "optimized" is where the
// model that ONNX Runtime makes of it is written. Prints the bytes compared and differing, of each tensor and in all; with
// --quiet only of those that differ. Exit status 0: none differ; 1: some do; 2: a case could not be run.
'use strict';

const fs = require('fs');
const path = require('path');
const ort = require('onnxruntime-node');

// Element types by NumPy's names.
const types = {
  '|i1': {name: 'int8', Elements: Int8Array},
  '|u1': {name: 'uint8', Elements: Uint8Array},
  '<i4': {name: 'int32', Elements: Int32Array},
  '<i8': {name: 'int64', Elements: BigInt64Array},
  '<f4': {name: 'float32', Elements: Float32Array},
};

function readNpy(file) {
  const bytes = fs.readFileSync(file);
  if (bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error(`${file}: expected a .npy file`);
  const start = bytes[6] === 1 ? 10 : 12;
  const length = bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  const header = bytes.toString('latin1', start, start + length);
  const type = types[/'descr': *'([^']*)'/.exec(header)[1]];
  if (!type || /'fortran_order': *True/.test(header)) throw new Error(`${file}: expected another type or order, found ${header}`);
  const shape = /'shape': *\(([^)]*)\)/.exec(header)[1].split(',').filter((s) => s.trim() !== '').map(Number);
  const data = Uint8Array.from(bytes.subarray(start + length));
  return {type, shape, data: new type.Elements(data.buffer)};
}

function writeNpy(file, tensor) {
  const [descr] = Object.entries(types).find(([, type]) => type.name === tensor.type);
  const shape = `(${tensor.dims.join(', ')}${tensor.dims.length === 1 ? ',' : ''})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const header = text + ' '.repeat(63 - (10 + text.length) % 64) + '\n';
  const start = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  start.writeUInt16LE(header.length, 8);
  fs.writeFileSync(file, Buffer.concat([start, Buffer.from(header, 'latin1'), bytesOf(tensor.data)]));
}

function bytesOf(elements) {
  return Buffer.from(elements.buffer, elements.byteOffset, elements.byteLength);
}

// A field of protobuf whose value has a length.
function field(number, value) {
  const length = [];
  for (let rest = value.length; ; rest >>>= 7) {
    if (rest < 128) {
      length.push(rest);
      break;
    }
    length.push((rest & 127) | 128);
  }
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), value]);
}

// The model with more outputs. A message that follows another is merged with it, so these bytes add to the list of outputs:
// ModelProto.graph (7), GraphProto.output (12), ValueInfoProto.name (1). ONNX Runtime finds the types itself.
function withOutputs(model, names) {
  const outputs = names.map((name) => field(12, field(1, Buffer.from(name))));
  return Buffer.concat([model, field(7, Buffer.concat(outputs))]);
}

// The fields of a message whose values have a length: number and value.
function* fieldsOf(message) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = message[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const kind = key % 8;
    if (kind === 0) varint();
    if (kind === 1) at += 8;
    if (kind === 5) at += 4;
    if (kind !== 2) continue;
    const length = varint();
    yield [Math.floor(key / 8), message.subarray(at, at + length)];
    at += length;
  }
}

function valuesOf(message, number) {
  return [...fieldsOf(message)].filter(([found]) => found === number).map(([, value]) => value);
}

function outputsOf(model) {
  const outputs = valuesOf(model, 7).flatMap((graph) => valuesOf(graph, 12));
  return new Set(outputs.flatMap((output) => valuesOf(output, 1)).map(String));
}

function differing(a, b) {
  const x = bytesOf(a);
  const y = bytesOf(b);
  if (x.equals(y)) return 0;
  let count = 0;
  for (let i = 0; i < x.length; ++i) count += x[i] !== y[i];
  return count;
}

function compare(name, found, expected) {
  if (found.type !== expected.type.name || found.dims.join() !== expected.shape.join()) {
    throw new Error(`${name}: expected ${expected.type.name} ${expected.shape}, found ${found.type} ${found.dims}`);
  }
  return {bytes: found.data.byteLength, differing: differing(found.data, expected.data)};
}

let last = {};  // session, of the model that the case before had

// The model with these tensors as outputs. One after the other, cases of one model share a session.
async function sessionOf(model, wanted, optimized) {
  const key = JSON.stringify([model, wanted, optimized]);
  if (last.key === key) return last.session;
  if (last.session) await last.session.release();
  last = {};
  const bytes = fs.readFileSync(model);
  const options = {logSeverityLevel: 3};
  if (optimized) options.optimizedModelFilePath = optimized;
  const own = outputsOf(bytes);
  const more = [...new Set(wanted)].filter((name) => !own.has(name));
  last = {key, session: await ort.InferenceSession.create(withOutputs(bytes, more), options)};
  return last.session;
}

async function runCase(test, folder) {
  const file = (name) => path.resolve(folder, name);
  const wanted = [...Object.keys(test.expected || {}), ...Object.keys(test.save || {})];
  const session = await sessionOf(file(test.model), wanted, test.optimized && file(test.optimized));
  const feeds = {};
  for (const [name, input] of Object.entries(test.inputs)) {
    const {type, shape, data} = readNpy(file(input));
    feeds[name] = new ort.Tensor(type.name, data, shape);
  }
  const results = await session.run(feeds);
  for (const [name, output] of Object.entries(test.save || {})) writeNpy(file(output), results[name]);
  return Object.entries(test.expected || {}).map(
      ([name, expected]) => ({name, ...compare(name, results[name], readNpy(file(expected)))}));
}

async function main(quiet, cases) {
  const total = {bytes: 0, differing: 0, failed: 0};
  for (const test of JSON.parse(fs.readFileSync(cases, 'utf8'))) {
    try {
      for (const tensor of await runCase(test, path.dirname(cases))) {
        total.bytes += tensor.bytes;
        total.differing += tensor.differing;
        if (tensor.differing || !quiet) {
          console.log(`${test.model}: ${tensor.name}: ${tensor.bytes} bytes, ${tensor.differing} differ`);
        }
      }
    } catch (error) {
      ++total.failed;
      console.log(`${test.model}: not run: ${error.message}`);
    }
  }
  console.log(`ONNX Runtime: ${total.bytes} bytes compared, ${total.differing} differ, ${total.failed} cases not run`);
  process.exitCode = total.failed ? 2 : total.differing ? 1 : 0;
}

const args = process.argv.slice(2);
const quiet = args[0] === '--quiet';
if (args.length !== (quiet ? 2 : 1)) {
  console.error('compare.js [--quiet] CASES.json');
  process.exitCode = 2;
} else {
  main(quiet, args[quiet ? 1 : 0]);
}
