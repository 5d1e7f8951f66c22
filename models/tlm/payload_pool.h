// A memory manager for generic payloads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <tlm>
#include <vector>

#include "models/tlm/initiator_id.h"

namespace hwcvp::tlm_support {

// Does not limit how many payloads are in flight, and is not for use by several host threads.
//
// Hands out payloads with a data array and takes them back when their last user releases them, so that the
// same few objects serve a whole simulation. The pool must outlive every payload that it handed out. The
// header is all there is of it, as the plug-ins use it too.
class PayloadPool : public tlm::tlm_mm_interface {
 public:
  // Payloads carry the ID as an InitiatorId, where there is one.
  explicit PayloadPool(std::optional<uint32_t> initiator_id = std::nullopt) : initiator_id_(initiator_id) {}
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;

  // A payload of `bytes` bytes, acquired once for the caller, who ends its use by release(). The data array
  // belongs to the pool and its contents are undefined; data length and streaming width are `bytes`, there
  // are no byte enables, DMI is not allowed, and the response is incomplete. Command and address are left to
  // the caller.
  tlm::tlm_generic_payload* acquire(unsigned bytes) {
    if (free_.empty()) {
      all_.push_back(std::make_unique<PooledPayload>(this));
      if (initiator_id_) all_.back()->set_extension(new InitiatorId(*initiator_id_));  // its payload's own
      free_.push_back(all_.back().get());
    }
    PooledPayload* const payload = free_.back();
    free_.pop_back();
    if (payload->data.size() < bytes) payload->data.resize(bytes);
    payload->acquire();
    payload->set_command(tlm::TLM_IGNORE_COMMAND);
    payload->set_address(0);
    payload->set_data_ptr(payload->data.data());
    payload->set_data_length(bytes);
    payload->set_streaming_width(bytes);
    payload->set_byte_enable_ptr(nullptr);
    payload->set_byte_enable_length(0);
    payload->set_dmi_allowed(false);
    payload->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    return payload;
  }
  // The same for a transaction over `bytes` bytes of the caller's own, at `data`.
  tlm::tlm_generic_payload* acquire(tlm::tlm_command command, uint64_t address, unsigned char* data,
                                    unsigned bytes) {
    tlm::tlm_generic_payload* const payload = acquire(0);
    payload->set_command(command);
    payload->set_address(address);
    payload->set_data_ptr(data);
    payload->set_data_length(bytes);
    payload->set_streaming_width(bytes);
    return payload;
  }

  // Payloads that exist, and those of them that wait for reuse.
  size_t size() const { return all_.size(); }
  size_t available() const { return free_.size(); }

  // Called by tlm_generic_payload::release().
  void free(tlm::tlm_generic_payload* payload) override {
    payload->reset();  // frees the extensions that are marked for it
    free_.push_back(static_cast<PooledPayload*>(payload));
  }

 private:
  struct PooledPayload : tlm::tlm_generic_payload {
    explicit PooledPayload(tlm::tlm_mm_interface* pool) : tlm_generic_payload(pool) {}
    std::vector<unsigned char> data;
  };

  const std::optional<uint32_t> initiator_id_;
  std::vector<std::unique_ptr<PooledPayload>> all_;
  std::vector<PooledPayload*> free_;
};

}  // namespace hwcvp::tlm_support
