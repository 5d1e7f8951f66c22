// `hwcvp run`: layers one by one, predicted beside observed.
import { bandwidth } from './bandwidth.js';
import { element, section } from './dom.js';
import { dram } from './dram.js';
import { engines } from './engines.js';
import { bytes, duration, grouped, plural } from './format.js';
import { drawNests } from './nest.js';
import { roofline } from './roofline.js';
import { table } from './table.js';
import { columns as trafficColumns, trafficChart } from './traffic.js';

function outputText(layer) {
  if (!layer.output) return 'time only';
  return layer.output.verified ? 'verified' : `${grouped(layer.output.mismatches)} wrong`;
}

function verdictOf(document) {
  const { layers, totals } = document;
  if (!document.complete) {
    return { good: false, text: `Interrupted: ${plural(layers.length, 'layer')} ran, ${plural((document.not_run ?? []).length, 'layer')} did not.` };
  }
  const wrong = layers.filter((layer) => !layer.match).map((layer) => layer.name);
  if (wrong.length > 0) {
    return { good: false, text: `Predicted and observed bytes disagree in ${plural(wrong.length, 'layer')}: ${wrong.join(', ')}.` };
  }
  const mismatched = layers.filter((layer) => layer.output && !layer.output.verified).map((layer) => layer.name);
  if (mismatched.length > 0) {
    return { good: false, text: `Outputs differ from the reference in ${plural(mismatched.length, 'layer')}: ${mismatched.join(', ')}.` };
  }
  const outputs = totals.verified ? 'every output element equals the reference' : 'outputs were not computed (time only)';
  return { good: true, text: `Predicted and observed bytes are equal in ${layers.length === 1 ? 'the layer' : `all ${layers.length} layers`}; ${outputs}.` };
}

function summary(document) {
  const { layers, totals, simulation } = document;
  const observed = totals.observed;
  const largest = [...layers].sort((a, b) => b.observed.traffic.total - a.observed.traffic.total)[0];
  const share = (100 * largest.observed.traffic.total) / observed.traffic.total;
  const lines = [
    `${plural(layers.length, 'layer')} moved ${bytes(observed.traffic.total)} (${grouped(observed.traffic.total)} bytes) in ${grouped(observed.cycles)} cycles, ${duration(simulation.simulated_seconds)} of simulated time.`,
    `Predicted were ${grouped(totals.predicted.traffic.total)} bytes and ${grouped(totals.predicted.cycles)} cycles.`,
  ];
  if (layers.length > 1) lines.push(`${largest.name} moves most: ${bytes(largest.observed.traffic.total)}, ${share.toFixed(1)} % of the bytes.`);
  for (const fault of document.injected_faults) lines.push(`An injected fault was active: ${fault}.`);
  return section('summary', 'Summary', element('ul', {}, ...lines.map((line) => element('li', {}, line))));
}

function traffic(document) {
  const { layers, totals } = document;
  const names = layers.map((layer) => layer.name);
  const rows = layers.flatMap((layer) => ['predicted', 'observed'].map((side) => ({ layer: layer.name, side, ...layer[side].traffic })));
  return section('traffic', 'Traffic by layer and tensor',
    trafficChart('traffic-chart', 'Bytes at the memory port: predicted (faint) beside observed', names, [
      { title: 'predicted', faint: true, traffic: layers.map((layer) => layer.predicted.traffic) },
      { title: 'observed', traffic: layers.map((layer) => layer.observed.traffic) },
    ]),
    table('traffic-table', 'Traffic, predicted and observed',
      [{ key: 'layer', title: 'layer' }, { key: 'side', title: 'which' }, ...trafficColumns], rows,
      { layer: 'total', side: 'observed', ...totals.observed.traffic }));
}

function layerTable(document) {
  const { layers, totals } = document;
  const rows = layers.map((layer) => ({
    layer: layer.name,
    predicted_bytes: layer.predicted.traffic.total,
    observed_bytes: layer.observed.traffic.total,
    buffer_bytes: layer.buffer.total,
    predicted_cycles: layer.predicted.cycles,
    cycles: layer.observed.cycles,
    macs_per_cycle: layer.observed.roofline.achieved_macs_per_cycle,
    bound: layer.observed.roofline.bound,
    output: outputText(layer),
    match: layer.match,
    class: layer.match ? undefined : 'bad',
  }));
  return section('layers', 'Layers', table('layer-table', 'Layers', [
    { key: 'layer', title: 'layer' },
    { key: 'predicted_bytes', title: 'predicted', unit: 'bytes' },
    { key: 'observed_bytes', title: 'observed', unit: 'bytes' },
    { key: 'buffer_bytes', title: 'buffers', unit: 'bytes' },
    { key: 'predicted_cycles', title: 'predicted', unit: 'cycles' },
    { key: 'cycles', title: 'observed', unit: 'cycles' },
    { key: 'macs_per_cycle', title: 'achieved', unit: 'MAC/cycle', digits: 1 },
    { key: 'bound', title: 'bound by' },
    { key: 'output', title: 'output' },
    { key: 'match', title: 'bytes agree' },
  ], rows, {
    layer: 'total',
    predicted_bytes: totals.predicted.traffic.total,
    observed_bytes: totals.observed.traffic.total,
    predicted_cycles: totals.predicted.cycles,
    cycles: totals.observed.cycles,
    match: totals.match,
  }));
}

export function run(document, { recorded }) {
  const verdict = verdictOf(document);
  const { layers, totals } = document;
  const schedules = [...layers, ...(document.not_run ?? [])];
  const nests = section('schedules', 'Schedules', drawNests(schedules));
  if (layers.length === 0) return { verdict, sections: [nests] };
  const observed = layers.map((layer) => ({ name: layer.name, ...layer.observed }));
  return {
    verdict,
    sections: [
      summary(document), traffic(document), layerTable(document), nests, roofline(observed),
      engines(observed, totals.observed.engines), bandwidth(recorded?.bandwidth), document.dram ? dram(document.dram) : undefined,
    ],
  };
}
