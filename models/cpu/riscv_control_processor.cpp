#include "models/cpu/riscv_control_processor.h"

#include <fstream>

namespace hwcvp {

using sc_core::sc_time;

namespace {

constexpr int kStackBytes = 256 * 1024;
constexpr uint64_t kPageBytes = 4096;
constexpr unsigned kA0 = 10;

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
      emulator_(*this, properties.ram_base, properties.ram_bytes,
                (properties.clock_period * properties.cycles_per_instruction).value()) {
  load_image();
  emulator_.set_register(kA0, properties.mailbox_base);
  SC_HAS_PROCESS(RiscvControlProcessor);
  SC_THREAD(run);
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

void RiscvControlProcessor::run() {
  clock().reset();
  while (step()) {
  }
  report_fault();
}

// Runs until the processor has to synchronize, sleep or stop. False once it has halted.
bool RiscvControlProcessor::step() {
  update_emulator_clock();
  const RiscvEmulator::Stop reason = emulator_.run();
  clock().set(sc_time::from_value(emulator_.ticks()));
  counters().instructions = emulator_.instructions();
  if (exception_) {
    std::rethrow_exception(exception_);
  }
  if (halted()) {
    return false;
  }
  switch (reason) {
    case RiscvEmulator::Stop::limit:
      clock().sync();
      return true;
    case RiscvEmulator::Stop::wait_for_interrupt:
      wait_for_interrupt();
      return true;
    case RiscvEmulator::Stop::exception:
      note_fault(emulator_.exception());
      return false;
  }
  return false;
}

void RiscvControlProcessor::update_emulator_clock() {
  emulator_.set_ticks(clock().get_local_time().value());
  emulator_.set_limit(clock().allowance().value());
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

std::string RiscvControlProcessor::location() const { return ", pc " + hexadecimal(emulator_.pc()); }

}  // namespace hwcvp
