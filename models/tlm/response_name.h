// The response of a transaction in words.
#pragma once

#include <tlm>

namespace hwcvp::tlm_support {

inline const char* response_name(tlm::tlm_response_status response) {
  switch (response) {
    case tlm::TLM_OK_RESPONSE:
      return "ok";
    case tlm::TLM_INCOMPLETE_RESPONSE:
      return "no response";
    case tlm::TLM_ADDRESS_ERROR_RESPONSE:
      return "address error";
    case tlm::TLM_COMMAND_ERROR_RESPONSE:
      return "command error";
    case tlm::TLM_BURST_ERROR_RESPONSE:
      return "burst error";
    case tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE:
      return "byte enable error";
    default:
      return "generic error";
  }
}

}  // namespace hwcvp::tlm_support
