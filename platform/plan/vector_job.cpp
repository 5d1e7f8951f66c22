#include "platform/plan/vector_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "platform/plan/walk_dims.h"
#include "schedules/workload/error.h"

namespace hwcvp::plan {

using graph::Graph;
using graph::Operator;
using graph::Value;

namespace {

// Tensors of a WalkDim.
enum : size_t { kInput, kSecond, kOutput };

// More would take longer to post than to run.
constexpr int64_t kMostJobs = 4096;

[[noreturn]] void refuse(const Operator& op, const std::string& problem) {
  throw InputError(fmt::format("operator {} ({}): {}", op.name, op.type, problem));
}

// An operator and what it works on.
struct Operands {
  const Graph& graph;
  const Operator& op;

  const Value& input(size_t i = 0) const { return graph.values[op.inputs[i]]; }
  const Value& output() const { return graph.values[op.output]; }
};

struct Context : Operands {
  const MemoryPlan& plan;

  int64_t input_offset(size_t i = 0) const { return plan.places[op.inputs[i]].offset; }
  int64_t output_offset() const { return plan.places[op.output].offset; }
};

VectorSettings settings_of(const Operands& operands, VectorOperation operation) {
  VectorSettings settings;
  settings.operation = operation;
  settings.input_zero = operands.input().zero_point;
  settings.output_zero = operands.output().zero_point;
  const bool is_unsigned = operands.output().type == DataType::uint8;
  settings.output_min = is_unsigned ? 0 : -128;
  settings.output_max = is_unsigned ? 255 : 127;
  return settings;
}

void limit(VectorSettings& settings, const std::optional<int32_t>& least,
           const std::optional<int32_t>& most) {
  settings.output_min = std::max(settings.output_min, least.value_or(settings.output_min));
  settings.output_max = std::min(settings.output_max, most.value_or(settings.output_max));
}

// For the operands of the formula, in its order.
VectorSettings binary_settings(const Operands& operands, const graph::Binary& binary, const Value& a,
                               const Value& b) {
  using Kind = graph::Binary::Kind;
  const Value& y = operands.output();
  VectorSettings settings;
  switch (binary.kind) {
    case Kind::add: {
      settings = settings_of(operands, VectorOperation::add);
      const float a_ratio = a.scale / y.scale;
      const float b_ratio = b.scale / y.scale;
      settings.scales = {a_ratio, b_ratio, 0};
      settings.fixed =
          static_cast<float>(y.zero_point) -
          std::fmaf(a_ratio, static_cast<float>(a.zero_point), b_ratio * static_cast<float>(b.zero_point));
      break;
    }
    case Kind::subtract:
      settings = settings_of(operands, VectorOperation::subtract);
      settings.scales = {a.scale, b.scale, y.scale};
      break;
    case Kind::multiply:
      settings = settings_of(operands, VectorOperation::multiply);
      settings.scales[0] = a.scale * b.scale / y.scale;
      break;
  }
  settings.input_zero = a.zero_point;
  settings.second_zero = b.zero_point;
  limit(settings, binary.output_min, binary.output_max);
  return settings;
}

struct SettingsOf {
  const Operands& operands;

  VectorSettings operator()(const graph::Pooling& pooling) const {
    using Kind = graph::Pooling::Kind;
    const Layer& layer = pooling.layer;
    VectorSettings settings;
    const float x_scale = operands.input().scale;
    const float y_scale = operands.output().scale;
    switch (pooling.kind) {
      case Kind::max:
        settings = settings_of(operands, VectorOperation::max);
        break;
      case Kind::average:
        settings = settings_of(operands, VectorOperation::average);
        settings.scales = {x_scale, 0, y_scale};
        if (pooling.count_include_pad) settings.window_count = layer.kernel_shape[0] * layer.kernel_shape[1];
        break;
      case Kind::global_average:
        settings = settings_of(operands, VectorOperation::sum);
        settings.scales[0] = x_scale / (y_scale * static_cast<float>(layer.in_height * layer.in_width));
        break;
    }
    limit(settings, layer.output_min, layer.output_max);
    return settings;
  }

  VectorSettings operator()(const graph::Binary& binary) const {
    return binary_settings(operands, binary, operands.input(0), operands.input(1));
  }

  VectorSettings operator()(const graph::Table& table) const {
    VectorSettings settings = settings_of(operands, VectorOperation::table);
    settings.table.assign(table.entries.begin(), table.entries.end());
    return settings;
  }

  // All others only change places.
  template <typename Other>
  VectorSettings operator()(const Other&) const {
    return settings_of(operands, VectorOperation::copy);
  }
};

// A nest over dimensions that are at most four: B, G, Y, X, the innermost last. `group` tells which one is G;
// the others keep their order around it.
VectorJob nest_over(const Context& context, const std::vector<WalkDim>& dims, std::optional<size_t> group) {
  static const WalkDim kOne;
  std::array<const WalkDim*, 4> axes = {&kOne, &kOne, &kOne, &kOne};  // B, G, Y, X
  if (group) {
    if (*group > 1 || dims.size() - *group > 3)
      refuse(context.op,
             fmt::format("expected a broadcast over rows and columns, found {} and {}",
                         hwcvp::to_string(context.input(0).shape), hwcvp::to_string(context.input(1).shape)));
    if (*group == 1) axes[0] = &dims[0];
    axes[1] = &dims[*group];
    const size_t inner = dims.size() - *group - 1;
    for (size_t i = 0; i < inner; ++i) axes[4 - inner + i] = &dims[*group + 1 + i];
  } else {
    for (size_t i = 0; i < dims.size(); ++i) axes[4 - dims.size() + i] = &dims[i];
  }
  VectorJob job;
  Layer& layer = job.layer;
  layer.name = context.op.name;
  layer.input_type = context.input().type;
  layer.output_type = context.output().type;
  layer.batch = axes[0]->extent;
  layer.group = layer.in_channels = layer.out_channels = axes[1]->extent;
  layer.in_height = axes[2]->extent - axes[2]->before - axes[2]->after;
  layer.in_width = axes[3]->extent - axes[3]->before - axes[3]->after;
  layer.pads = {axes[2]->before, axes[3]->before, axes[2]->after, axes[3]->after};
  const int64_t element = bytes(context.output().type);
  constexpr std::array<size_t, 4> kAxes = {0, 1, 3, 4};
  for (size_t i = 0; i < axes.size(); ++i) {
    // Strides that are all 0 would mean others.
    const bool one = axes[i] == &kOne;
    job.input_strides[kAxes[i]] = (one ? 1 : axes[i]->strides[kInput]) * element;
    job.output_strides[kAxes[i]] = (one ? 1 : axes[i]->strides[kOutput]) * element;
  }
  job.input_offset = context.input_offset();
  job.output_offset = context.output_offset();
  return job;
}

// Nests for any number of dimensions: those that are too many, the outermost, become a job for each position.
// Dimensions with padding must be among the two innermost.
std::vector<VectorJob> nests_over(const Context& context, std::vector<WalkDim> dims,
                                  const VectorSettings& settings) {
  dims = joined(dims);
  std::vector<WalkDim> outer;
  while (dims.size() > 4) {
    outer.push_back(dims.front());
    dims.erase(dims.begin());
  }
  const auto is_padded = [](const WalkDim& dim) { return dim.before != 0 || dim.after != 0; };
  const size_t inner = std::min<size_t>(2, dims.size());
  if (std::any_of(outer.begin(), outer.end(), is_padded) ||
      std::any_of(dims.begin(), dims.end() - static_cast<std::ptrdiff_t>(inner), is_padded)) {
    refuse(context.op, "expected padding of two neighbouring axes at most");
  }
  int64_t count = 1;
  for (const WalkDim& dim : outer) count *= dim.extent;
  if (count > kMostJobs) refuse(context.op, "expected fewer dimensions that do not lie one after the other");
  std::vector<VectorJob> jobs;
  const int64_t element = bytes(context.output().type);
  for (int64_t i = 0; i < count; ++i) {
    VectorJob job = nest_over(context, dims, std::nullopt);
    job.settings = settings;
    int64_t rest = i;
    for (size_t d = outer.size(); d-- > 0;) {
      const int64_t index = rest % outer[d].extent;
      rest /= outer[d].extent;
      job.input_offset += index * outer[d].strides[kInput] * element;
      job.output_offset += index * outer[d].strides[kOutput] * element;
    }
    jobs.push_back(std::move(job));
  }
  return jobs;
}

struct JobsOf {
  const Context& context;

  std::vector<VectorJob> operator()(const graph::Pooling& pooling) const {
    VectorJob job;
    job.layer = pooling.layer;
    Layer& layer = job.layer;
    layer.name = context.op.name;
    // Images of a batch follow one another as channels do.
    layer.in_channels = layer.out_channels = layer.group = layer.batch * layer.in_channels;
    layer.batch = 1;
    const int64_t element = bytes(layer.input_type);
    const int64_t in_plane = layer.in_height * layer.in_width;
    const int64_t out_plane = layer.out_height() * layer.out_width();
    job.input_strides = {layer.group * in_plane * element, in_plane * element, in_plane * element,
                         layer.in_width * element, element};
    job.output_strides = {layer.group * out_plane * element, out_plane * element, out_plane * element,
                          layer.out_width() * element, element};
    job.input_offset = context.input_offset();
    job.output_offset = context.output_offset();
    job.settings = SettingsOf{context}(pooling);
    return {job};
  }

  std::vector<VectorJob> operator()(const graph::Binary& binary) const {
    const Value& a = context.input(0);
    const Value& b = context.input(1);
    const Shape& shape = context.output().shape;
    const bool a_whole = a.shape == shape;
    const bool b_whole = b.shape == shape;
    if (!a_whole && !b_whole) refuse(context.op, "expected one operand of the output's shape");
    // Sums round by their order: what stands for many is then the second one.
    const bool exchanged = binary.kind == graph::Binary::Kind::add && !a_whole;
    VectorSettings settings =
        exchanged ? binary_settings(context, binary, b, a) : binary_settings(context, binary, a, b);
    if (a_whole && b_whole) return two_tensors(settings);
    settings.swapped = !a_whole && !exchanged;
    return broadcast(settings, a_whole);
  }

  std::vector<VectorJob> operator()(const graph::Table& table) const {
    return nests_over(context, same_places(), SettingsOf{context}(table));
  }

  std::vector<VectorJob> operator()(const graph::Concat& concat) const {
    const std::vector<int64_t> out = dense_strides(context.output().shape);
    std::vector<VectorJob> jobs;
    int64_t offset = 0;  // elements
    for (size_t i = 0; i < context.op.inputs.size(); ++i) {
      const Shape& shape = context.input(i).shape;
      if (!moves_nothing(context.graph, context.op, context.plan, i)) {
        for (VectorJob& job :
             nests_over(context, dims_of(shape, dense_strides(shape), out), copy_settings())) {
          job.input_offset += context.input_offset(i) - context.input_offset(0);
          job.output_offset += offset * bytes(context.output().type);
          jobs.push_back(std::move(job));
        }
      }
      offset += shape[concat.axis] * out[concat.axis];
    }
    return jobs;
  }

  std::vector<VectorJob> operator()(const graph::Slice& slice) const {
    if (moves_nothing(context.graph, context.op, context.plan)) return {};
    const std::vector<int64_t> in = dense_strides(context.input().shape);
    std::vector<int64_t> stepped = in;
    int64_t offset = 0;
    for (size_t i = 0; i < in.size(); ++i) {
      stepped[i] *= slice.steps[i];
      offset += slice.starts[i] * in[i];
    }
    const Shape& shape = context.output().shape;
    std::vector<VectorJob> jobs =
        nests_over(context, dims_of(shape, stepped, dense_strides(shape)), copy_settings());
    for (VectorJob& job : jobs) job.input_offset += offset * bytes(context.output().type);
    return jobs;
  }

  std::vector<VectorJob> operator()(const graph::Transpose& transpose) const {
    const std::vector<int64_t> in = dense_strides(context.input().shape);
    std::vector<int64_t> permuted(in.size());
    for (size_t i = 0; i < in.size(); ++i) permuted[i] = in[transpose.permutation[i]];
    const Shape& shape = context.output().shape;
    return nests_over(context, dims_of(shape, permuted, dense_strides(shape)), copy_settings());
  }

  std::vector<VectorJob> operator()(const graph::Pad& pad) const {
    const Shape& in = context.input().shape;
    const Shape& out = context.output().shape;
    std::vector<WalkDim> dims = dims_of(out, dense_strides(in), dense_strides(out));
    for (size_t i = 0; i < dims.size(); ++i) {
      dims[i].before = pad.before[i];
      dims[i].after = out[i] - in[i] - pad.before[i];
    }
    VectorSettings settings = copy_settings();
    settings.input_zero = pad.value;
    return nests_over(context, dims, settings);
  }

  // Copies of an element along K: the columns of one output line, then those of the next.
  std::vector<VectorJob> operator()(const graph::Resize& resize) const {
    const Shape& in = context.input().shape;
    constexpr int64_t kMostColumns = 65535;
    if (resize.columns > kMostColumns)
      refuse(context.op, "expected columns to be repeated less than 65536 times");
    const int64_t element = bytes(context.output().type);
    const int64_t line = in[3] * resize.columns * element;
    VectorJob job =
        nest_over(context,
                  joined({{in[0] * in[1], {in[2] * in[3], 0, in[2] * in[3] * resize.rows * resize.columns}},
                          {in[2], {in[3], 0, in[3] * resize.rows * resize.columns}},
                          {in[3], {1, 0, resize.columns}}}),
                  std::nullopt);
    job.settings = copy_settings();
    job.layer.out_channels *= resize.rows * resize.columns;
    job.output_strides[2] = element;
    job.output_block = resize.columns;
    job.output_block_stride = line;
    return {job};
  }

  std::vector<VectorJob> operator()(const graph::View&) const {
    if (moves_nothing(context.graph, context.op, context.plan)) return {};
    const Shape flat = {dense_strides(context.output().shape)[0] * context.output().shape[0]};
    return nests_over(context, dims_of(flat, {1}, {1}), copy_settings());
  }

  template <typename Other>
  std::vector<VectorJob> operator()(const Other&) const {
    return {};
  }

 private:
  VectorSettings copy_settings() const { return settings_of(context, VectorOperation::copy); }

  static std::vector<WalkDim> dims_of(const Shape& shape, const std::vector<int64_t>& in,
                                      const std::vector<int64_t>& out) {
    std::vector<WalkDim> dims(shape.size());
    for (size_t i = 0; i < shape.size(); ++i) dims[i] = {shape[i], {in[i], 0, out[i]}};
    return dims;
  }

  std::vector<WalkDim> same_places() const {
    const Shape& shape = context.output().shape;
    return dims_of(shape, dense_strides(shape), dense_strides(shape));
  }

  // Both operands as input channels, as far apart as they lie in memory, the lower one first.
  std::vector<VectorJob> two_tensors(VectorSettings settings) const {
    const int64_t distance = context.input_offset(1) - context.input_offset(0);
    settings.swapped = distance < 0;
    std::vector<VectorJob> jobs = nests_over(context, same_places(), settings);
    for (VectorJob& job : jobs) {
      job.layer.in_channels *= 2;
      job.input_strides[2] = std::abs(distance);
      if (settings.swapped) job.input_offset += distance;
    }
    return jobs;
  }

  // The smaller operand in the place of weights.
  std::vector<VectorJob> broadcast(VectorSettings settings, bool a_whole) const {
    const size_t whole = a_whole ? 0 : 1;
    const Shape& shape = context.output().shape;
    Shape small = context.input(1 - whole).shape;
    small.insert(small.begin(), shape.size() - std::min(shape.size(), small.size()), 1);
    std::vector<int64_t> strides = dense_strides(small);
    const std::vector<int64_t> dense = dense_strides(shape);
    std::vector<WalkDim> dims(shape.size());
    for (size_t i = 0; i < shape.size(); ++i) {
      if (small[i] != 1 && small[i] != shape[i])
        refuse(context.op, "expected operands that broadcast to the output");
      dims[i] = {shape[i], {dense[i], small[i] == 1 ? 0 : strides[i], dense[i]}};
    }
    dims = joined(dims);
    const auto steps = [](const WalkDim& dim) { return dim.strides[kSecond] != 0; };
    auto group = std::find_if(dims.begin(), dims.end(), steps);
    if (group == dims.end()) group = dims.insert(dims.begin(), WalkDim{1, {0, 1, 0}});
    if (std::any_of(group + 1, dims.end(), steps)) {
      refuse(context.op, "expected a broadcast over rows and columns");
    }
    const auto index = static_cast<size_t>(group - dims.begin());
    VectorJob job = nest_over(context, dims, index);
    job.settings = std::move(settings);
    job.settings.second_from_weights = true;
    job.input_offset = context.input_offset(whole);
    job.second_offset = context.input_offset(1 - whole);
    job.layer.input_type = context.input(whole).type;
    job.layer.weight_type = context.input(1 - whole).type;
    return {job};
  }
};

}  // namespace

const char* to_string(VectorOperation operation) {
  switch (operation) {
    case VectorOperation::max:
      return "max";
    case VectorOperation::average:
      return "average";
    case VectorOperation::sum:
      return "sum";
    case VectorOperation::add:
      return "add";
    case VectorOperation::subtract:
      return "subtract";
    case VectorOperation::multiply:
      return "multiply";
    case VectorOperation::table:
      return "table";
    case VectorOperation::copy:
      return "copy";
  }
  return "";
}

VectorSettings vector_settings(const Graph& graph, const Operator& op) {
  return std::visit(SettingsOf{{graph, op}}, op.action);
}

std::vector<VectorJob> vector_jobs(const Graph& graph, const Operator& op, const MemoryPlan& plan) {
  const Context context{{graph, op}, plan};
  return std::visit(JobsOf{context}, op.action);
}

}  // namespace hwcvp::plan
