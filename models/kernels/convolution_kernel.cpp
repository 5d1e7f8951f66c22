#include "models/kernels/convolution_kernel.h"

#include "models/kernels/geometry.h"
#include "models/kernels/instruction_sets.h"
#include "models/kernels/requantize.h"
#include "models/kernels/resolve_views.h"

namespace hwcvp::kernels {

namespace {

// Memory of each thread.
struct Workspace {
  Offsets offsets;
  AlignedBuffer scratch;
};
thread_local Workspace workspace;

const KernelFunctions& functions(OperandWidth width) {
  const InstructionSet& set = selected_instruction_set();
  return width == OperandWidth::bytes ? set.bytes : set.words;
}

const MethodFunctions& method(const KernelFunctions& functions, const Geometry& geometry) {
  return functions.methods[static_cast<size_t>(geometry.method)];
}

size_t to_size(int64_t bytes) { return static_cast<size_t>(bytes); }

}  // namespace

void pack_input(const TileShape& shape, OperandWidth width, const InputView& input, PackedInput& packed) {
  const Geometry geometry = make_geometry(shape, functions(width));
  const MethodFunctions& f = method(functions(width), geometry);
  Workspace& w = workspace;
  const InputRows rows = resolve_input(shape, input, w.offsets);
  packed.data.reserve(to_size(f.packed_input_bytes(geometry)));
  w.scratch.reserve(to_size(f.pack_scratch_bytes(geometry)));
  f.pack_input(geometry, rows, packed.data.data(), w.scratch.data());
}

void pack_weights(const TileShape& shape, OperandWidth width, const WeightView& weights,
                  PackedWeights& packed) {
  const Geometry geometry = make_geometry(shape, functions(width));
  const MethodFunctions& f = method(functions(width), geometry);
  Workspace& w = workspace;
  const WeightRows rows = resolve_weights(shape, weights, w.offsets);
  packed.data.reserve(to_size(f.packed_weight_bytes(geometry, rows)));
  w.scratch.reserve(to_size(f.pack_scratch_bytes(geometry)));
  packed.element_bytes = weights.element_bytes;
  f.pack_weights(geometry, rows, packed.data.data(), w.scratch.data());
}

void convolve(const TileShape& shape, OperandWidth width, const PackedInput& input,
              const PackedWeights& weights, const AccumulatorView& accumulators) {
  const Geometry geometry = make_geometry(shape, functions(width));
  const MethodFunctions& f = method(functions(width), geometry);
  Workspace& w = workspace;
  const AccumulatorRows rows = resolve_accumulators(shape, accumulators, w.offsets);
  w.scratch.reserve(to_size(f.convolve_scratch_bytes(geometry)));
  f.convolve(geometry, input.data.data(), weights.data.data(), weights.element_bytes, rows, w.scratch.data());
}

bool packed_input_serves(const TileShape& a, const TileShape& b, OperandWidth width) {
  const Geometry p = make_geometry(a, functions(width));
  const Geometry q = make_geometry(b, functions(width));
  if (p.method != q.method || p.in_channels != q.in_channels || p.lines != q.lines ||
      p.columns != q.columns || p.input_code.flip != q.input_code.flip ||
      p.input_code.zero != q.input_code.zero) {
    return false;
  }
  // A single pixel takes only the columns and lines that its taps meet; the others take all, by phases.
  return p.method == Method::single_pixel || p.method == Method::single_pixel_words
             ? p.kernel_height == q.kernel_height && p.kernel_width == q.kernel_width &&
                   p.dilation_y == q.dilation_y && p.dilation_x == q.dilation_x
             : p.phases == q.phases;
}

bool packed_weights_serve(const TileShape& a, const TileShape& b, OperandWidth width) {
  const Geometry p = make_geometry(a, functions(width));
  const Geometry q = make_geometry(b, functions(width));
  if (p.method != q.method || p.out_channels != q.out_channels || p.in_channels != q.in_channels ||
      p.kernel_height != q.kernel_height || p.kernel_width != q.kernel_width ||
      p.input_code.zero != q.input_code.zero) {  // of which multiples are in where sums start
    return false;
  }
  // Over pixels, taps are packed in pairs that depend on these.
  return p.method != Method::pixel_lanes || (p.phases == q.phases && p.dilation_x == q.dilation_x);
}

void pack_input(const TileShape& shape, OperandWidth width, const void* input, int element_bytes,
                PackedInput& packed) {
  const int64_t lines = shape.in_height();
  const int64_t columns = shape.in_width();
  InputView view;
  view.data = input;
  view.element_bytes = element_bytes;
  view.c = {0, shape.in_channels, lines * columns};
  view.y = {0, lines, columns};
  view.x = {0, columns, 1};
  view.end_y = static_cast<int>(lines);
  view.end_x = static_cast<int>(columns);
  pack_input(shape, width, view, packed);
}

void pack_weights(const TileShape& shape, OperandWidth width, const void* weights, int element_bytes,
                  PackedWeights& packed) {
  const int64_t taps = int64_t{shape.kernel_height} * shape.kernel_width;
  WeightView view;
  view.data = weights;
  view.element_bytes = element_bytes;
  view.k = {0, shape.out_channels, shape.in_channels * taps};
  view.c = {0, shape.in_channels, taps};
  view.fy = {0, shape.kernel_height, shape.kernel_width};
  view.fx = {0, shape.kernel_width, 1};
  pack_weights(shape, width, view, packed);
}

void convolve(const TileShape& shape, OperandWidth width, const PackedInput& input,
              const PackedWeights& weights, int32_t* out) {
  // Shared zeros: they only grow, and never change.
  thread_local std::vector<int32_t> zeros;
  if (zeros.size() < static_cast<size_t>(shape.out_channels))
    zeros.resize(static_cast<size_t>(shape.out_channels));
  AccumulatorView view;
  view.data = out;
  view.k = {0, shape.out_channels, int64_t{shape.out_height} * shape.out_width};
  view.oy = {0, shape.out_height, shape.out_width};
  view.ox = {0, shape.out_width, 1};
  view.initial = zeros.data();
  convolve(shape, width, input, weights, view);
}

void requantize(const int32_t* accumulators, int64_t count, const SinglePrecision& rule, uint8_t* outputs) {
  selected_instruction_set().requantize(accumulators, count, rule, outputs);
}

}  // namespace hwcvp::kernels
