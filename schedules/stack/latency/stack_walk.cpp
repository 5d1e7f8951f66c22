#include "schedules/stack/latency/stack_walk.h"

#include <algorithm>

#include "schedules/math/division.h"
#include "schedules/stack/predictor.h"
#include "schedules/stack/strips.h"

namespace hwcvp::stack {

using latency::Box;
using latency::Command;
using latency::Engine;

namespace {

// Words of the parts of a descriptor and of a status block, and accesses to registers; from docs/firmware.md
// and docs/hwc-programming.md.
constexpr int64_t kHeadWords = 12, kTensorWords = 12, kOperatorWords = 34;
constexpr int64_t kWordsBeforeItIsAStack = 4;
constexpr int64_t kStatusWords = 8;
constexpr int64_t kMailboxAccesses = 7;
constexpr int64_t kCapabilities = 6;
constexpr int64_t kRegionRegisters = 11;
// Of a context: types, axes, numbers; then of its kind.
constexpr int64_t kContextRegisters = 1 + 1 + 8 + 6 + 1;
constexpr int64_t kInputRegisters = 6, kOutputToRegion = 2, kOutputToMemory = 7;
constexpr int64_t kConvolutionRegisters = 1 + 2 + 5 + 5 + 1 + 1, kAccumulatorRegisters = 5;
constexpr int64_t kVectorRegisters = 7;

class PastLimits {};

TensorStrides dense(const PerTensorAxis<int64_t>& extents) {
  TensorStrides strides;
  int64_t stride = 1;
  for (size_t axis = kTensorAxes; axis-- > 0;) {
    strides.stride[axis] = stride;
    stride *= extents[axis];
  }
  strides.bytes = stride;
  return strides;
}

// An operator's windows as those of a layer. All lines are one window.
Layer layer_of(const Operator& op, const Tensor& input, const Tensor& output) {
  Layer layer;
  layer.name = op.name;
  layer.in_channels = input.channels;
  layer.in_height = input.lines[0];
  layer.in_width = input.lines[1];
  layer.out_channels = output.channels;
  layer.group = op.product->groups;
  layer.kernel_shape = op.product->kernel;
  for (size_t axis = 0; axis < kAxisCount; ++axis) {
    const LineMap& map = op.maps[axis];
    if (map.kind == LineMap::Kind::all) continue;
    layer.strides[axis] = map.stride;
    layer.dilations[axis] = map.dilation;
    layer.pads[axis] = map.pad;
    layer.pads[axis + 2] = map.pad_end;
  }
  return layer;
}

int64_t elements(const Box& box) {
  int64_t product = 1;
  for (const int64_t count : box.count) product *= count;
  return product;
}

int64_t kernel_of(const Operator& op, const Tensor& input, size_t axis) {
  return op.maps[axis].kind == LineMap::Kind::all ? input.lines[axis] : op.maps[axis].kernel;
}

}  // namespace

class StackWalk::Recorder : public LineVisitor {
 public:
  explicit Recorder(Group& group) : group_(group) {}

  void piece(size_t op) override { add(Event::Kind::piece, op); }
  void look(size_t tensor) override { add(Event::Kind::look, tensor); }
  void load(size_t tensor, Range lines) override { add(Event::Kind::load, tensor, lines); }
  void run(size_t op, Range lines) override { add(Event::Kind::run, op, lines); }

 private:
  void add(Event::Kind kind, size_t index, Range lines = {}) {
    group_.events.push_back({kind, index, lines});
  }

  Group& group_;
};

StackWalk::StackWalk(const Stack& stack, const Schedule& schedule, const StackAddresses& addresses,
                     const MachineTiming& timing, int64_t vector_lanes)
    : stack_(stack),
      schedule_(schedule),
      timing_(timing),
      vector_lanes_(vector_lanes),
      addresses_(addresses),
      engines_(timing),
      commands_(timing, engines_),
      readers_(stack.tensors.size(), 0),
      held_(stack.tensors.size(), false),
      runs_(stack.operators.size(), false),
      uses_(stack.tensors.size()),
      ranges_(stack.tensors.size()) {
  for (size_t t = 0; t < stack.tensors.size(); ++t) {
    const Tensor& tensor = stack.tensor(t);
    TensorInMemory memory;
    memory.strides = dense({stack.network->batch, 1, tensor.channels, tensor.lines[0], tensor.lines[1]});
    memory.base = addresses.tensors.at(t);
    memory_.push_back(memory);
  }
  describe_operators();
}

void StackWalk::describe_operators() {
  int64_t context = 0;
  for (size_t i = 0; i < stack_.operators.size(); ++i) {
    const Operator& op = stack_.op(i);
    OperatorForm form;
    for (const size_t input : op.inputs) {
      size_t t = 0;
      while (stack_.tensors[t].tensor != input) ++t;
      form.inputs.push_back(t);
      ++readers_[t];
    }
    form.joins = op.type == "concat";
    form.first_context = context;
    context += form.joins ? static_cast<int64_t>(form.inputs.size()) : 1;
    if (op.product) {
      const Product& product = *op.product;
      form.layer = layer_of(op, stack_.tensor(form.inputs[0]), output_of(i));
      form.array.emplace(form.layer, timing_);
      form.weights.strides = dense(
          {product.groups, product.out_channels, product.in_channels, product.kernel[0], product.kernel[1]});
      form.weights.base = addresses_.weights.at(i);
    }
    forms_.push_back(std::move(form));
  }
}

std::optional<double> StackWalk::run(const StackLatencyLimits& limits) {
  limits_ = limits;
  engines_.on_bursts = [this] {
    if (engines_.bursts() > limits_.bursts) throw PastLimits();
  };
  try {
    begin();
    plan();
    configure();
    load_constants();
    go_through_strips();
    end();
  } catch (const PastLimits&) {
    return std::nullopt;
  }
  return commands_.now();
}

void StackWalk::check_limits() const {
  if (commands_.issued(Engine::load) + commands_.issued(Engine::compute) + commands_.issued(Engine::store) >
      limits_.commands)
    throw PastLimits();
}

void StackWalk::begin() {
  commands_.access_mailbox(kMailboxAccesses);
  int64_t words = kWordsBeforeItIsAStack + kHeadWords;
  words += kTensorWords * static_cast<int64_t>(stack_.tensors.size());
  words += kOperatorWords * static_cast<int64_t>(stack_.operators.size());
  for (const OperatorForm& form : forms_) words += static_cast<int64_t>(form.inputs.size());
  commands_.work(StackWork::job);
  commands_.read_words(words, StackWork::descriptor_word);
  commands_.work(StackWork::tensor, static_cast<int64_t>(stack_.tensors.size()));
  commands_.work(StackWork::op, static_cast<int64_t>(stack_.operators.size()));
}

StackWalk::Group& StackWalk::group_of(const std::vector<Range>& ranges) {
  std::vector<bool> needed;
  needed.reserve(ranges.size());
  for (const Range range : ranges) needed.push_back(!range.empty());
  for (Group& group : groups_) {
    if (group.needed == needed) return group;
  }
  Group& group = groups_.emplace_back();
  group.needed = needed;
  Recorder recorder(group);
  walk_lines(stack_, other(schedule_.outer), pieces_of(schedule_), needed, 0, &recorder);
  for (const Event& event : group.events) {
    if (event.kind == Event::Kind::look) held_[event.index] = true;
    if (event.kind == Event::Kind::run) runs_[event.index] = true;
  }
  return group;
}

void StackWalk::count(const Group& group) {
  for (const Event& event : group.events) {
    if (event.kind == Event::Kind::piece) commands_.work(StackWork::piece);
    if (event.kind != Event::Kind::look) continue;
    commands_.work(StackWork::look);
    commands_.work(StackWork::reader, static_cast<int64_t>(readers_[event.index]));
  }
}

// Strips that need the same as the one before are not gone through again.
void StackWalk::plan() {
  int64_t inputs = 0;
  for (const OperatorForm& form : forms_) inputs += static_cast<int64_t>(form.inputs.size());
  const int64_t extent = output_of(stack_.last()).lines[index(schedule_.outer)];
  const std::vector<bool>* before = nullptr;
  std::vector<bool> needed;
  for (int64_t start = 0; start < extent; start += schedule_.outer_tile) {
    strip_ranges(stack_, schedule_.outer, {start, std::min(start + schedule_.outer_tile, extent)}, ranges_);
    commands_.work(StackWork::strip_tensor, static_cast<int64_t>(stack_.tensors.size()));
    commands_.work(StackWork::range, inputs);
    const Group& group = group_of(ranges_);
    if (before == nullptr || needed != group.needed) {
      needed = group.needed;
      before = &needed;
      commands_.work(StackWork::plan_strip);
      count(group);
    }
  }
}

void StackWalk::configure() {
  int64_t accesses = kCapabilities + 1;  // the reset
  for (size_t t = 0; t < held_.size(); ++t) accesses += held_[t] ? kRegionRegisters : 0;
  for (size_t i = 0; i < forms_.size(); ++i) {
    const OperatorForm& form = forms_[i];
    const bool held = held_[stack_.operators[i].output];
    const int64_t output = is_last(i) ? kOutputToMemory : held ? kOutputToRegion : 0;
    int64_t context = kContextRegisters + output;
    context += stack_.op(i).product ? kConvolutionRegisters : kVectorRegisters;
    if (stack_.op(i).product && runs_[i]) context += kAccumulatorRegisters;
    const size_t parts = form.joins ? form.inputs.size() : 1;
    for (size_t part = 0; part < parts; ++part) {
      accesses += context + (held_[form.inputs[part]] ? kInputRegisters : 0);
    }
    if (!form.joins && form.inputs.size() == 2) ++accesses;  // the second operand's region
  }
  commands_.access_registers(accesses);
  commands_.forget_selection();
}

void StackWalk::load_constants() {
  for (size_t i = 0; i < forms_.size(); ++i) {
    const Operator& op = stack_.op(i);
    if (!op.product && op.constant_bytes == 0) continue;
    commands_.select_context(forms_[i].first_context);
    commands_.begin();
    Command command;
    command.payload.address = addresses_.params.at(i);
    command.payload.bytes = op.product ? op.product->params_bytes : op.constant_bytes;
    commands_.push(Engine::load, command);
    if (!op.product || !schedule_.operators[i].resident) continue;
    Box box;
    box.count = {op.product->groups, op.product->out_channels, op.product->in_channels, op.product->kernel[0],
                 op.product->kernel[1]};
    load_weights(i, box);
  }
}

void StackWalk::go_through_strips() {
  int64_t inputs = 0;
  for (const OperatorForm& form : forms_) inputs += static_cast<int64_t>(form.inputs.size());
  const int64_t extent = output_of(stack_.last()).lines[index(schedule_.outer)];
  for (image_ = 0; image_ < stack_.network->batch; ++image_) {
    for (int64_t start = 0; start < extent; start += schedule_.outer_tile) {
      strip_ranges(stack_, schedule_.outer, {start, std::min(start + schedule_.outer_tile, extent)}, ranges_);
      commands_.work(StackWork::strip_tensor, static_cast<int64_t>(stack_.tensors.size()));
      commands_.work(StackWork::range, inputs);
      follow(group_of(ranges_));
    }
  }
}

void StackWalk::end() {
  commands_.await_idle();
  commands_.access_registers(1);  // IRQ_ENABLE
  commands_.write_words(kStatusWords);
  commands_.access_mailbox(1);
}

void StackWalk::follow(const Group& group) {
  for (const Event& event : group.events) {
    switch (event.kind) {
      case Event::Kind::piece:
        commands_.work(StackWork::piece);
        break;
      case Event::Kind::look:
        commands_.work(StackWork::look);
        commands_.work(StackWork::reader, static_cast<int64_t>(readers_[event.index]));
        break;
      case Event::Kind::load:
        load(event.index, event.lines);
        break;
      case Event::Kind::run:
        check_limits();
        if (stack_.op(event.index).product) {
          convolve(event.index, event.lines);
        } else {
          operate(event.index, event.lines);
        }
        if (!is_last(event.index) && stack_.tensors[stack_.operators[event.index].output].written)
          store_lines(stack_.operators[event.index].output, event.lines);
        break;
    }
  }
}

PerAxis<Range> StackWalk::place(size_t tensor, Range lines) const {
  const Range range = ranges_[tensor];
  return schedule_.outer == Axis::columns ? PerAxis<Range>{lines, range} : PerAxis<Range>{range, lines};
}

Box StackWalk::box(int64_t group, int64_t groups, int64_t channel, int64_t channels,
                   const PerAxis<Range>& place) const {
  Box box;
  box.start = {image_, group, channel, place[0].start, place[1].start};
  box.count = {1, groups, channels, place[0].count(), place[1].count()};
  return box;
}

void StackWalk::load(size_t tensor, Range lines) {
  commands_.work(StackWork::load);
  commands_.begin();
  commands_.wait(uses_[tensor].read);
  commands_.select_region(static_cast<int64_t>(tensor));
  Command command;
  command.payload.tensor = &memory_[tensor];
  command.payload.box = box(0, 1, 0, stack_.tensor(tensor).channels, place(tensor, lines));
  commands_.stage_box(command.payload.box);
  commands_.push(Engine::load, command);
  uses_[tensor].made[index(Engine::load)] = commands_.issued(Engine::load);
}

void StackWalk::store_lines(size_t tensor, Range lines) {
  commands_.work(StackWork::store_lines);
  commands_.begin();
  commands_.wait(uses_[tensor].made);
  commands_.select_region(static_cast<int64_t>(tensor));
  Command command;
  command.payload.tensor = &memory_[tensor];
  command.payload.box = box(0, 1, 0, stack_.tensor(tensor).channels, place(tensor, lines));
  commands_.stage_box(command.payload.box);
  commands_.push(Engine::store, command);
  uses_[tensor].read[index(Engine::store)] = commands_.issued(Engine::store);
}

void StackWalk::load_weights(size_t op, const Box& box) {
  commands_.work(StackWork::weights);
  commands_.begin();
  commands_.wait_for_all(Engine::compute);
  commands_.wait(Engine::store, accumulators_free_);
  commands_.stage_box(box);
  Command command;
  command.payload.tensor = &forms_[op].weights;
  command.payload.box = box;
  commands_.push(Engine::load, command);
}

void StackWalk::convolve(size_t op, Range lines) {
  commands_.work(StackWork::convolve);
  const Product& product = *stack_.op(op).product;
  const Portion& portion = schedule_.operators[op].portion;
  commands_.select_context(forms_[op].first_context);
  for (int64_t g = 0; g < product.groups; g += portion.groups) {
    const int64_t groups = std::min(portion.groups, product.groups - g);
    for (int64_t k = 0; k < product.out_channels; k += portion.out_channels) {
      const int64_t channels = std::min(portion.out_channels, product.out_channels - k);
      commands_.work(StackWork::portion);
      convolve_portion(op, lines, g, groups, k, channels);
      const int64_t together = channels == product.out_channels ? groups : 1;
      for (int64_t i = 0; i < groups; i += together) store_outputs(op, lines, g + i, together, k, channels);
      accumulators_free_ = commands_.issued(Engine::store);
    }
  }
}

void StackWalk::convolve_portion(size_t op, Range lines, int64_t group, int64_t groups, int64_t channel,
                                 int64_t channels) {
  const OperatorForm& form = forms_[op];
  const Product& product = *stack_.op(op).product;
  const OperatorSchedule& chosen = schedule_.operators[op];
  const size_t input = form.inputs.front();
  const PerAxis<Range> where = place(stack_.operators[op].output, lines);
  for (int64_t c = 0; c < product.in_channels; c += chosen.portion.in_channels) {
    const int64_t reduced = std::min(chosen.portion.in_channels, product.in_channels - c);
    if (!chosen.resident) {
      Box weights;
      weights.start = {group, channel, c, 0, 0};
      weights.count = {groups, channels, reduced, product.kernel[0], product.kernel[1]};
      load_weights(op, weights);
    }
    commands_.work(StackWork::compute);
    commands_.begin();
    commands_.wait(uses_[input].made);
    commands_.wait_for_all(Engine::load);
    commands_.wait(Engine::store, accumulators_free_);
    const PerDim<int64_t> count = {1,
                                   groups,
                                   channels,
                                   reduced,
                                   where[0].count(),
                                   where[1].count(),
                                   product.kernel[0],
                                   product.kernel[1]};
    commands_.stage_tile({image_, group, channel, c, where[0].start, where[1].start, 0, 0}, count);
    Command command;
    command.least_cycles =
        timing_.compute_start_cycles + static_cast<double>(form.array->use(count).cycles());
    commands_.push(Engine::compute, command);
  }
  uses_[input].read[index(Engine::compute)] = commands_.issued(Engine::compute);
}

void StackWalk::store_outputs(size_t op, Range lines, int64_t group, int64_t groups, int64_t channel,
                              int64_t channels) {
  commands_.work(StackWork::store);
  const size_t output = stack_.operators[op].output;
  commands_.begin();
  commands_.wait_for_all(Engine::compute);
  if (!is_last(op)) commands_.wait(uses_[output].read);
  Command command;
  Box outputs = box(group, groups, channel, channels, place(output, lines));
  commands_.stage_box(outputs);
  command.least_cycles = static_cast<double>(ceil_div(elements(outputs), timing_.mac_rows));
  if (is_last(op)) {
    // In memory groups are channels.
    const int64_t of_group = stack_.op(op).product->out_channels;
    outputs.start[2] += outputs.start[1] * of_group;
    outputs.count[2] *= outputs.count[1];
    outputs.start[1] = 0;
    outputs.count[1] = 1;
    command.payload.tensor = &memory_[output];
    command.payload.box = outputs;
  }
  commands_.push(Engine::store, command);
  uses_[output].made[index(Engine::store)] = commands_.issued(Engine::store);
}

void StackWalk::operate(size_t op, Range lines) {
  const OperatorForm& form = forms_[op];
  const size_t output = stack_.operators[op].output;
  const PerAxis<Range> where = place(output, lines);
  const bool two = !form.joins && form.inputs.size() == 2;
  const size_t parts = form.joins ? form.inputs.size() : 1;
  int64_t first = 0;  // output channel
  for (size_t part = 0; part < parts; ++part) {
    commands_.work(StackWork::operate);
    commands_.begin();
    const size_t input = form.inputs[part];
    commands_.wait(uses_[input].made);
    if (two) commands_.wait(uses_[form.inputs[1]].made);
    commands_.wait_for_all(Engine::load);
    if (!is_last(op)) commands_.wait(uses_[output].read);
    commands_.select_context(form.first_context + static_cast<int64_t>(part));
    const Tensor& from = stack_.tensor(input);
    const PerDim<int64_t> count = {1,
                                   from.channels,
                                   1,
                                   two ? 2 : 1,
                                   where[0].count(),
                                   where[1].count(),
                                   kernel_of(stack_.op(op), from, 0),
                                   kernel_of(stack_.op(op), from, 1)};
    commands_.stage_tile({image_, 0, 0, 0, where[0].start, where[1].start, 0, 0}, count);
    VectorTiming vector;
    vector.lanes = vector_lanes_;
    Command command;
    command.least_cycles =
        timing_.compute_start_cycles + static_cast<double>(latency::vector_cycles(count, vector));
    if (is_last(op)) {
      command.payload.tensor = &memory_[output];
      command.payload.box = box(0, 1, first, from.channels, where);
    }
    commands_.push(Engine::vector, command);
    first += from.channels;
    uses_[input].read[index(Engine::vector)] = commands_.issued(Engine::vector);
    if (two) uses_[form.inputs[1]].read[index(Engine::vector)] = commands_.issued(Engine::vector);
    uses_[output].made[index(Engine::vector)] = commands_.issued(Engine::vector);
  }
}

}  // namespace hwcvp::stack
