#include "models/hwc/register_front.h"

#include "models/hwc/command_check.h"
#include "registers/hwc.h"
#include "registers/hwc_table.h"

namespace hwcvp::hwc {

using sc_core::sc_time;

namespace {

constexpr uint32_t kWord = 4;

uint32_t field(uint32_t value, uint32_t mask, uint32_t lsb) { return (value & mask) >> lsb; }

}  // namespace

RegisterFront::RegisterFront(const std::string& name, const Properties& properties, BufferState& state,
                             Scoreboard& scoreboard, std::array<CommandEngine*, kEngineCount> engines)
    : properties_(properties),
      state_(state),
      scoreboard_(scoreboard),
      engines_(engines),
      registers_(name, hwc_registers::kRegisters, HWC_SIZE) {
  registers_.set_reset_value(HWC_BUFFER_BYTES, static_cast<uint32_t>(properties.buffer_bytes));
  registers_.set_reset_value(HWC_FIFO_DEPTH, properties.fifo_depth);
  registers_.set_reset_value(HWC_MAX_CHANNELS, properties.max_channels);

  registers_.on_read(HWC_STATUS, [this] { return scoreboard_.status(); });
  registers_.on_read(HWC_ERROR, [this] { return scoreboard_.error(); });
  registers_.on_read(HWC_ERROR_INFO, [this] { return scoreboard_.error_info(); });
  registers_.on_read(HWC_LOAD_DONE, [this] { return scoreboard_.done(Engine::load); });
  registers_.on_read(HWC_COMPUTE_DONE, [this] { return scoreboard_.done(Engine::compute); });
  registers_.on_read(HWC_STORE_DONE, [this] { return scoreboard_.done(Engine::store); });
  registers_.on_read(HWC_VECTOR_DONE, [this] { return scoreboard_.done(Engine::vector); });

  registers_.on_write(HWC_CONTROL, [this](uint32_t value) {
    if ((value & HWC_CONTROL_RESET_MASK) != 0) reset();
  });
  registers_.on_write(HWC_IRQ_ENABLE, [this](uint32_t) { scoreboard_.on_status_change(); });
  registers_.guard_writes(HWC_TYPES, HWC_BOX_START, [this](uint32_t offset) { return configure(offset); });
  registers_.on_write(HWC_PUSH, [this](uint32_t value) { push(value); });
}

void RegisterFront::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay, bool in_reset) {
  delay += properties_.clock_period;
  if (in_reset) {
    return registers_.refuse(payload, tlm::TLM_GENERIC_ERROR_RESPONSE, "the block is held in reset");
  }
  if (depends_on_engines(payload)) {
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
  }
  local_time_ = sc_core::sc_time_stamp() + delay;
  registers_.access(payload);
}

bool RegisterFront::depends_on_engines(const tlm::tlm_generic_payload& payload) const {
  const uint64_t offset = payload.get_address() & ~uint64_t{kWord - 1};  // of the first register
  if (payload.is_read()) return offset >= HWC_STATUS && offset <= HWC_VECTOR_DONE;
  if (offset == HWC_PUSH) {
    for (const CommandEngine* const engine : engines_) {
      if (engine->fifo().full()) return true;
    }
    return false;
  }
  if (offset >= HWC_TYPES && offset < HWC_BOX_START) return !scoreboard_.idle();
  return offset == HWC_CONTROL || offset == HWC_IRQ_ENABLE;
}

bool RegisterFront::interrupt() const { return (scoreboard_.status() & registers_.get(HWC_IRQ_ENABLE)) != 0; }

void RegisterFront::reset() {
  registers_.reset();
  state_.clear();
  configured_ = false;
  scoreboard_.reset();
}

// A write to a configuration register: whether it may be done.
bool RegisterFront::configure(uint32_t offset) {
  if (!scoreboard_.idle()) {
    scoreboard_.stop(HWC_ERROR_BUSY, offset);
    return false;
  }
  configured_ = false;
  return true;
}

Command RegisterFront::staged_command(uint32_t value) const {
  Command command;
  command.opcode = static_cast<Opcode>(field(value, HWC_PUSH_OPCODE_MASK, HWC_PUSH_OPCODE_LSB));
  command.input_slot = static_cast<uint8_t>(field(value, HWC_PUSH_INPUT_SLOT_MASK, HWC_PUSH_INPUT_SLOT_LSB));
  command.weight_slot =
      static_cast<uint8_t>(field(value, HWC_PUSH_WEIGHT_SLOT_MASK, HWC_PUSH_WEIGHT_SLOT_LSB));
  command.output_slot =
      static_cast<uint8_t>(field(value, HWC_PUSH_OUTPUT_SLOT_MASK, HWC_PUSH_OUTPUT_SLOT_LSB));
  command.init = (value & HWC_PUSH_INIT_MASK) != 0;
  command.wait[index(Engine::load)] = registers_.get(HWC_WAIT_LOAD);
  command.wait[index(Engine::compute)] = registers_.get(HWC_WAIT_COMPUTE);
  command.wait[index(Engine::vector)] = registers_.get(HWC_WAIT_VECTOR);
  command.wait[index(Engine::store)] = registers_.get(HWC_WAIT_STORE);
  command.visible_from = local_time_;
  if (command.opcode == Opcode::compute || command.opcode == Opcode::vector) {
    for (uint32_t dim = 0; dim < kTileDims; ++dim) {
      command.tile.start[dim] = registers_.get(HWC_TILE_START + dim * kWord);
      command.tile.count[dim] = registers_.get(HWC_TILE_COUNT + dim * kWord);
    }
  } else {
    for (uint32_t axis = 0; axis < kAxes; ++axis) {
      command.box.start[axis] = registers_.get(HWC_BOX_START + axis * kWord);
      command.box.count[axis] = registers_.get(HWC_BOX_COUNT + axis * kWord);
    }
  }
  return command;
}

void RegisterFront::push(uint32_t value) {
  if (scoreboard_.stopped()) return;  // the error stands; what comes after it is lost
  const uint32_t opcode = field(value, HWC_PUSH_OPCODE_MASK, HWC_PUSH_OPCODE_LSB);
  if (opcode < HWC_OPCODE_LOAD_INPUT || opcode > HWC_OPCODE_VECTOR) {
    return scoreboard_.stop(HWC_ERROR_BAD_COMMAND, opcode);
  }
  if (!configured_) {
    const Error error = decode(registers_, properties_.buffer_bytes, properties_.max_channels, state_.layer);
    if (error.code != 0) return scoreboard_.stop(error.code, error.info);
    state_.clear();
    configured_ = true;
  }
  const Command command = staged_command(value);
  if (!command_is_legal(state_.layer, command)) return scoreboard_.stop(HWC_ERROR_BAD_COMMAND, opcode);
  CommandEngine& engine = *engines_[index(engine_of(command.opcode))];
  if (engine.fifo().full()) return scoreboard_.stop(HWC_ERROR_FIFO_OVERFLOW, opcode);
  engine.push(command);
  scoreboard_.on_status_change();
}

}  // namespace hwcvp::hwc
