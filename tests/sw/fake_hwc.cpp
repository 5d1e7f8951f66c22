#include "tests/sw/fake_hwc.h"

#include <stdexcept>

#include "registers/hwc.h"

namespace hwcvp {

namespace {

constexpr uint32_t kErrorCode = HWC_ERROR_MEMORY_PORT;
constexpr uint32_t kErrorInfo = 0xabcd1234;

bool is_configuration(uint32_t offset) { return offset >= HWC_TYPES && offset <= HWC_PARAMS_COUNT; }
bool is_staged(uint32_t offset) { return offset >= HWC_BOX_START && offset < HWC_PUSH; }

size_t engine_of(uint32_t opcode) {
  if (opcode < HWC_OPCODE_LOAD_INPUT || opcode > HWC_OPCODE_STORE_PSUM) {
    throw std::logic_error("an opcode that does not exist");
  }
  return opcode < HWC_OPCODE_COMPUTE ? 0 : opcode == HWC_OPCODE_COMPUTE ? 1 : 2;
}

}  // namespace

FakeHwc::FakeHwc(TestMemory& memory, const FakeHwcOptions& options, uint64_t seed)
    : options_(options), random_(seed), engines_(memory, [this](uint32_t offset) {
        const auto found = registers_.find(offset);
        return found == registers_.end() ? 0u : found->second;
      }) {
  error_ = true;  // as if an earlier job had failed: the firmware has to reset first
}

bool FakeHwc::idle() const {
  for (const EngineState& engine : state_) {
    if (engine.executing || !engine.fifo.empty()) return false;
  }
  return true;
}

uint32_t FakeHwc::status() const {
  uint32_t status = (idle() ? HWC_STATUS_IDLE_MASK : 0) | (error_ ? HWC_STATUS_ERROR_MASK : 0);
  for (size_t i = 0; i < state_.size(); ++i) {
    const size_t free = options_.fifo_depth - state_[i].fifo.size();
    if (2 * free >= options_.fifo_depth) status |= HWC_STATUS_LOAD_SPACE_MASK << i;
  }
  return status;
}

uint32_t FakeHwc::read(uint32_t offset) {
  if (one_in_hundred(options_.eagerness)) step();
  switch (offset) {
    case HWC_ID:
      return options_.id;
    case HWC_BUFFER_BYTES:
      return options_.buffer_bytes;
    case HWC_FIFO_DEPTH:
      return options_.fifo_depth;
    case HWC_MAX_CHANNELS:
      return options_.max_channels;
    case HWC_STATUS:
      return status();
    case HWC_LOAD_DONE:
      return state_[0].done;
    case HWC_COMPUTE_DONE:
      return state_[1].done;
    case HWC_STORE_DONE:
      return state_[2].done;
    case HWC_ERROR:
      return error_ ? kErrorCode : 0;
    case HWC_ERROR_INFO:
      return error_ ? kErrorInfo : 0;
    default:
      throw std::logic_error("read of register " + std::to_string(offset));
  }
}

void FakeHwc::write(uint32_t offset, uint32_t value) {
  ++register_writes_;
  if (offset == HWC_CONTROL) {
    if (value != HWC_CONTROL_RESET_MASK) throw std::logic_error("CONTROL: not a reset");
    return reset();
  }
  if (offset == HWC_IRQ_ENABLE) {
    irq_enable_ = value;
    return;
  }
  if (offset == HWC_PUSH) return push(value);
  if (is_configuration(offset)) {
    if (!idle()) throw std::logic_error("configuration while busy");
  } else if (!is_staged(offset)) {
    throw std::logic_error("write of register " + std::to_string(offset));
  }
  registers_[offset] = value;
}

void FakeHwc::reset() {
  registers_.clear();
  engines_.reset();
  state_ = {};
  pushed_.clear();
  irq_enable_ = 0;
  error_ = false;
}

void FakeHwc::push(uint32_t value) {
  FakeCommand command;
  command.push = value;
  for (uint32_t i = 0; i < 5; ++i) {
    command.start[i] = registers_[HWC_BOX_START + 4 * i];
    command.count[i] = registers_[HWC_BOX_COUNT + 4 * i];
  }
  for (uint32_t i = 0; i < 8; ++i) {
    command.tile_start[i] = registers_[HWC_TILE_START + 4 * i];
    command.tile_count[i] = registers_[HWC_TILE_COUNT + 4 * i];
  }
  for (uint32_t i = 0; i < 3; ++i) command.wait[i] = registers_[HWC_WAIT_LOAD + 4 * i];
  EngineState& engine = state_[engine_of(command.opcode())];
  if (engine.fifo.size() >= options_.fifo_depth) throw std::logic_error("FIFO overflow");
  engine.fifo.push_back(command);
  pushed_.push_back(command);
  if (one_in_hundred(options_.eagerness)) step();
}

bool FakeHwc::startable(const EngineState& engine) const {
  if (engine.executing || engine.fifo.empty()) return false;
  for (size_t i = 0; i < 3; ++i) {
    if (static_cast<int32_t>(state_[i].done - engine.fifo.front().wait[i]) < 0) return false;
  }
  return true;
}

bool FakeHwc::step() {
  if (error_) return false;
  std::vector<size_t> ready;
  for (size_t i = 0; i < 3; ++i) {
    if (state_[i].executing || startable(state_[i])) ready.push_back(i);
  }
  if (ready.empty()) return false;
  static constexpr std::array<std::array<size_t, 3>, 5> kOrders = {
      {{0, 0, 0}, {0, 1, 2}, {1, 0, 2}, {2, 0, 1}, {2, 1, 0}}};
  size_t chosen = ready[random_() % ready.size()];
  if (options_.turns != Turns::random) {
    for (const size_t engine : kOrders[static_cast<size_t>(options_.turns)]) {
      if (state_[engine].executing || startable(state_[engine])) {
        chosen = engine;
        break;
      }
    }
  }
  EngineState& engine = state_[chosen];
  if (engine.executing) {
    end(engine);
  } else {
    start(engine);
  }
  return true;
}

void FakeHwc::start(EngineState& engine) {
  engine.executing = engine.fifo.front();
  engine.fifo.pop_front();
  engines_.begin(*engine.executing);
  engine.finished_early = random_() % 2 == 0;
  if (engine.finished_early) engines_.finish(*engine.executing);
}

void FakeHwc::end(EngineState& engine) {
  if (!engine.finished_early) engines_.finish(*engine.executing);
  engine.executing.reset();
  ++engine.done;
  if (++ended_ == options_.fail_after) error_ = true;
}

void FakeHwc::wait_for_interrupt() {
  ++sleeps_;
  if (one_in_hundred(options_.early_wakes)) {
    ++early_wakes_;
    return;
  }
  while (!interrupt()) {
    if (!step()) throw std::logic_error("nothing can ever wake the firmware");
  }
}

}  // namespace hwcvp
