#include "tests/support/tlm/dmi_initiator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace hwcvp {

std::vector<unsigned char> DmiInitiator::read(uint64_t address, size_t bytes) {
  std::vector<unsigned char> data(bytes);
  access(tlm::TLM_READ_COMMAND, address, data);
  return data;
}

void DmiInitiator::write(uint64_t address, std::vector<unsigned char> data) {
  access(tlm::TLM_WRITE_COMMAND, address, data);
}

void DmiInitiator::access(tlm::tlm_command command, uint64_t address, std::vector<unsigned char>& data) {
  if (eager) ask(command, address);
  if (access_directly(command, address, data)) {
    direct_bytes += data.size();
    return;
  }
  tlm::tlm_generic_payload& payload =
      *payloads_.acquire(command, address, data.data(), static_cast<unsigned>(data.size()));
  sc_core::sc_time delay;
  socket->b_transport(payload, delay);
  EXPECT_EQ(tlm::TLM_OK_RESPONSE, payload.get_response_status()) << address;
  transported_bytes += data.size();
  const bool hint = payload.is_dmi_allowed();
  payload.release();
  if (hint) ask(command, address);
}

bool DmiInitiator::access_directly(tlm::tlm_command command, uint64_t address,
                                   std::vector<unsigned char>& data) {
  const bool is_read = command == tlm::TLM_READ_COMMAND;
  for (const tlm::tlm_dmi& dmi : granted_) {
    if (address < dmi.get_start_address() || address + data.size() - 1 > dmi.get_end_address()) continue;
    if (is_read ? !dmi.is_read_allowed() : !dmi.is_write_allowed()) continue;
    unsigned char* const place = dmi.get_dmi_ptr() + (address - dmi.get_start_address());
    std::memcpy(is_read ? data.data() : place, is_read ? place : data.data(), data.size());
    return true;
  }
  return false;
}

void DmiInitiator::ask(tlm::tlm_command command, uint64_t address) {
  tlm::tlm_generic_payload request;
  request.set_command(command);
  request.set_address(address);
  tlm::tlm_dmi dmi;
  if (socket->get_direct_mem_ptr(request, dmi)) {
    granted_.push_back(dmi);
  } else {
    ++refusals;
  }
}

void DmiInitiator::invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
  const auto overlaps = [&](const tlm::tlm_dmi& dmi) {
    return dmi.get_start_address() <= last && first <= dmi.get_end_address();
  };
  granted_.erase(std::remove_if(granted_.begin(), granted_.end(), overlaps), granted_.end());
}

}  // namespace hwcvp
