#include "models/hwc/register_front.h"

#include <algorithm>

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
      registers_(name, hwc_registers::kRegisters, HWC_SIZE),
      configured_(properties.contexts, false) {
  for (const registers::RegisterDescription& description : hwc_registers::kRegisters) {
    if (description.offset < HWC_TYPES || description.offset >= HWC_BOX_START) continue;
    (description.offset < HWC_REGION_BASE ? contexts_ : regions_).offsets.push_back(description.offset);
  }
  reset_banks();
  registers_.set_reset_value(HWC_BUFFER_BYTES, static_cast<uint32_t>(properties.buffer_bytes));
  registers_.set_reset_value(HWC_FIFO_DEPTH, properties.fifo_depth);
  registers_.set_reset_value(HWC_MAX_CHANNELS, properties.max_channels);
  registers_.set_reset_value(HWC_CONTEXTS, properties.contexts);
  registers_.set_reset_value(HWC_REGIONS, properties.regions);

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
  registers_.on_write(HWC_CONTEXT, [this](uint32_t value) { show(contexts_, HWC_CONTEXT, value); });
  registers_.on_write(HWC_REGION, [this](uint32_t value) { show(regions_, HWC_REGION, value); });
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
  reset_banks();
  forget();
  scoreboard_.reset();
}

void RegisterFront::reset_banks() {
  for (Banks* const banks : {&contexts_, &regions_}) {
    std::vector<uint32_t> reset;
    for (const uint32_t offset : banks->offsets) reset.push_back(registers_.get(offset));
    banks->shown = 0;
    banks->values.assign(banks == &contexts_ ? properties_.contexts : properties_.regions, reset);
  }
}

void RegisterFront::forget() {
  if (forgotten_) return;
  configured_.assign(configured_.size(), false);
  forgotten_ = true;
}

void RegisterFront::show(Banks& banks, uint32_t select_register, uint32_t next) {
  if (next >= banks.values.size()) {
    registers_.set(select_register, banks.shown);
    return scoreboard_.stop(HWC_ERROR_BAD_CONFIGURATION, select_register);
  }
  if (next == banks.shown) return;
  for (size_t i = 0; i < banks.offsets.size(); ++i) {
    banks.values[banks.shown][i] = registers_.get(banks.offsets[i]);
    registers_.set(banks.offsets[i], banks.values[next][i]);
  }
  banks.shown = next;
}

// A write to a configuration register: whether it may be done.
bool RegisterFront::configure(uint32_t offset) {
  if (!scoreboard_.idle()) {
    scoreboard_.stop(HWC_ERROR_BUSY, offset);
    return false;
  }
  forget();
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
  command.to_buffer = (value & HWC_PUSH_TO_BUFFER_MASK) != 0;
  command.to_memory = (value & HWC_PUSH_TO_MEMORY_MASK) != 0;
  command.context = static_cast<uint16_t>(contexts_.shown);
  command.region = static_cast<uint16_t>(regions_.shown);
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

Error RegisterFront::decode_all_regions() {
  std::vector<RegionRegisters> all(regions_.values.size());
  for (uint32_t i = 0; i < all.size(); ++i) {
    const auto value = [&](uint32_t offset) {
      if (i == regions_.shown) return registers_.get(offset);
      const auto at = std::find(regions_.offsets.begin(), regions_.offsets.end(), offset);
      return regions_.values[i][static_cast<size_t>(at - regions_.offsets.begin())];
    };
    RegionRegisters& region = all[i];
    region.channels = value(HWC_REGION_CHANNELS);
    if (region.channels == 0) continue;
    region.base = value(HWC_REGION_BASE);
    region.lines = value(HWC_REGION_LINES);
    region.columns = value(HWC_REGION_COLUMNS);
    region.memory = value(HWC_REGION_MEMORY_LO) | uint64_t{value(HWC_REGION_MEMORY_HI)} << 32;
    for (uint32_t axis = 0; axis < region.stride.size(); ++axis)
      region.stride[axis] = value(HWC_REGION_STRIDE + axis * kWord);
  }
  return decode_regions(all, properties_.buffer_bytes, state_.regions);
}

// What the first commands after a configuration find out: of the regions, and, where the command is of a
// layer, of its context.
Error RegisterFront::prepare(bool of_layer) {
  if (forgotten_) {
    state_.clear();
    const Error error = decode_all_regions();
    if (error.code != 0) return error;
    forgotten_ = false;
  }
  if (!of_layer || configured_[contexts_.shown]) return {};
  const Error error = decode(registers_, properties_.buffer_bytes, properties_.max_channels, state_.regions,
                             state_.contexts[contexts_.shown].layer);
  if (error.code == 0) configured_[contexts_.shown] = true;
  return error;
}

void RegisterFront::push(uint32_t value) {
  if (scoreboard_.stopped()) return;  // the error stands; what comes after it is lost
  const uint32_t opcode = field(value, HWC_PUSH_OPCODE_MASK, HWC_PUSH_OPCODE_LSB);
  if (opcode < HWC_OPCODE_LOAD_INPUT || opcode > HWC_OPCODE_STORE_REGION) {
    return scoreboard_.stop(HWC_ERROR_BAD_COMMAND, opcode);
  }
  const bool moves_region = opcode == HWC_OPCODE_LOAD_REGION || opcode == HWC_OPCODE_STORE_REGION;
  const Error error = prepare(!moves_region);
  if (error.code != 0) return scoreboard_.stop(error.code, error.info);
  const Command command = staged_command(value);
  if (!command_is_legal(state_.of(command).layer, state_.regions, command))
    return scoreboard_.stop(HWC_ERROR_BAD_COMMAND, opcode);
  CommandEngine& engine = *engines_[index(engine_of(command.opcode))];
  if (engine.fifo().full()) return scoreboard_.stop(HWC_ERROR_FIFO_OVERFLOW, opcode);
  engine.push(command);
  scoreboard_.on_status_change();
}

}  // namespace hwcvp::hwc
