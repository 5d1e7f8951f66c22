#include "models/cpu/riscv_control_processor.h"

#include <algorithm>
#include <cstring>
#include <fstream>

#include "models/tlm/processes.h"

namespace hwcvp {

using sc_core::sc_time;

namespace {

constexpr int kStackBytes = 256 * 1024;
constexpr uint64_t kPageBytes = 4096;
constexpr unsigned kA0 = 10;

// At least the resolution of time: firmware that spins must not do so without time passing.
uint64_t ticks_per_instruction(const ControlProcessorProperties& properties) {
  return std::max<uint64_t>((properties.clock_period * properties.cycles_per_instruction).value(), 1);
}

const ControlProcessorProperties& checked(const ControlProcessorProperties& properties) {
  if (properties.ram_bytes == 0 || properties.ram_bytes % kPageBytes != 0 ||
      properties.ram_base % kPageBytes != 0) {
    throw InputError(
        "control processor: ram_base, ram_bytes: expected multiples of 4096, and ram_bytes more than zero");
  }
  return properties;
}

}  // namespace

RiscvControlProcessor::RiscvControlProcessor(const sc_core::sc_module_name& name,
                                             const ControlProcessorProperties& properties)
    : ControlProcessor(name, checked(properties)),
      emulator_(*this, properties.ram_base, properties.ram_bytes, ticks_per_instruction(properties)) {
  load_image();
  emulator_.set_register(kA0, properties.mailbox_base);
  HWCVP_THREAD(run);
  set_stack_size(kStackBytes);
}

void RiscvControlProcessor::load_image() {
  const std::string& path = properties().firmware_image;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    throw InputError("firmware image " + path + ": cannot be read");
  }
  const std::streamoff size = file.tellg();
  if (size <= 0 || static_cast<uint64_t>(size) > properties().ram_bytes) {
    throw InputError("firmware image " + path + ": expected 1 to " + std::to_string(properties().ram_bytes) +
                     " bytes, found " + std::to_string(size));
  }
  file.seekg(0);
  if (!file.read(reinterpret_cast<char*>(emulator_.ram()), size)) {
    throw InputError("firmware image " + path + ": cannot be read");
  }
}

void RiscvControlProcessor::attach(Debugger& debugger) {
  debugger_ = &debugger;
  debug_core_ = std::make_unique<cpu::RiscvDebugCore>(
      emulator_, properties().ram_base, properties().ram_bytes,
      [this](cpu::RiscvDebugCore::Direction direction, uint64_t address, unsigned char* data, size_t bytes) {
        return access_for_debugger(direction == cpu::RiscvDebugCore::Direction::write ? tlm::TLM_WRITE_COMMAND
                                                                                      : tlm::TLM_READ_COMMAND,
                                   address, data, bytes);
      });
}

void RiscvControlProcessor::run() {
  clock().reset();
  if (debugger_ != nullptr) {
    run_debugged();
  } else {
    while (advance(Stretch::any)) {
    }
  }
  report_fault();
}

void RiscvControlProcessor::run_debugged() {
  DebugStop stop;
  for (;;) {
    if (clock().get_local_time() != sc_core::SC_ZERO_TIME) {  // else nothing is to change: no delta cycle
      clock().sync();
    }
    const Debugger::Resume how = debugger_->halted(*debug_core_, stop);
    if (how == Debugger::Resume::kill) {
      note_fault("killed by the debugger");
    }
    if (halted()) {
      return;
    }
    if (how == Debugger::Resume::detach) {
      debug_core_->clear();
    }
    stop = run_until_stop(how == Debugger::Resume::step ? Stretch::one_instruction : Stretch::any);
  }
}

DebugStop RiscvControlProcessor::run_until_stop(Stretch stretch) {
  using Signal = DebugStop::Signal;
  cpu::RiscvDebugCore& core = *debug_core_;
  interrupted_ = false;
  for (bool first = true;; first = false) {
    const bool at_breakpoint = core.breakpoint_at(emulator_.next_pc());
    const bool single = stretch == Stretch::one_instruction || core.watching() || (first && at_breakpoint);
    if (single && at_breakpoint && !first) {
      return {Signal::trap};  // a step would pass over it
    }
    const auto watched = core.watching() ? core.watched_next() : std::nullopt;
    if (!advance(single ? Stretch::one_instruction : Stretch::any)) {
      return {stop_signal_};
    }
    if (watched) {  // before an interrupt, which can wait
      return {Signal::trap, watched};
    }
    if (interrupted_ || debugger_->wants_halt()) {
      return {Signal::interrupt};
    }
    if (stretch == Stretch::one_instruction) {
      return {Signal::trap};
    }
  }
}

// Runs until the processor has to synchronize, sleep or stop, or one instruction. False once it has halted or
// is at a breakpoint: stop_signal_ tells the debugger why.
bool RiscvControlProcessor::advance(Stretch stretch) {
  update_emulator_clock();
  const cpu::RiscvEmulator::Stop reason =
      stretch == Stretch::one_instruction ? debug_core_->step() : emulator_.run();
  clock().set(sc_time::from_value(emulator_.ticks()));
  counters().instructions = emulator_.instructions();
  stop_signal_ = DebugStop::Signal::bad_address;
  if (exception_) {
    std::rethrow_exception(exception_);
  }
  if (halted()) {
    return false;
  }
  switch (reason) {
    case cpu::RiscvEmulator::Stop::limit:
      if (clock().need_sync()) {  // not after a step, or for the debugger's sake
        clock().sync();
      }
      return true;
    case cpu::RiscvEmulator::Stop::wait_for_interrupt:
      sleep();
      return true;
    case cpu::RiscvEmulator::Stop::ebreak:
      stop_signal_ = DebugStop::Signal::trap;
      if (debug_core_ && debug_core_->breakpoint_at(emulator_.next_pc())) {
        return false;
      }
      break;
    case cpu::RiscvEmulator::Stop::illegal_instruction:
      stop_signal_ = DebugStop::Signal::illegal_instruction;
      break;
    case cpu::RiscvEmulator::Stop::bad_address:
      break;
  }
  note_fault(emulator_.exception());
  return false;
}

void RiscvControlProcessor::sleep() {
  if (debugger_ == nullptr) {
    wait_for_interrupt();
  } else {
    wait_for_interrupt([this] { return interrupted_ = debugger_->wants_halt(); });
  }
}

void RiscvControlProcessor::update_emulator_clock() {
  constexpr uint64_t kLongestDebuggedRun = 100000;  // clock periods, to look at the debugger in between
  const uint64_t now = clock().get_local_time().value();
  const uint64_t allowance = clock().allowance().value();
  emulator_.set_ticks(now);
  emulator_.set_limit(
      debugger_ == nullptr
          ? allowance
          : std::min<uint64_t>(allowance, now + kLongestDebuggedRun * properties().clock_period.value()));
}

uint64_t RiscvControlProcessor::read(uint64_t address, unsigned bytes) {
  uint64_t value = 0;
  access_from_emulator(tlm::TLM_READ_COMMAND, address, &value, bytes);
  return value;
}

void RiscvControlProcessor::write(uint64_t address, unsigned bytes, uint64_t value) {
  access_from_emulator(tlm::TLM_WRITE_COMMAND, address, &value, bytes);
}

// The emulator is C code with state in flight: nothing may be thrown through it.
void RiscvControlProcessor::access_from_emulator(tlm::tlm_command command, uint64_t address, void* data,
                                                 unsigned bytes) {
  try {
    clock().set(sc_time::from_value(emulator_.ticks()));
    if (!access(command, address, data, bytes)) {
      emulator_.stop();
    }
    update_emulator_clock();
  } catch (...) {
    exception_ = std::current_exception();
    emulator_.stop();
  }
}

// Whole where the target serves that, else by aligned words, as registers want it.
size_t RiscvControlProcessor::access_for_debugger(tlm::tlm_command command, uint64_t address,
                                                  unsigned char* data, size_t bytes) {
  const auto access_once = [this](tlm::tlm_command direction, uint64_t at, unsigned char* values,
                                  size_t count) {
    tlm::tlm_generic_payload payload;
    payload.set_command(direction);
    payload.set_address(at);
    payload.set_data_ptr(values);
    payload.set_data_length(static_cast<unsigned>(count));
    payload.set_streaming_width(static_cast<unsigned>(count));
    return bus->transport_dbg(payload) == count;
  };
  if (access_once(command, address, data, bytes)) {
    return bytes;
  }
  size_t done = 0;
  while (done < bytes) {
    unsigned char word[4];
    const uint64_t skipped = (address + done) % sizeof word;
    const uint64_t aligned = address + done - skipped;
    const size_t count = std::min(sizeof word - skipped, bytes - done);
    const bool writes = command == tlm::TLM_WRITE_COMMAND;
    if ((!writes || count < sizeof word) && !access_once(tlm::TLM_READ_COMMAND, aligned, word, sizeof word)) {
      break;
    }
    std::memcpy(writes ? word + skipped : data + done, writes ? data + done : word + skipped, count);
    if (writes && !access_once(command, aligned, word, sizeof word)) {
      break;
    }
    done += count;
  }
  return done;
}

std::string RiscvControlProcessor::location() const { return ", pc " + hexadecimal(emulator_.pc()); }

}  // namespace hwcvp
