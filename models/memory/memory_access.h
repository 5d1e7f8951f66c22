// How a payload meets an array of bytes: what every memory model does alike.
#pragma once

#include <cstdint>
#include <tlm>

namespace hwcvp::memory {

// The response that an access to a memory of `size` bytes deserves: address error outside, burst error if the
// streaming width is below the data length, byte enable error for enables of length 0, generic error where
// data is to move (`functional`) and there is no pointer to it, else ok.
tlm::tlm_response_status check_memory_access(const tlm::tlm_generic_payload& payload, uint64_t size,
                                             bool functional = true);

// Moves the data of a payload that was found ok, byte enables honoured.
void move_memory_data(tlm::tlm_generic_payload& payload, unsigned char* memory);

// Debug transport: moves what lies inside, byte enables ignored as the standard says, and returns how much;
// nothing without a pointer to the data.
unsigned debug_memory_access(tlm::tlm_generic_payload& payload, unsigned char* memory, uint64_t size);

// Answers a request for DMI to a memory of `size` bytes, latencies aside: the whole memory, where `allowed`.
// A refusal is for the memory, or for what is outside of it, whichever holds the address.
bool grant_memory_dmi(const tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi, unsigned char* memory,
                      uint64_t size, bool allowed);

}  // namespace hwcvp::memory
