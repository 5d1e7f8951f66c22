#include "schedules/latency/firmware_walk.h"

#include <algorithm>
#include <numeric>

#include "schedules/math/division.h"
#include "schedules/workload/tensor_dims.h"

namespace hwcvp::latency {

namespace {

using Work = FirmwareCosts::Work;

// Words of a job descriptor and of a status block, and accesses to registers around a job; from
// docs/firmware.md and docs/hwc-programming.md.
constexpr int64_t kJobWords = 177;     // the magic is read twice
constexpr int64_t kMoreJobWords = 26;  // with zero points, single precision or vector operations
constexpr int64_t kStatusWords = 8;
constexpr int64_t kMailboxAccesses = 7;
constexpr int64_t kIdentification = 4;
constexpr int64_t kConfiguration = 62;
constexpr int64_t kConfigurationOfBlocks = 2;   // more for each tensor that lies in blocks
constexpr int64_t kConfigurationOfVectors = 7;  // more for a vector operation
constexpr int64_t kConfigurationOfNumbers = 4;  // more with a zero point of the input or in single precision

constexpr std::array<Dim, 3> kReduction = {Dim::C, Dim::FY, Dim::FX};
constexpr PerAxis<Dim> kWeightDims = {Dim::G, Dim::K, Dim::C, Dim::FY, Dim::FX};
constexpr PerAxis<Dim> kOutputDims = {Dim::B, Dim::G, Dim::K, Dim::OY, Dim::OX};
constexpr std::array<Dim, 3> kInputDims = {Dim::B, Dim::G, Dim::C};
constexpr std::array<Dim, 2> kOutputLines = {Dim::OY, Dim::OX};
constexpr std::array<Dim, 2> kTaps = {Dim::FY, Dim::FX};
constexpr int64_t kBetweenQuestions = 256;  // steps, less than a millisecond

class GivenUp {};

constexpr size_t kRows = 3;  // the axis of the input behind kInputDims; columns follow

int64_t elements(const Box& box) {
  int64_t product = 1;
  for (const int64_t count : box.count) product *= count;
  return product;
}

}  // namespace

FirmwareWalk::FirmwareWalk(const Layer& layer, const Schedule& schedule, const MachineTiming& timing,
                           Extent extent)
    : layer_(layer),
      timing_(timing),
      nest_(layer, schedule),
      map_(layer, timing),
      array_(layer, timing),
      engines_(timing),
      processor_(timing, engines_),
      staged_(processor_),
      steady_(nest_.size(), timing.fifo_depth),
      whole_(extent == Extent::whole),
      sliding_(schedule.input_reuse == InputReuse::sliding),
      input_{Place::input, schedule.double_buffer[0], {}},
      weight_{Place::weight, schedule.double_buffer[1], {}},
      output_{Place::output, schedule.double_buffer[2], {}} {
  engines_.on_mark = [this](double time) { steady_.ended(time); };
  processor_.work(Work::loop, static_cast<int64_t>(schedule.loops.size()));
  for (size_t entry = LoopNest::kRoots; entry < nest_.size(); ++entry) {
    steady_.set_period(entry, static_cast<size_t>(alignment_period(entry)));
  }
}

// After how many iterations of a loop all addresses have moved by whole words of the bus, and all boxes begin
// at the same place in a block.
int64_t FirmwareWalk::alignment_period(size_t entry) const {
  const Dim dim = nest_[entry].dim;
  int64_t period = 1;
  // The coordinate on the axis moves by that much with each index of the dimension.
  const auto widen = [&](Place place, const TensorStrides& strides, size_t axis, int64_t coordinates) {
    if (entry >= nest_.level(place)) return;
    const int64_t moved = nest_[entry].tile * coordinates;
    int64_t iterations = 1;
    int64_t bytes = moved * strides.stride[axis];
    if (strides.blocks && strides.blocks->axis == axis) {
      iterations = strides.blocks->size / std::gcd(moved, strides.blocks->size);
      bytes = iterations * moved / strides.blocks->size * strides.blocks->stride;
    }
    iterations *= timing_.bus_bytes / std::gcd(bytes, timing_.bus_bytes);
    period = std::lcm(period, iterations);
  };
  for (size_t axis = 0; axis < kAxes; ++axis) {
    if (kWeightDims[axis] == dim) widen(Place::weight, map_.weight.strides, axis, 1);
    if (kOutputDims[axis] == dim) widen(Place::output, map_.output.strides, axis, 1);
    if (axis < kRows && kInputDims[axis] == dim) widen(Place::input, map_.input.strides, axis, 1);
  }
  const int axis = axis_of(dim);
  if (axis >= 0) {
    const auto a = static_cast<size_t>(axis);
    const InputAxis& input = map_.axis(a);
    widen(Place::input, map_.input.strides, kRows + a, dim == kTaps[a] ? input.dilation : input.stride);
  }
  return period;
}

std::optional<double> FirmwareWalk::run(const Limits& limits) {
  limits_ = limits;
  engines_.on_bursts = [this] {
    if (engines_.bursts() > limits_.bursts) throw GivenUp();
    ask_to_stop();
  };
  try {
    begin();
    visit(LoopNest::kRoots);
    if (given_up()) return std::nullopt;
    store_output();
    end();
  } catch (const GivenUp&) {
    return std::nullopt;
  }
  if (given_up()) return std::nullopt;
  return elapsed();
}

void FirmwareWalk::ask_to_stop() const {
  if (limits_.stop && limits_.stop()) throw GivenUp();
}

void FirmwareWalk::begin() {
  processor_.access_mailbox(kMailboxAccesses);
  const bool numbers = timing_.vector || layer_.single_precision() || layer_.input_zero_point != 0;
  processor_.read_memory(kJobWords + (numbers ? kMoreJobWords : 0), Work::job);
  for (const size_t axis : {0, 1}) search_hull(axis);
  processor_.access_registers(kIdentification + kConfiguration);
  if (numbers) processor_.access_registers(kConfigurationOfNumbers);
  if (timing_.vector) processor_.access_registers(kConfigurationOfVectors);
  for (const TensorInMemory* const tensor : {&map_.input, &map_.weight, &map_.output, &map_.psum}) {
    if (tensor->strides.blocks) processor_.access_registers(kConfigurationOfBlocks);
  }
  for (const Dim dim : kDims) {
    tile_[index(dim)] = nest_.range(Place::leaf, dim).count();
    processor_.access_registers();
  }
  Command command;
  command.payload.address = map_.params_base;
  command.payload.bytes = timing_.vector ? timing_.vector->params_bytes : map_.params_bytes;
  if (command.payload.bytes > 0) processor_.push(Engine::load, command);
}

// The firmware looks at the pieces of an axis until it has found the longest hull that there can be.
void FirmwareWalk::search_hull(size_t axis) {
  constexpr int64_t kMostPieces = 10000;  // looked at here; no usual nest has as many
  const size_t level = nest_.level(Place::input);
  const int64_t outputs = layer_.extent(kOutputLines[axis]);
  const int64_t taps = layer_.extent(kTaps[axis]);
  const int64_t tile = nest_[nest_.innermost(Place::input, kOutputLines[axis])].tile;
  const int64_t tap_tile = nest_[nest_.innermost(Place::input, kTaps[axis])].tile;
  const InputAxis& input = map_.axis(axis);
  const int64_t bound = std::min(input.span(tile, tap_tile), input.lines);
  int64_t pieces = 0;
  int64_t longest = 0;
  for (int64_t tap = 0; tap < taps && longest < bound && pieces < kMostPieces;) {
    const Range some_taps = nest_.piece_at(level, kTaps[axis], tap);
    ++pieces;
    for (int64_t out = 0; out < outputs && longest < bound && pieces < kMostPieces;) {
      const Range some = nest_.piece_at(level, kOutputLines[axis], out);
      ++pieces;
      longest = std::max(longest, input.region(some, some_taps).count());
      out = some.end;
    }
    tap = some_taps.end;
  }
  processor_.work(Work::hull_piece, pieces);
  processor_.work(Work::hull_loop, pieces * static_cast<int64_t>(level - LoopNest::kRoots));
}

void FirmwareWalk::end() {
  processor_.await_idle();
  processor_.access_registers();  // IRQ_ENABLE
  processor_.write_memory(kStatusWords);
  processor_.access_mailbox(1);
}

void FirmwareWalk::visit(size_t entry) {
  if (entry == nest_.size()) {
    step();
    return;
  }
  LoopNest::Entry& loop = nest_[entry];
  const Range whole = nest_[loop.parent].range();
  if (loop.limit != whole.end) {
    loop.limit = whole.end;
    ++new_limits_;
  }
  steady_.restart(entry);
  for (loop.start = whole.start;;) {
    const bool first = loop.start == whole.start;
    visit(entry + 1);
    if (loop.start + loop.tile >= loop.limit || given_up()) return;
    if (whole_) {
      // every iteration
    } else if (first || !alike(entry)) {
      steady_.restart(entry);
    } else {
      engines_.mark(processor_.issued(Engine::compute));
      steady_.issued(entry, processor_.commands(), processor_.sleeps(), processor_.now());
      // The last full piece and what follows it are walked.
      int64_t most = (loop.limit - loop.start) / loop.tile - 2;
      const int64_t here = loop.start;
      // The iterations that meet no padding come before those that do.
      for (int64_t least = 0; least < most;) {
        const int64_t middle = most - (most - least) / 2;
        loop.start = here + middle * loop.tile;
        if (alike(entry)) {
          least = middle;
        } else {
          most = middle - 1;
        }
      }
      loop.start = here;
      leave_out(entry, steady_.leave_out(entry, most));
    }
    loop.start += loop.tile;
    moved_ = entry;
  }
}

// Whether the iteration at which a loop stands meets no padding that others do not.
bool FirmwareWalk::alike(size_t entry) const {
  const Dim dim = nest_[entry].dim;
  const int axis = axis_of(dim);
  if (axis < 0) return true;
  const auto a = static_cast<size_t>(axis);
  const Range outputs =
      dim == kOutputLines[a] ? nest_[entry].range() : nest_.range_outside(entry, kOutputLines[a]);
  const Range taps = dim == kTaps[a] ? nest_[entry].range() : nest_.range_outside(entry, kTaps[a]);
  const Range hull = map_.axis(a).hull(outputs, taps);
  return hull == map_.axis(a).clip(hull);
}

// Moves loop and regions past iterations that are not walked.
void FirmwareWalk::leave_out(size_t entry, int64_t iterations) {
  if (iterations == 0) return;
  LoopNest::Entry& loop = nest_[entry];
  const int64_t moved = iterations * loop.tile;
  loop.start += moved;
  const auto shift = [&](Buffer& buffer, Box& box, const PerAxis<Dim>& dims) {
    if (entry >= nest_.level(buffer.place)) return;
    for (size_t axis = 0; axis < kAxes; ++axis) {
      if (dims[axis] == loop.dim) box.start[axis] += moved;
    }
  };
  shift(weight_, weight_.region, kWeightDims);
  shift(output_, output_.region, kOutputDims);
  for (Box* const box : {&input_.region, &slab_, &kept_}) {
    shift(input_, *box, {Dim::B, Dim::G, Dim::C, Dim::OY, Dim::OX});
    const int axis = axis_of(loop.dim);
    if (entry >= nest_.level(Place::input) || axis < 0) continue;
    const auto a = static_cast<size_t>(axis);
    int64_t& start = box->start[kRows + a];
    start += loop.dim == kTaps[a] ? moved * map_.axis(a).dilation : moved * (map_.axis(a).stride - 1);
  }
}

void FirmwareWalk::step() {
  if (moved_ != 0) {
    processor_.work(Work::moved_loop, static_cast<int64_t>(nest_.size() - moved_));
    processor_.work(Work::new_limit, new_limits_);
    stage_tile();
    leave_output();
  }
  new_limits_ = 0;
  processor_.work(Work::step);
  if (steps() % kBetweenQuestions == 0) ask_to_stop();
  update_input();
  update_weight();
  enter_output();
  if (loads_awaited_ != processor_.issued(Engine::load)) {
    loads_awaited_ = processor_.issued(Engine::load);
    processor_.stage_wait(Engine::load, loads_awaited_);
  }
  compute();
  if (output_changed_) processor_.stage_wait(Engine::store, processor_.stores_done());
}

void FirmwareWalk::stage_tile() {
  for (size_t i = moved_; i < nest_.size(); ++i) {
    const Dim dim = nest_[i].dim;
    if (nest_.innermost(Place::leaf, dim) != i) continue;
    const int64_t count = nest_[i].range().count();
    processor_.work(Work::tile_start);
    processor_.access_registers();
    if (tile_[index(dim)] == count) continue;
    tile_[index(dim)] = count;
    tile_cycles_ = 0;
    processor_.work(Work::tile_count);
    processor_.access_registers();
  }
}

FirmwareWalk::SlotFree FirmwareWalk::next_slot(Buffer& buffer) {
  const SlotFree now = {processor_.issued(Engine::compute), processor_.issued(Engine::store)};
  if (!buffer.twice) return now;
  const SlotFree other = {buffer.left_compute, buffer.left_store};
  buffer.left_compute = now.compute;
  buffer.left_store = now.store;
  return other;
}

void FirmwareWalk::load(const TensorInMemory& tensor, const Box& box) {
  staged_.stage(box);
  Command command;
  command.payload.tensor = &tensor;
  command.payload.box = box;
  processor_.push(Engine::load, command);
}

void FirmwareWalk::update_input() {
  if (moved_ >= nest_.level(Place::input)) return;
  processor_.work(Work::input_look);
  bool elsewhere = false;
  for (size_t axis = 0; axis < kInputDims.size(); ++axis) {
    if (!nest_.moved(Place::input, kInputDims[axis], moved_)) continue;
    const Range range = nest_.range(Place::input, kInputDims[axis]);
    processor_.work(Work::input_range);
    if (staged_.set(input_.region, axis, range.start, range.count())) elsewhere = true;
  }
  std::array<Range, 2> held{};
  std::array<Range, 2> next{};
  for (size_t a = 0; a < 2; ++a) {
    const int64_t start = input_.region.start[kRows + a];
    held[a] = next[a] = {start, start + input_.region.count[kRows + a]};
    if (!nest_.moved(Place::input, kOutputLines[a], moved_) && !nest_.moved(Place::input, kTaps[a], moved_))
      continue;
    processor_.work(Work::input_hull);
    next[a] = map_.region(a, nest_.range(Place::input, kOutputLines[a]), nest_.range(Place::input, kTaps[a]));
    if (next[a].empty()) next[a] = {0, 0};
  }
  if (!elsewhere && next == held) return;
  processor_.work(Work::input_change);
  if (!elsewhere && sliding_) {
    const Range y = intersection(next[0], held[0]);
    const Range x = intersection(next[1], held[1]);
    if (!y.empty() && !x.empty()) {
      slide_input(next[0], next[1], y, x);
      return;
    }
  }
  staged_.set(input_.region, kRows, next[0].start, next[0].count());
  staged_.set(input_.region, kRows + 1, next[1].start, next[1].count());
  if (next[0].empty() || next[1].empty()) return;
  processor_.stage_wait(Engine::compute, next_slot(input_).compute);
  processor_.work(Work::input_part);
  load(map_.input, input_.region);
}

void FirmwareWalk::slide_input(Range y, Range x, Range shared_y, Range shared_x) {
  staged_.set(input_.region, kRows, y.start, y.count());
  staged_.set(input_.region, kRows + 1, x.start, x.count());
  if (shared_y == y && shared_x == x) return;
  processor_.work(Work::input_slide);
  processor_.stage_wait(Engine::compute, next_slot(input_).compute);
  if (input_.twice) push_input_part(kept_, shared_y, shared_x, Source::other_slot);
  // Whole rows above and below, then what is left at the sides of the shared rows.
  for (const Range part : {Range{y.start, shared_y.start}, Range{shared_y.end, y.end}}) {
    if (!part.empty()) push_input_part(slab_, part, x, Source::memory);
  }
  for (const Range part : {Range{x.start, shared_x.start}, Range{shared_x.end, x.end}}) {
    if (!part.empty()) push_input_part(slab_, shared_y, part, Source::memory);
  }
}

void FirmwareWalk::push_input_part(Box& box, Range y, Range x, Source source) {
  processor_.work(Work::input_part);
  for (size_t axis = 0; axis < kInputDims.size(); ++axis) {
    staged_.set(box, axis, input_.region.start[axis], input_.region.count[axis]);
  }
  staged_.set(box, kRows, y.start, y.count());
  staged_.set(box, kRows + 1, x.start, x.count());
  if (source == Source::memory) {
    load(map_.input, box);
    return;
  }
  staged_.stage(box);
  const int64_t rows = elements(box) / x.count();
  Command command;
  command.least_cycles =
      static_cast<double>(rows * ceil_div(x.count() * map_.input.element_bytes, timing_.buffer_row_bytes));
  processor_.push(Engine::load, command);
}

void FirmwareWalk::update_weight() {
  if (timing_.vector && !timing_.vector->weights) return;
  if (moved_ >= nest_.level(Place::weight)) return;
  processor_.work(Work::weight_look);
  bool changed = false;
  for (size_t axis = 0; axis < kAxes; ++axis) {
    if (!nest_.moved(Place::weight, kWeightDims[axis], moved_)) continue;
    const Range range = nest_.range(Place::weight, kWeightDims[axis]);
    processor_.work(Work::weight_range);
    if (staged_.set(weight_.region, axis, range.start, range.count())) changed = true;
  }
  if (!changed) return;
  processor_.work(Work::weight_load);
  processor_.stage_wait(Engine::compute, next_slot(weight_).compute);
  load(map_.weight, weight_.region);
}

// A region is held for the first time where the reduction's ranges all begin, and for the last where they all
// end.
bool FirmwareWalk::at_visit(Visit visit) {
  return std::all_of(kReduction.begin(), kReduction.end(), [&](Dim dim) {
    processor_.work(Work::visit_range);
    const Range range = nest_.range(Place::output, dim);
    return visit == Visit::last ? range.end == layer_.extent(dim) : range.start == 0;
  });
}

void FirmwareWalk::store_output() {
  processor_.work(Work::output_store);
  staged_.stage(output_.region);
  processor_.stage_wait(Engine::compute, processor_.issued(Engine::compute));
  const bool requantized = complete_ && layer_.output_type != DataType::int32;
  Command command;
  command.payload.tensor = complete_ ? &map_.output : &map_.psum;
  command.payload.box = output_.region;
  if (requantized)
    command.least_cycles = static_cast<double>(ceil_div(elements(output_.region), timing_.mac_rows));
  processor_.push(Engine::store, command);
}

void FirmwareWalk::leave_output() {
  output_changed_ = false;
  if (moved_ >= nest_.level(Place::output)) return;
  processor_.work(Work::output_look);
  for (size_t axis = 0; axis < kAxes; ++axis) {
    if (!nest_.moved(Place::output, kOutputDims[axis], moved_)) continue;
    const Range range = nest_.range(Place::output, kOutputDims[axis]);
    processor_.work(Work::output_range);
    if (range.start != output_.region.start[axis] || range.count() != output_.region.count[axis]) {
      output_changed_ = true;
    }
  }
  if (output_changed_) store_output();
}

void FirmwareWalk::enter_output() {
  if (moved_ >= nest_.level(Place::output)) return;
  complete_ = at_visit(Visit::last);
  if (!output_changed_) return;
  processor_.work(Work::output_change);
  for (size_t axis = 0; axis < kAxes; ++axis) {
    if (!nest_.moved(Place::output, kOutputDims[axis], moved_)) continue;
    const Range range = nest_.range(Place::output, kOutputDims[axis]);
    staged_.set(output_.region, axis, range.start, range.count());
  }
  const SlotFree slot = next_slot(output_);
  processor_.stage_wait(Engine::store, slot.store);
  if (at_visit(Visit::first)) return;
  processor_.work(Work::output_load);
  processor_.stage_wait(Engine::compute, slot.compute);
  load(map_.psum, output_.region);
}

void FirmwareWalk::compute() {
  if (tile_cycles_ == 0) {
    tile_cycles_ = timing_.vector ? vector_cycles(tile_, *timing_.vector) : array_.use(tile_).cycles();
  }
  Command command;
  command.least_cycles = timing_.compute_start_cycles + static_cast<double>(tile_cycles_);
  processor_.push(Engine::compute, command);
}

}  // namespace hwcvp::latency
