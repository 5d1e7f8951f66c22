// Schedules drawn as loops: each indented by what is outside it, with the buffers where they are filled.
import { element } from './dom.js';
import { grouped, plural } from './format.js';

function spatial(layer, axis) {
  const size = [layer.in_height, layer.in_width][axis];
  const reach = layer.dilations[axis] * (layer.kernel_shape[axis] - 1) + 1;
  return Math.floor((size + layer.pads[axis] + layer.pads[axis + 2] - reach) / layer.strides[axis]) + 1;
}

// Sizes of the eight dimensions of a layer, in elements.
export function extents(layer) {
  return {
    B: layer.batch, G: layer.group, K: layer.out_channels / layer.group, C: layer.in_channels / layer.group,
    OY: spatial(layer, 0), OX: spatial(layer, 1), FY: layer.kernel_shape[0], FX: layer.kernel_shape[1],
  };
}

const tensors = ['input', 'weight', 'output'];

function bufferLine(tensor, schedule, buffer) {
  const notes = [];
  if (buffer) notes.push(`${grouped(buffer[tensor])} bytes`);
  if (schedule.double_buffer?.[tensor]) notes.push('two of half the size each');
  if (tensor === 'input' && schedule.input_reuse) notes.push(schedule.input_reuse);
  return `[${tensor} buffer${notes.length > 0 ? `: ${notes.join(', ')}` : ''}]`;
}

// A nest as lines of {depth, text, tensor}, tensor for a buffer. Without `layer` only tiles are known.
export function nestLines(schedule, layer, buffer) {
  const left = layer ? extents(layer) : null;
  const lines = [];
  for (let depth = 0; depth <= schedule.loops.length; ++depth) {
    for (const tensor of tensors) {
      if (schedule.buffer_level[tensor] === depth) lines.push({ depth, tensor, text: bufferLine(tensor, schedule, buffer) });
    }
    if (depth === schedule.loops.length) break;
    const { dim, tile } = schedule.loops[depth];
    if (left) {
      lines.push({ depth, text: `for ${dim} in ${left[dim]} by ${tile}`, trips: Math.ceil(left[dim] / tile) });
      left[dim] = tile;
    } else {
      lines.push({ depth, text: `for ${dim} by ${tile}` });
    }
  }
  const leaf = left ? Object.entries(left).map(([dim, size]) => `${dim}=${size}`).join(' ') : 'one command of the engine';
  lines.push({ depth: schedule.loops.length, text: left ? `leaf ${leaf}` : leaf });
  return lines;
}

// A stack: strips and steps, and what each operator does with its weights.
function stackLines(schedule, buffer) {
  const lines = [];
  let depth = 0;
  for (const [what, loop] of [['strips', schedule.outer], ['steps', schedule.inner]]) {
    if (!loop) continue;
    lines.push({ depth, text: `for ${what} of ${loop.tile} ${loop.tile === 1 ? 'line' : 'lines'} along ${loop.axis}` });
    ++depth;
  }
  if (buffer?.tensors !== undefined) {
    lines.push({
      depth, tensor: 'output',
      text: `[tensors: ${grouped(buffer.tensors)} bytes; resident weights: ${grouped(buffer.weights)} bytes; working: ${grouped(buffer.working)} bytes]`,
    });
  }
  for (const op of schedule.ops) {
    const notes = [];
    if (schedule.piece?.[op]) notes.push(`${plural(schedule.piece[op], 'line')} at once`);
    if (schedule.weights?.[op]) notes.push(`weights ${schedule.weights[op]}`);
    const tile = schedule.tile?.[op];
    if (tile) notes.push(`portions ${Object.entries(tile).map(([dim, size]) => `${dim}=${size}`).join(' ')}`);
    lines.push({ depth, text: `${op}${notes.length > 0 ? `: ${notes.join(', ')}` : ''}` });
  }
  return lines;
}

// A figure of one schedule, of a layer or of a stack; none where it has no loops.
export function drawNest(name, schedule, layer, buffer) {
  if (!schedule) return undefined;
  let lines;
  if (schedule.loops) {
    lines = nestLines(schedule, layer, buffer);
    if (schedule.tail) lines.push({ depth: schedule.loops.length, text: `then ${schedule.ops.slice(1).join(', ')}, as a tail` });
  } else if (schedule.ops) {
    lines = stackLines(schedule, buffer);
  } else {
    return undefined;
  }
  const drawn = lines.map(({ depth, text, trips, tensor }) => element('div',
    { class: `line ${tensor ? `buffer ${tensor}` : ''}`, style: `--depth:${depth}` }, text,
    trips === undefined ? '' : element('span', { class: 'trips' }, ` ${plural(trips, 'trip')}`)));
  return element('details', { class: 'nest' }, element('summary', {}, name), element('div', { class: 'loops' }, ...drawn));
}

// All of them, the first open.
export function drawNests(nests) {
  const figures = nests.map(({ name, schedule, layer, buffer }) => drawNest(name, schedule, layer, buffer)).filter(Boolean);
  figures[0]?.setAttribute('open', '');
  const toggle = element('button', {
    type: 'button', class: 'csv',
    click: () => {
      const open = figures.some((figure) => !figure.open);
      for (const figure of figures) figure.open = open;
    },
  }, 'Open or close all');
  return element('div', { class: 'nests' }, toggle, ...figures);
}
