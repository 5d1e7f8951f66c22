#include "tests/support/accelerators/control_processor_bench.h"

#include <cstring>
#include <utility>

namespace hwcvp {

using sc_core::sc_time;

TestBus::TestBus(const sc_core::sc_module_name& name)
    : sc_module(name), from_core("from_core"), to_mailbox("to_mailbox"), memory_(kMemoryBytes) {
  from_core.register_b_transport(this, &TestBus::b_transport);
}

uint32_t TestBus::word(uint64_t address) const {
  uint32_t value = 0;
  std::memcpy(&value, &memory_.at(address - kMemoryBase), sizeof value);
  return value;
}

void TestBus::set_word(uint64_t address, uint32_t value) {
  std::memcpy(&memory_.at(address - kMemoryBase), &value, sizeof value);
}

void TestBus::b_transport(tlm::tlm_generic_payload& payload, sc_time& delay) {
  const uint64_t address = payload.get_address();
  if (address >= kMailboxBase && address < kMailboxBase + 0x100) {
    payload.set_address(address - kMailboxBase);
    to_mailbox->b_transport(payload, delay);
    payload.set_address(address);
  } else if (address >= kMemoryBase && address + payload.get_data_length() <= kMemoryBase + kMemoryBytes) {
    access_memory(payload, delay);
  } else {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
}

void TestBus::access_memory(tlm::tlm_generic_payload& payload, sc_time& delay) {
  const sc_time start = sc_core::sc_time_stamp() + delay;
  if (throws) {
    SC_REPORT_ERROR("/test/memory", "thrown from within an access");
  }
  if (waits) {
    wait(delay + latency);
    delay = sc_core::SC_ZERO_TIME;
  } else {
    delay += latency;
  }
  unsigned char* const place = &memory_[payload.get_address() - kMemoryBase];
  if (payload.is_write()) {
    std::memcpy(place, payload.get_data_ptr(), payload.get_data_length());
  } else {
    std::memcpy(payload.get_data_ptr(), place, payload.get_data_length());
  }
  uint64_t value = 0;
  std::memcpy(&value, place, payload.get_data_length());
  log.push_back({start.value() / sc_time(1, sc_core::SC_NS).value(), payload.is_write(),
                 payload.get_address(), payload.get_data_length(), value});
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

namespace {

std::string beside(const ControlProcessor& core, const char* part) {
  return std::string(core.basename()) + "_" + part;
}

}  // namespace

CoreBench::CoreBench(std::unique_ptr<ControlProcessor> core_under_test)
    : core(std::move(core_under_test)),
      checker(beside(*core, "checker").c_str()),
      bus(beside(*core, "bus").c_str()),
      mailbox(beside(*core, "mailbox").c_str()),
      accelerator_interrupt(beside(*core, "accelerator_interrupt").c_str()),
      mailbox_interrupt(beside(*core, "mailbox_interrupt").c_str()) {
  core->bus.bind(checker.target_socket);
  checker.initiator_socket.bind(bus.from_core);
  bus.to_mailbox.bind(mailbox.socket);
  core->accelerator_interrupt.bind(accelerator_interrupt);
  core->mailbox_interrupt.bind(mailbox_interrupt);
  mailbox.interrupt.bind(mailbox_interrupt);
  core->on_fault = [this](const std::string& message) { faults.push_back(message); };
}

void CoreBench::run_ns(double nanoseconds) { sc_core::sc_start(sc_time(nanoseconds, sc_core::SC_NS)); }

}  // namespace hwcvp
